"""What every revision changed, so that whoever has read an earlier one reads only that."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import sqlalchemy as sa

from data.columns import TABLES
from data.patch import named_by, patched
from data.snapshot import ROW_ID, Snapshot, empty_table
from data.sql.arrow import from_cells
from data.sql.database import Database
from data.sql.schema import CHANGES, REVISION
from data.sql.transactions import reading

MOST_NAMES = 20_000
"""Rows of one table that are told one by one; a revision that changes more has the table read again."""

KEPT_REVISIONS = 1_000
"""Changes of older ones are forgotten."""

ATTEMPTS = 3
"""How often a read is tried that writers overtake; then everything is read at once."""


def keep_changes(connection: sa.Connection, revision: int, changed: Mapping[str, pa.Array]) -> None:
    """Write down what a revision changed: names of rows (`data.patch.named_by`) that were written or removed.

    Of assignments those that were superseded; new ones tell themselves by their numbers.
    """
    rows = [
        {"revision": revision, "table_name": name, "names": _told(names)} for name, names in changed.items()
    ]
    connection.execute(sa.insert(CHANGES).inline(), rows)
    connection.execute(sa.delete(CHANGES).where(CHANGES.c.revision <= revision - KEPT_REVISIONS))


def caught_up(database: Database, latest: Snapshot) -> Snapshot | None:
    """The snapshot as the store has it now, by what changed since; None where that is not told.

    Tables that did not change are the same tables.
    """
    for _ in range(ATTEMPTS):
        with reading(database) as connection:
            revision = _revision(connection)
            changed = _changed_since(connection, latest.revision, revision)
            if changed is None:
                return None
            fresh = {
                name: _rows(database, connection, latest[name], name, names)
                for name, names in changed.items()
            }
        with reading(database) as connection:
            if _revision(connection) == revision:
                break
    else:
        return None
    tables = {
        name: patched(name, latest[name], pa.array(changed[name], latest[name][named_by(name)].type), rows)
        for name, rows in fresh.items()
    }
    return replace(latest.with_tables(**tables), revision=revision)


def _told(names: pa.Array) -> str | None:
    return json.dumps(names.unique().to_pylist()) if len(names) <= MOST_NAMES else None


def _changed_since(
    connection: sa.Connection, before: int, revision: int
) -> dict[str, list[str] | list[int]] | None:
    """Names by table, all that any revision since changed; None where one of them does not tell."""
    since = sa.select(CHANGES).where(CHANGES.c.revision > before, CHANGES.c.revision <= revision)
    rows = connection.execute(since).all()
    if {row.revision for row in rows} != set(range(before + 1, revision + 1)):
        return None
    found: dict[str, dict[str | int, None]] = {}
    for row in rows:
        if row.names is None:
            return None
        found.setdefault(row.table_name, {}).update(dict.fromkeys(json.loads(row.names)))
    if any(len(names) > MOST_NAMES for names in found.values()):
        return None
    return {name: list(names) for name, names in found.items()}  # type: ignore[misc]


def _rows(
    database: Database, connection: sa.Connection, known: pa.Table, name: str, names: Sequence[object]
) -> pa.Table:
    """The rows of these names as they stand; of assignments those that are newer than what is known."""
    schema = empty_table(name).schema
    columns = ", ".join(f'"{column}"' for column in schema.names)
    sql = f'SELECT {columns} FROM "{name}" WHERE '
    if name == "assignments":
        numbers = known[ROW_ID.name]
        sql += "row_id > :last AND superseded_at IS NULL"
        parameters: dict[str, object] = {"last": max(numbers.to_numpy().max(initial=0).item(), 0)}
    else:
        condition, value = database.one_of(TABLES[name].key[0], names, "names")
        sql, parameters = sql + condition, {"names": value}
    rows = connection.execute(sa.text(sql), parameters).all()
    cells = list(zip(*rows, strict=True)) or [()] * len(schema)
    raw = pa.table(
        [
            pa.array(cell, pa.string() if pa.types.is_list(field.type) else None)
            for cell, field in zip(cells, schema, strict=True)
        ],
        names=schema.names,
    )
    return from_cells(raw, schema)


def _revision(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(REVISION.c.revision)).scalar_one())
