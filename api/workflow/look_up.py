"""Rows of reference data as somebody sees them."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from data.columns import TABLES
from data.errors import NotFoundError
from data.snapshot import ROW_ID


def key_of(table: str) -> tuple[str, ...]:
    """Columns that name a row; assignments have their version, because parts of their key are null.

    NotFoundError where there is no such table.
    """
    if table not in TABLES:
        raise NotFoundError(f"no table {table!r}; choose one of {', '.join(TABLES)}")
    return (ROW_ID.name,) if table == "assignments" else TABLES[table].key


def look_up(sight: Sight, table: str) -> pa.Table:
    """All rows in sight, by key. NotFoundError where there is no such table."""
    key = key_of(table)
    rows = sight.rows(table)
    return rows.sort_by(key[0]) if table == "assignments" else rows


def look_up_one(sight: Sight, table: str, key: tuple[str, ...]) -> dict[str, Any]:
    """One row by the values of its key. NotFoundError where it is not there or out of sight."""
    names = key_of(table)
    if len(key) == len(names):
        rows = (
            _by_id(sight, table, key[0]) if names == TABLES[table].key[:1] else _by_parts(sight, table, key)
        )
        if rows.num_rows:
            row: dict[str, Any] = rows.slice(0, 1).to_pylist()[0]
            return row
    raise NotFoundError(f"no row {'|'.join(key)!r} in {table}; its key is {'|'.join(names)}")


def _by_id(sight: Sight, table: str, key: str) -> pa.Table:
    """The one row of an id, or none, without a look at all the others."""
    row = sight.snapshot.position(table, key)
    return sight.snapshot[table].slice(max(row, 0), int(sight.sees(table, key)))


def _by_parts(sight: Sight, table: str, key: tuple[str, ...]) -> pa.Table:
    rows = look_up(sight, table)
    for name, value in zip(key_of(table), key, strict=True):
        rows = rows.filter(pc.equal(pc.cast(rows[name], pa.string()), value))
    return rows
