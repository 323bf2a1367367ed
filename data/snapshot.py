"""Everything known as of one day, in columns."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES

ROW_ID = pa.field("row_id", pa.int64())
"""Extra first column of `assignments` in a snapshot: the version of the row, 0 where not stored yet."""


MOST_INDEXED = 50_000
"""Rows of a table up to which its ids are indexed; an index of a million takes longer than many searches."""


def empty_table(name: str) -> pa.Table:
    """The table called `name` without rows."""
    schema = TABLES[name].schema
    if name == "assignments":
        schema = schema.insert(0, ROW_ID)
    return schema.empty_table()


@dataclass(frozen=True)
class Snapshot:
    """Frozen state of one store at one revision.

    `tables` maps every name of `data.columns.TABLES` to an Arrow table of exactly that table's schema
    (`assignments` has `row_id` in front and holds all rows now believed, past and future too).
    Rows are sorted by key, so that equal contents give equal snapshots. Places are filled in:
    latitude and longitude are null only where neither the row nor its ZIP code gave them.
    `derived` is for whoever works out what follows from the tables, whatever the day: it goes with them.
    """

    as_of: date
    tables: Mapping[str, pa.Table]
    revision: int = 0
    derived: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    _indices: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        missing = set(TABLES) - set(self.tables)
        if missing:
            complete = {name: empty_table(name) for name in missing} | dict(self.tables)
            object.__setattr__(self, "tables", complete)

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    @property
    def patients(self) -> pa.Table:
        """Table `patients`."""
        return self.tables["patients"]

    @property
    def providers(self) -> pa.Table:
        """Table `providers`."""
        return self.tables["providers"]

    @property
    def facilities(self) -> pa.Table:
        """Table `facilities`."""
        return self.tables["facilities"]

    @cached_property
    def patient_ids(self) -> list[str]:
        """Ids in row order."""
        return self.patients["patient_id"].to_pylist()

    @cached_property
    def provider_ids(self) -> list[str]:
        """Ids in row order."""
        return self.providers["provider_id"].to_pylist()

    @cached_property
    def facility_ids(self) -> list[str]:
        """Ids in row order."""
        return self.facilities["facility_id"].to_pylist()

    @cached_property
    def levels_and_roles(self) -> frozenset[tuple[str, str]]:
        """Every level and role for which somebody has ever been assigned."""
        used = self.tables["assignments"].group_by(["level", "role"]).aggregate([]).to_pylist()
        return frozenset((row["level"], row["role"]) for row in used)

    def positions(self, table: str, ids: pa.ChunkedArray) -> npt.NDArray[np.int32]:
        """Row in `table` of every id (its first key column); -1 for null and for ids that are not there."""
        known = self.tables[table][TABLES[table].key[0]]
        found = pc.index_in(ids, value_set=known.combine_chunks())
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)

    def position(self, table: str, key: str) -> int:
        """Row in `table` of one id, -1 where there is none."""
        ids = self.tables[table][TABLES[table].key[0]]
        if len(ids) > MOST_INDEXED:
            return _searched(ids, key)
        index = self._indices.get(table)
        if index is None:
            index = {each: row for row, each in enumerate(ids.to_pylist())}
            self._indices[table] = index
        return index.get(key, -1)

    def with_tables(self, **tables: pa.Table) -> "Snapshot":
        """The same day with some tables exchanged."""
        kept = {name: index for name, index in self._indices.items() if name not in tables}
        return replace(self, tables=dict(self.tables) | tables, derived={}, _indices=kept)

    def on(self, day: date) -> "Snapshot":
        """The same data looked at from another day."""
        return self if day == self.as_of else replace(self, as_of=day)


def _searched(ids: pa.ChunkedArray, key: str) -> int:
    """Row of an id in the order of the key; where it is not found so, one by one, and -1 where it is not."""
    row = bisect_left(range(len(ids)), key, key=lambda at: ids[at].as_py())
    if row < len(ids) and ids[row].as_py() == key:
        return row
    return int(pc.index(ids, key).as_py())
