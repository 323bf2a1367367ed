"""Remove rows of reference data that nothing stands on."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.errors import BlockedError, RequestError
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


def remove(
    store: Store, table: str, wanted: Sequence[tuple[str, ...]], as_of: date, actor: str, at: datetime
) -> int:
    """Remove the rows of these keys, all or none; the new revision.

    Assignments are taken back, and stay in the history. NotFoundError where the one row wanted is not there;
    BlockedError with everything in the way of any: keys that are not there, rows of tables that name one.
    """
    for attempt in range(ATTEMPTS):
        snapshot = store.snapshot(as_of)
        found, missing = _looked_up(snapshot, table, wanted)
        if missing and len(wanted) == 1:
            raise NotFoundError(missing[0])
        blockers = [*missing, *uses_of(snapshot, table, found)]
        if blockers:
            what = "|".join(wanted[0]) if len(wanted) == 1 else f"{len(wanted):,} rows"
            raise BlockedError(f"{table} {what}", tuple(blockers))
        try:
            return store.remove_rows(table, found, snapshot.revision, actor, at)
        except RevisionMovedError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the loop returns or raises")


def _looked_up(
    snapshot: Snapshot, table: str, wanted: Sequence[tuple[str, ...]]
) -> tuple[pa.Table, list[str]]:
    """Keys of the rows that are there, and a sentence for every other; RequestError for what is no key."""
    names = key_of(table)
    form = f"its key is {'|'.join(names)}"
    odd = [f"{'|'.join(key)!r} is no key of {table}; {form}" for key in wanted if len(key) != len(names)]
    if odd or not wanted:
        raise RequestError(tuple(odd) or (f"there are no keys of rows to remove from {table}; {form}",))
    given = pa.table({name: [key[part] for key in wanted] for part, name in enumerate(names)})
    asked = joined(given, names)
    keys = snapshot[table].select(names)
    here = joined(keys, names)
    there = pc.is_in(asked, value_set=here).to_pylist()
    missing = [
        f"no row {'|'.join(key)!r} in {table}; {form}"
        for key, is_there in zip(wanted, there, strict=True)
        if not is_there
    ]
    return keys.filter(pc.is_in(here, value_set=asked)), missing


def uses_of(snapshot: Snapshot, table: str, keys: pa.Table) -> Iterator[str]:
    """A sentence for every row of these keys and every column of a table whose rows name it."""
    names = key_of(table)
    if names != TABLES[table].key[:1]:
        return
    ids = keys[names[0]].combine_chunks()
    for name, spec in TABLES.items():
        for column in spec.columns:
            if column.refers_to == table:
                yield from _uses(snapshot[name], name, column, ids)


def _uses(rows: pa.Table, name: str, column: Column, ids: pa.Array) -> Iterator[str]:
    """A sentence for every id that rows name in the column, in the order of the ids."""
    values = rows[column.name].combine_chunks()
    places = np.arange(len(values))
    if column.kind == "list":
        places, values = pc.list_parent_indices(values).to_numpy(), pc.list_flatten(values)
    which = pc.fill_null(pc.index_in(values, value_set=ids), -1).to_numpy()
    order = np.flatnonzero(which >= 0)
    order = order[np.argsort(which[order], kind="stable")]
    for some in np.split(order, np.flatnonzero(np.diff(which[order])) + 1):
        if len(some):
            named = f"{ids[int(which[some[0]])]}: " if len(ids) > 1 else ""
            yield named + _sentence(name, column, rows, np.unique(places[some]))


def _sentence(name: str, column: Column, rows: pa.Table, naming: npt.NDArray[np.int64]) -> str:
    keys = rows.select(key_of(name)).take(pa.array(naming[:NAMED])).to_pylist()
    some = ", ".join("|".join(map(str, each.values())) for each in keys)
    more = ", ..." if len(naming) > NAMED else ""
    named = f"{len(naming):,} rows of {name} name it as {column.name} ({some}{more})"
    return f"{named}; change or remove them first"
