"""Rows in the order of their key: equal contents give equal tables."""

import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES

SEPARATOR = "\x1f"
"""Unit separator (ASCII 31): joins the parts of a key; no id holds it."""


def sorted_by_key(name: str, table: pa.Table) -> pa.Table:
    """The rows of the table called `name` sorted by its key, empty parts last; quick where they are."""
    if table.num_rows < 2 or _in_order([table[part] for part in TABLES[name].key]):
        return table
    return table.sort_by([(part, "ascending") for part in TABLES[name].key]).combine_chunks()


def _in_order(key: list[pa.ChunkedArray]) -> bool:
    """Whether every row comes before the next one; False where a part of a key is empty."""
    if any(part.null_count for part in key):
        return False
    before = pa.scalar(False)
    for part in reversed(key):
        one, other = part.slice(0, len(part) - 1), part.slice(1)
        before = pc.or_(pc.less(one, other), pc.and_(pc.equal(one, other), before))
    return bool(pc.all(before).as_py())


def joined(table: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """One text for each row: the columns as text, joined by `SEPARATOR`; null reads as empty."""
    parts = [pc.fill_null(pc.cast(table[column], pa.string()), "") for column in columns]
    text = pc.binary_join_element_wise(*parts, SEPARATOR)
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
