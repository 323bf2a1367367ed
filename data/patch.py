"""A table of a snapshot with some of its rows exchanged, without a sort of all the others."""

from bisect import bisect_left

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.order import sorted_by_key
from data.snapshot import ROW_ID

MOST_SEARCHED = 2_000
"""New rows beyond which a sort of everything is quicker than the search for their places."""


def named_by(name: str) -> str:
    """The column by which rows of a table are exchanged: the first of its key, or the version's number."""
    return ROW_ID.name if name == "assignments" else TABLES[name].key[0]


def patched(name: str, table: pa.Table, gone: pa.Array, fresh: pa.Table) -> pa.Table:
    """The table without the rows of the names `gone` (see `named_by`), and with the fresh rows, by key."""
    lost = np.flatnonzero(pc.is_in(table[named_by(name)], value_set=gone).to_numpy())
    if fresh.num_rows > MOST_SEARCHED:
        kept = table.take(pa.array(np.delete(np.arange(table.num_rows), lost)))
        return sorted_by_key(name, pa.concat_tables([kept, fresh]).combine_chunks())
    fresh = sorted_by_key(name, fresh)
    places = [_place(name, table, fresh, row) for row in range(fresh.num_rows)]
    parts, begin = [], 0
    cuts = sorted(
        [(place, 0, row) for row, place in enumerate(places)] + [(row, 1, -1) for row in lost.tolist()]
    )
    for place, is_lost, row in cuts:
        parts.append(table.slice(begin, place - begin))
        if is_lost:
            begin = place + 1
        else:
            parts.append(fresh.slice(row, 1))
            begin = max(begin, place)
    parts.append(table.slice(begin))
    return pa.concat_tables(parts).combine_chunks()


def _place(name: str, table: pa.Table, fresh: pa.Table, row: int) -> int:
    """Where a fresh row goes among the rows of the table."""
    key = TABLES[name].key

    def key_at(of: pa.Table, at: int) -> list[tuple[bool, object]]:
        values = (of[part][at].as_py() for part in key)
        return [(value is None, value if value is not None else "") for value in values]

    wanted = key_at(fresh, row)
    return bisect_left(range(table.num_rows), wanted, key=lambda at: key_at(table, at))
