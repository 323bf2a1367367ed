"""SQLite as a `Database`: one file, one writer, bulk writes by many parameters to one statement."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from adbc_driver_manager import Error as AdbcError

from data.ledger import ROWS
from data.sql import sqlite
from data.sql.arrow import to_cells
from data.sql.bulk import read_tables
from data.sql.confinement import Confinement
from data.sql.database import Holder
from data.sql.guards import install_guards, missing_guards
from data.sql.sentences import told

REMEDIES = {
    "locked": "another writer kept the store busy for too long; try again when it is done",
    "readonly": "the store can only be read: give write permission to its file and folder",
    "unable to open": "the file cannot be opened or made: look at the folder's permissions",
    "disk is full": "there is no room left on the disk; make room, nothing was written",
    "disk I/O error": "the disk refuses: it is full, over its quota or failing; nothing was written",
    "malformed": "the file is damaged: take the latest backup",
    "no such table": "this is not a store of panelwise: name another file",
    "not a database": "the file is not a database: name another one",
    "QueuePool": "too many requests wait for the database; try again in a moment",
}
"""Part of the database's own words, and what it means."""

AWAY = ("locked", "disk is full", "disk I/O error", "QueuePool")
"""Of these, what may be over in a moment."""

SUPERSEDE = (
    "UPDATE assignments SET superseded_at = :at, superseded_by_plan_id = :plan_id "
    "WHERE superseded_at IS NULL AND "
)


class Embedded:
    """A `Database` in one file."""

    def __init__(self, path: Path, engine: sa.Engine, holder: Holder | None = None) -> None:
        self.path = path
        self.engine = engine
        self.holder = holder

    @property
    def place(self) -> str:
        """See `Database.place`."""
        return str(self.path)

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """See `Database.sentences`."""
        broken = (sa.exc.IntegrityError, sqlite3.IntegrityError)
        kinds = (sa.exc.DatabaseError, sa.exc.TimeoutError, sqlite3.DatabaseError, AdbcError)
        with told(self.place, REMEDIES, AWAY, kinds, broken):
            yield

    def read_tables(self, queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """See `Database.read_tables`."""
        return read_tables(self.path, queries)

    def one_of(self, column: str, values: Iterable[object], name: str) -> tuple[str, object]:
        """See `Database.one_of`."""
        return sqlite.one_of(column, values, name)

    def supersede(
        self, connection: sa.Connection, row_ids: pa.Int64Array, at: int, plan_id: str | None
    ) -> int:
        """See `Database.supersede`."""
        condition, ids = sqlite.one_of("row_id", row_ids.to_pylist(), "ids")
        values = {"at": at, "plan_id": plan_id, "ids": ids}
        return connection.execute(sa.text(SUPERSEDE + condition), values).rowcount

    def insert_rows(
        self, connection: sa.Connection, rows: pa.Table, at: int, actor: str, plan_id: str | None
    ) -> None:
        """See `Database.insert_rows`."""
        sql = sqlite.insert("assignments", [*ROWS.names, "recorded_at", "recorded_by", "plan_id"])
        for cells in to_cells(rows):
            connection.exec_driver_sql(sql, [(*row, at, actor, plan_id) for row in cells])

    def upsert(self, connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
        """See `Database.upsert`."""
        for cells in to_cells(rows):
            connection.exec_driver_sql(sqlite.upsert(table), cells)

    def delete(self, connection: sa.Connection, table: sa.Table, keys: pa.Table) -> int:
        """See `Database.delete`."""
        condition = " AND ".join(f'"{part}" = ?' for part in keys.column_names)
        sql = f'DELETE FROM "{table.name}" WHERE {condition}'
        return sum(connection.exec_driver_sql(sql, cells).rowcount for cells in to_cells(keys))

    def install_guards(self, connection: sa.Connection) -> None:
        """See `Database.install_guards`; also marks the file as panelwise's."""
        install_guards(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")

    def missing_guards(self, connection: sa.Connection) -> list[str]:
        """See `Database.missing_guards`."""
        return missing_guards(connection)

    def within(self, confinement: Confinement) -> "Embedded":  # noqa: ARG002  SQLite has no fences of its own
        """See `Database.within`; the file cannot fence anybody in."""
        return self

    def held_by(self, holder: Holder) -> "Embedded":
        """See `Database.held_by`."""
        return Embedded(self.path, self.engine, holder)

    def shown(self, names: Iterable[str]) -> None:
        """See `Database.shown`; everything is in sight."""

    def close(self) -> None:
        """See `Database.close`."""
        self.engine.dispose()
