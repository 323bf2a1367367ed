"""Rows in the order of their key: equal contents give equal tables."""

import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES

SEPARATOR = "\x1f"
"""Unit separator (ASCII 31): joins the parts of a key; no id holds it."""


def sorted_by_key(name: str, table: pa.Table) -> pa.Table:
    """The rows of the table called `name` sorted by its key, empty parts last."""
    if table.num_rows < 2:
        return table
    return table.sort_by([(part, "ascending") for part in TABLES[name].key]).combine_chunks()


def joined(table: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """One text for each row: the columns as text, joined by `SEPARATOR`; null reads as empty."""
    parts = [pc.fill_null(pc.cast(table[column], pa.string()), "") for column in columns]
    text = pc.binary_join_element_wise(*parts, SEPARATOR)
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
