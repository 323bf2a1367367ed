"""PostgreSQL as a `Database`: one advisory lock for writers, bulk writes through temporary tables."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import pyarrow as pa
import sqlalchemy as sa
from adbc_driver_manager import Error as AdbcError

from data.ledger import ROWS
from data.snapshot import ROW_ID
from data.sql.confinement import EVERYWHERE, Confinement
from data.sql.database import Holder
from data.sql.postgres import guards
from data.sql.postgres.bulk import copy_in, read_tables
from data.sql.schema import ASSIGNMENTS, METADATA
from data.sql.sentences import told

STOPPED = "the server was stopped meanwhile; a commit may be sent again with its key"

REMEDIES = {
    "lock timeout": "another writer kept the store busy for too long; try again when it is done",
    "read-only transaction": "the store can only be read: it was opened so, or the server is a standby",
    "row-level security": "some of this is out of scope; nothing was written",
    "permission denied": "this database user may not do that: see PostgreSQL in the README for its rights",
    "password authentication failed": "the user or the password is not the right one",
    "Connection refused": "nobody listens there: start the server, or look at host and port",
    "No such file or directory": "nobody listens there: start the server, or look at host and port",
    "could not translate host name": "no machine has this name: look at the host",
    "does not exist": "the database or the user does not exist: make it first (see PostgreSQL in the README)",
    "NUL": "a text holds the character NUL, which PostgreSQL cannot keep; take it out",
    "0x00": "a text holds the character NUL, which PostgreSQL cannot keep; take it out",
    "No space left": "there is no room left on the server's disk; make room, nothing was written",
    "too many clients": "the server has no connection left: raise max_connections, or use a pooler",
    "terminating connection": STOPPED,
    "server closed the connection": STOPPED,
    "connection is lost": STOPPED,
    "the connection is closed": STOPPED,
    "Connection reset by peer": STOPPED,
    "no connection to the server": STOPPED,
    "Broken pipe": STOPPED,
    "recovery mode": "the server is starting; try again in a moment",
    "not yet accepting connections": "the server is starting; try again in a moment",
    "starting up": "the server is starting; try again in a moment",
    "shutting down": "the server is stopping; try again when it is there again",
    "connection timeout": "the server does not answer: look at host, port and network",
    "QueuePool": "too many requests wait for the database; try again in a moment",
    "is not available": "the server lacks the extension btree_gist: install PostgreSQL's contrib package",
}
"""Part of the database's own words, and what it means; the first that fits counts."""

AWAY = (
    "lock timeout",
    "Connection refused",
    "No such file or directory",
    "No space left",
    "too many clients",
    "terminating connection",
    "server closed the connection",
    "connection is lost",
    "the connection is closed",
    "Connection reset by peer",
    "no connection to the server",
    "Broken pipe",
    "recovery mode",
    "connection timeout",
    "not yet accepting connections",
    "starting up",
    "shutting down",
    "QueuePool",
)
"""Of these, what may be over in a moment."""

SUPERSEDE = (
    "UPDATE assignments SET superseded_at = %s, superseded_by_plan_id = %s "
    "FROM unnest(%s::bigint[]) AS struck (row_id) "
    "WHERE assignments.row_id = struck.row_id AND superseded_at IS NULL"
)
"""A join: of `row_id = ANY(...)` the planner may compare every row with every number."""


