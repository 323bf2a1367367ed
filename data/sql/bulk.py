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
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from data.sql.sqlite import BUSY_SECONDS, address

ONE_BATCH = 1 << 30
"""ADBC guesses a column's type from its first batch: everything is read as one."""

LEFT_BEHIND_SECONDS = 3600
"""Nobody reads for so long: an older scratch folder is nobody's."""

HALVES = (
    "SELECT * FROM {table} WHERE rowid <= (SELECT max(rowid) / 2 FROM {table})",
    "SELECT * FROM {table} WHERE rowid > (SELECT max(rowid) / 2 FROM {table})",
)

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
    """The tables of the scratch file, which nobody changes, by two readers at once."""
    with ThreadPoolExecutor(len(HALVES)) as readers:
        halves = list(readers.map(lambda half: _read_half(scratch, names, half), HALVES))
    return {name: _joined([half[name] for half in halves]) for name in names}


def _read_half(scratch: Path, names: list[str], half: str) -> dict[str, pa.Table]:
    from adbc_driver_sqlite import dbapi

    found = {}
    with dbapi.connect(address(scratch, read_only=True)) as connection:
        for name in names:
            with connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(ONE_BATCH)})
                cursor.execute(half.format(table=f'"scratch_{name}"'))
                found[name] = cursor.fetch_arrow_table()
    return found


def _joined(halves: list[pa.Table]) -> pa.Table:
    columns = [_column([half[name] for half in halves]) for name in halves[0].column_names]
    return pa.table(columns, names=halves[0].column_names)


def _column(parts: list[pa.ChunkedArray]) -> pa.Array:
    """The parts as one: of the type of those with values, since a type is guessed from values."""
    kinds = {part.type for part in parts if part.null_count < len(part)} or {parts[0].type}
    kind = kinds.pop() if len(kinds) == 1 else pa.float64()  # whole numbers in one half, others in the other
    chunks = [chunk for part in parts for chunk in pc.cast(part, kind).chunks]
    return pa.chunked_array(chunks, type=kind).combine_chunks()
