"""Everything that is particular to SQLite: connections, locking, what its drivers give back."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

CACHE_KIB = 131_072
"""Pages kept in memory by a connection: the index of two million assignments fits, or commits wait for it."""

LOG_BYTES = 64 * 1024 * 1024
"""What the write-ahead log keeps on disk after a big commit."""

APPLICATION_ID = 0x70776973
"""Marks the file as panelwise's ("pwis"), for `file` and for the next opener."""

MAGIC = b"SQLite format 3\x00"
"""First bytes of every SQLite file."""

UPSERT = "INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO {action}"


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
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool, hide_parameters=True)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def one_of(column: str, values: Iterable[object], name: str) -> tuple[str, str]:
    """A condition that the column is one of any number of values, and the value of its parameter `name`."""
    return f"{column} IN (SELECT value FROM json_each(:{name}))", json.dumps(list(values))


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
