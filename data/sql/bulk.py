"""Whole tables out of SQLite as Arrow, without a Python object for each cell.

ADBC reads them, but brings its own copy of the SQLite library, and two copies in one process must never
have the same file open: closing it in one drops the POSIX locks that the other holds
(https://www.sqlite.org/howtocorrupt.html, section 2.2.1). So Python's copy first writes what is wanted into a
scratch file beside the store, lets go of it, and ADBC opens only that.
"""

import glob
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from data.sql.sqlite import BUSY_SECONDS, address

ONE_BATCH = 1 << 30
"""ADBC guesses a column's type from its first batch: everything is read as one."""

LEFT_BEHIND_SECONDS = 3600
"""Nobody reads for so long: an older scratch folder is nobody's."""

SCRATCH_PRAGMAS = ("page_size = 65536", "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536")
"""A scratch file needs no safety: after a crash nobody reads it."""


def read_tables(path: Path, queries: Mapping[str, str]) -> dict[str, pa.Table]:
    """Results of the queries, all of one moment, with the driver's own types (see `data.sql.arrow`)."""
    with _scratch_folder(path) as folder:
        scratch = folder / "scratch.db"
        _copy(path, queries, scratch)
        return _read(scratch, list(queries))


def sweep(path: Path, now: float) -> None:
    """Remove scratch folders that a killed process left beside the store (seconds since 1970)."""
    for folder in path.parent.glob(f".{glob.escape(path.name)}-*"):
        if folder.is_dir() and now - folder.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _scratch_folder(path: Path) -> Iterator[Path]:
    """A folder beside the store, as protected as the store; where nothing can be written, the system's."""
    try:
        folder = TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent)
    except OSError:
        folder = TemporaryDirectory(prefix="panelwise-")
    with folder as name:
        yield Path(name)


def _copy(path: Path, queries: Mapping[str, str], scratch: Path) -> None:
    """Write the results of the queries into the scratch file, within one reading transaction."""
    target = address(scratch, read_only=False)
    with closing(sqlite3.connect(target, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        for pragma in SCRATCH_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("ATTACH ? AS store", (address(path, read_only=True),))
        connection.execute("BEGIN")
        for name, query in queries.items():
            connection.execute(f'CREATE TABLE main."scratch_{name}" AS {query}')
        connection.execute("COMMIT")


def _read(scratch: Path, names: list[str]) -> dict[str, pa.Table]:
    from adbc_driver_sqlite import dbapi

    found = {}
    with dbapi.connect(address(scratch, read_only=True)) as connection:
        for name in names:
            with connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(ONE_BATCH)})
                cursor.execute(f'SELECT * FROM "scratch_{name}"')
                found[name] = cursor.fetch_arrow_table()
    return found
