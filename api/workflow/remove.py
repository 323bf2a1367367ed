"""Remove a row of reference data that nothing stands on."""

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.errors import BlockedError
from api.workflow.look_up import key_of
from data.columns import TABLES, Column
from data.errors import NotFoundError, RevisionMovedError
from data.order import joined
from data.snapshot import Snapshot
from data.store import Store

ATTEMPTS = 3
"""How often it is tried again when somebody else wrote in between."""

NAMED = 3
"""Rows of a table that a refusal names."""


def remove(store: Store, table: str, key: tuple[str, ...], as_of: date, actor: str, at: datetime) -> int:
    """Remove the row of a key; the new revision. An assignment is taken back, and stays in the history.

    NotFoundError where it is not there, BlockedError with every table whose rows name it.
    """
    for attempt in range(ATTEMPTS):
        snapshot = store.snapshot(as_of)
        names = key_of(table)
        keys = snapshot[table].select(names)
        wanted = pa.table({name: pa.array([each]) for name, each in zip(names, key, strict=True)})
        found = keys.filter(pc.equal(joined(keys, names), joined(wanted, names)[0]))
        if not found.num_rows:
            raise NotFoundError(f"no row {'|'.join(key)!r} in {table}; its key is {'|'.join(names)}")
        uses = tuple(uses_of(snapshot, table, key[0])) if names == TABLES[table].key[:1] else ()
        if uses:
            raise BlockedError(f"{table} {key[0]}", uses)
        try:
            return store.remove_rows(table, found, snapshot.revision, actor, at)
        except RevisionMovedError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the loop returns or raises")


def uses_of(snapshot: Snapshot, table: str, row_id: str) -> Iterator[str]:
    """A sentence for every column of every table whose rows name the row of this id."""
    for name, spec in TABLES.items():
        for column in spec.columns:
            if column.refers_to == table:
                rows = snapshot[name].filter(pa.array(_naming(snapshot[name], column, row_id)))
                if rows.num_rows:
                    yield _sentence(name, column, rows)


def _naming(rows: pa.Table, column: Column, row_id: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows name the id in the column."""
    values = rows[column.name].combine_chunks()
    if column.kind != "list":
        return np.asarray(pc.fill_null(pc.equal(values, row_id), False))
    found = np.zeros(len(values), np.bool_)
    hits = pc.fill_null(pc.equal(pc.list_flatten(values), row_id), False)
    found[pc.list_parent_indices(values).filter(hits).to_numpy()] = True
    return found


def _sentence(name: str, column: Column, rows: pa.Table) -> str:
    keys = rows.select(key_of(name)).slice(0, NAMED).to_pylist()
    some = ", ".join("|".join(map(str, each.values())) for each in keys)
    more = ", ..." if rows.num_rows > NAMED else ""
    named = f"{rows.num_rows:,} rows of {name} name it as {column.name} ({some}{more})"
    return f"{named}; change or remove them first"