class Server:
    """A `Database` on a server; `confinement` is what its transactions see."""

    def __init__(
        self,
        url: sa.URL,
        engine: sa.Engine,
        confinement: Confinement = EVERYWHERE,
        holder: Holder | None = None,
    ) -> None:
        self.url = url
        self.holder = holder
        self.engine = engine.execution_options(confinement=confinement)
        self.confinement = confinement

    @property
    def place(self) -> str:
        """See `Database.place`."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=True)

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """See `Database.sentences`."""
        broken = (sa.exc.IntegrityError, psycopg.IntegrityError)
        kinds = (sa.exc.DBAPIError, sa.exc.TimeoutError, psycopg.Error, AdbcError)
        with told(self.place, REMEDIES, AWAY, kinds, broken):
            yield

    def read_tables(self, queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """See `Database.read_tables`."""
        return read_tables(self.url, queries, self.confinement)

    def one_of(self, column: str, values: Iterable[object], name: str) -> tuple[str, object]:
        """See `Database.one_of`."""
        kind = "bigint" if column in NUMBERS else "text"
        return f"{column} IN (SELECT unnest(CAST(:{name} AS {kind}[])))", list(values)

    def supersede(
        self, connection: sa.Connection, row_ids: pa.Int64Array, at: int, plan_id: str | None
    ) -> int:
        """See `Database.supersede`."""
        if not len(row_ids):
            return 0
        return connection.exec_driver_sql(SUPERSEDE, (at, plan_id, row_ids.to_pylist())).rowcount

    def insert_rows(
        self, connection: sa.Connection, rows: pa.Table, at: int, actor: str, plan_id: str | None
    ) -> None:
        """See `Database.insert_rows`."""
        if not rows.num_rows:
            return
        first = connection.exec_driver_sql("SELECT panelwise_next_rows(%s)", (rows.num_rows,)).scalar_one()
        numbers = pa.array(range(first, first + rows.num_rows), pa.int64())
        names = [ROW_ID.name, *ROWS.names]
        _copy(connection, ASSIGNMENTS, rows.add_column(0, ROW_ID, numbers))
        listed = _listed(names)
        connection.exec_driver_sql(
            f"INSERT INTO assignments ({listed}, recorded_at, recorded_by, plan_id) "
            f"SELECT {listed}, %s, %s, %s FROM incoming ORDER BY row_id",
            (at, actor, plan_id),
        )
        connection.exec_driver_sql("DROP TABLE incoming")

    def upsert(self, connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
        """See `Database.upsert`."""
        if not rows.num_rows:
            return
        names, key = rows.column_names, [column.name for column in table.primary_key.columns]
        rest = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in key)
        action = f"UPDATE SET {rest}" if rest else "NOTHING"
        _copy(connection, table, rows)
        listed = _listed(names)
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({listed}) SELECT {listed} FROM incoming '
            f"ON CONFLICT ({_listed(key)}) DO {action}"
        )
        connection.exec_driver_sql("DROP TABLE incoming")

    def delete(self, connection: sa.Connection, table: sa.Table, keys: pa.Table) -> int:
        """See `Database.delete`."""
        if not keys.num_rows:
            return 0
        _copy(connection, table, keys)
        same = " AND ".join(f'gone."{name}" = "{table.name}"."{name}"' for name in keys.column_names)
        sql = f'DELETE FROM "{table.name}" USING incoming AS gone WHERE {same}'
        count = connection.exec_driver_sql(sql).rowcount
        connection.exec_driver_sql("DROP TABLE incoming")
        return count

    def install_guards(self, connection: sa.Connection) -> None:
        """See `Database.install_guards`; the fences too, and the rights of the application's role."""
        guards.install(connection)

    def missing_guards(self, connection: sa.Connection) -> list[str]:
        """See `Database.missing_guards`."""
        return guards.missing(connection)

    def within(self, confinement: Confinement) -> "Server":
        """See `Database.within`."""
        return Server(self.url, self.engine, confinement, self.holder)

    def held_by(self, holder: Holder) -> "Server":
        """See `Database.held_by`."""
        return Server(self.url, self.engine, self.confinement, holder)

    def shown(self, names: Iterable[str]) -> tuple[int, dict[str, pa.Array]] | None:
        """See `Database.shown`."""
        if self.confinement.everywhere:
            return None
        keys = {name: METADATA.tables[name].primary_key.columns.keys()[0] for name in names}
        queries = {name: f'SELECT "{key}" FROM "{name}"' for name, key in keys.items()}
        found = self.read_tables(queries | {"revision": "SELECT revision FROM revision"})
        revision = int(found.pop("revision")["revision"][0].as_py())
        return revision, {name: found[name].column(0).combine_chunks() for name in keys}

    def close(self) -> None:
        """See `Database.close`."""
        self.engine.dispose()


NUMBERS = ("row_id", "message_id")
"""Columns that are asked for by number."""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _copy(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
    """Rows into a temporary table `incoming`, whose columns have the types of the table's."""
    types = {name: table.c[name].type.compile(connection.dialect) for name in rows.column_names}
    copy_in(connection, "incoming", [f'"{name}" {kind}' for name, kind in types.items()], rows)
