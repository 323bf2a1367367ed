"""Records of examples: a few columns of each, and the snapshot that they make."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from pydantic import Field

from data.columns import TABLES, Column
from data.snapshot import Snapshot
from rules.environment import LISTED
from rules.rule import Model


class Fixtures(Model):
    """Records of examples by id: any columns of their tables; providers may hold lists of licenses etc."""

    patients: dict[str, dict[str, Any]] = Field(default_factory=dict)
    providers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    facilities: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def snapshot(self, as_of: date, **more: list[dict[str, Any]]) -> Snapshot:
        """The records (and rows of `more` tables) on a day; other columns take their defaults."""
        tables = {
            "patients": _table("patients", _keyed("patient_id", self.patients)),
            "providers": _table("providers", _keyed("provider_id", self.providers)),
            "facilities": _table("facilities", _keyed("facility_id", self.facilities)),
            **{name: _table(name, rows) for name, rows in more.items()},
        }
        for name, (_, spec) in LISTED.items():
            rows = [
                {"provider_id": provider, **row}
                for provider, record in self.providers.items()
                for row in record.get(name, ())
            ]
            tables[spec.name] = _table(spec.name, rows)
        return Snapshot(as_of, tables)


def _keyed(key: str, records: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Records with their id, which is also the name where none is given."""
    return [{key: name, "name": name, **record} for name, record in records.items()]


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    spec = TABLES[name]
    filled = [{column.name: _value(column, row) for column in spec.columns} for row in rows]
    return pa.Table.from_pylist(filled, schema=spec.schema)


def _value(column: Column, row: Mapping[str, Any]) -> object:
    value = row.get(column.name)
    if value is not None:
        return value
    if column.default is not None:
        return column.default
    return [] if column.kind == "list" else None
