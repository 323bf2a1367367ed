"""What became of a table's rows between two snapshots, found without a look at what is the same table."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.order import joined
from data.snapshot import ROW_ID, Snapshot

Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

BLOCK = 128
"""Rows that count as changed together: finer is not worth the search."""

MOST_RUNS = 2000
"""Runs of rows that moved together; with more of them every row counts as changed."""


@dataclass(frozen=True)
class Edits:
    """Of every row of the table after: `origin`, its row before (-1: it is new), and whether it `changed`.

    Rows that are new have changed; some that have not may be said to. `gone` are rows of the table before.
    """

    before: pa.Table
    after: pa.Table
    origin: Int32
    changed: Bool
    gone: Int32

    def __bool__(self) -> bool:
        return bool(self.changed.any()) or bool(len(self.gone))

    def values(self, column: str) -> pa.Array:
        """What stands in a column of the rows that changed or are gone."""
        return _values(self.after, np.flatnonzero(self.changed), self.before, self.gone, column)

    def comers_and_goers(self, column: str) -> pa.Array:
        """What stands in a column of the rows that are new or gone."""
        return _values(self.after, np.flatnonzero(self.origin < 0), self.before, self.gone, column)

    @property
    def destination(self) -> Int32:
        """Of every row before its row after, -1 where it is gone; one more at the end: -1 stays -1."""
        found = np.full(self.before.num_rows + 1, -1, np.int32)
        stays = self.origin >= 0
        found[self.origin[stays]] = np.flatnonzero(stays)
        return found


def edits(before: Snapshot, after: Snapshot, name: str) -> Edits:
    """The edits of the table called `name`."""
    one, other = before[name], after[name]
    rows = other.num_rows
    if one is other:
        nothing = np.zeros(rows, np.bool_)
        return Edits(one, other, np.arange(rows, dtype=np.int32), nothing, np.zeros(0, np.int32))
    origin = _origin(_key(name, one), _key(name, other))
    stays = np.zeros(one.num_rows, np.bool_)
    stays[origin[origin >= 0]] = True
    changed = origin < 0
    if name != "assignments":  # their rows never change, others take their place
        for start, first, length in _runs(origin):
            if length < 0:
                changed[:] = True
                break
            _compare(one.slice(first, length), other.slice(start, length), changed[start : start + length])
    return Edits(one, other, origin, changed, np.flatnonzero(~stays).astype(np.int32))


def _key(name: str, table: pa.Table) -> pa.Array:
    key = (ROW_ID.name,) if name == "assignments" else TABLES[name].key
    return table[key[0]].combine_chunks() if len(key) == 1 else joined(table, key)


def _origin(before: pa.Array, after: pa.Array) -> Int32:
    if before.equals(after):
        return np.arange(len(after), dtype=np.int32)
    found = pc.fill_null(pc.index_in(after, value_set=before), -1)
    origin = np.array(found.to_numpy(zero_copy_only=False), np.int32)
    names, times = np.unique(origin[origin >= 0], return_counts=True)
    origin[np.isin(origin, names[times > 1])] = -1  # rows that are not stored yet have no key of their own
    return origin


def _runs(origin: Int32) -> Iterator[tuple[int, int, int]]:
    """Where rows that stayed side by side begin, after and before, and how many they are; -1: too many."""
    if not len(origin):
        return
    before = np.append(np.int32(-9), origin[:-1])
    begins = np.flatnonzero((origin != before + 1) | (before < 0))
    if len(begins) > MOST_RUNS:
        yield 0, 0, -1
        return
    for start, end in zip(begins, np.append(begins[1:], len(origin)), strict=True):
        if origin[start] >= 0:
            yield int(start), int(origin[start]), int(end - start)


def _compare(one: pa.Table, other: pa.Table, changed: Bool) -> None:
    """Mark blocks of rows that are not equal."""
    for name in one.column_names:
        _mark(one[name], other[name], changed)


def _mark(one: pa.ChunkedArray, other: pa.ChunkedArray, changed: Bool) -> None:
    if one.equals(other):
        return
    if len(one) <= BLOCK:
        changed[:] = True
        return
    middle = len(one) // 2
    _mark(one.slice(0, middle), other.slice(0, middle), changed[:middle])
    _mark(one.slice(middle), other.slice(middle), changed[middle:])


def _values(
    after: pa.Table, rows: npt.NDArray[np.int64], before: pa.Table, gone: Int32, column: str
) -> pa.Array:
    parts = [after[column].take(pa.array(rows)), before[column].take(pa.array(gone))]
    return pc.unique(pa.chunked_array([each.combine_chunks() for each in parts]).drop_null())
