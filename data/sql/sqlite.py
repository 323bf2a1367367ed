"""Everything that is particular to SQLite: connections, locking, what its drivers give back."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import sqlalchemy as sa
from adbc_driver_sqlite import dbapi as adbc

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

APPLICATION_ID = 0x70776973
"""Marks the file as panelwise's ("pwis"), for `file` and for the next opener."""

MAGIC = b"SQLite format 3\x00"
"""First bytes of every SQLite file."""

UPSERT = "INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO {action}"

ONE_BATCH = 1 << 30
"""ADBC guesses a column's type from its first batch: everything is read as one."""


def address(path: Path, read_only: bool) -> str:
    """URI of the file."""
    mode = "ro" if read_only else "rwc"
    return f"file:{quote(str(path))}?mode={mode}"


def engine_of(path: Path, read_only: bool) -> sa.Engine:
    """Connections to the file. Transactions with the execution option `writes` take the write lock first."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address(path, read_only),
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class ArrowReader:
    """Reads of one moment: all within one transaction, as Arrow tables with the driver's own types."""

    def __init__(self, connection: adbc.Connection) -> None:
        self._connection = connection

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """All rows of a query."""
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(ONE_BATCH)})
            cursor.execute(sql, parameters or None)
            return cursor.fetch_arrow_table()


@contextmanager
def reading(path: Path) -> Iterator[ArrowReader]:
    """A reader that sees the store as it is at its first query, whatever is written meanwhile."""
    with adbc.connect(address(path, read_only=True), autocommit=False) as connection:
        yield ArrowReader(connection)


def one_of(column: str, values: Iterable[object]) -> tuple[str, str]:
    """A condition that the column is one of any number of values, and the parameter that holds them."""
    return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))


def upsert(table: sa.Table) -> str:
    """Insert a row, or exchange the one of its key; parameters in the order of the columns."""
    names = [f'"{column.name}"' for column in table.columns]
    key = [f'"{column.name}"' for column in table.primary_key.columns]
    rest = [name for name in names if name not in key]
    action = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)}" if rest else "NOTHING"
    return UPSERT.format(
        table=f'"{table.name}"',
        columns=", ".join(names),
        marks=", ".join("?" * len(names)),
        key=", ".join(key),
        action=action,
    )


def insert(table: str, columns: Sequence[str]) -> str:
    """Insert a row; parameters in the order of `columns`."""
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
