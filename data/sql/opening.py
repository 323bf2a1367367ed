"""Open a store: make it where there is none, bring it to the current version, refuse what is not one."""

import sqlite3
import time
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from data.errors import DataError, StoreVersionError
from data.sql import sqlite
from data.sql.bulk import sweep
from data.sql.migrate import migrate, version_of
from data.sql.schema import VERSION
from data.sql.sentences import in_sentences
from data.sql.store import SqlStore

PREFIX = "sqlite:///"


def open_store(where: str | Path, at: datetime, read_only: bool = False) -> SqlStore:
    """The store in the file `where` (a path, or `sqlite:///` and a path).

    A file that is not there is made, an older version is migrated (`at` is the moment that is recorded for
    it), an up-to-date one is not written. `read_only` never writes and makes nothing.
    DataError says what is wrong with the place; StoreVersionError that a newer panelwise wrote it.
    """
    path = _path(str(where))
    _check_place(path, read_only)
    engine = sqlite.engine_of(path, read_only)
    try:
        with in_sentences(path):
            _bring_up_to_date(path, engine, at, read_only)
    except BaseException:
        engine.dispose()
        raise
    if not read_only:
        sweep(path, time.time())
    return SqlStore(path, engine)


def _path(where: str) -> Path:
    if where.startswith(PREFIX):
        return Path(where.removeprefix(PREFIX))
    if "://" in where:
        kind = where.partition(":")[0]
        raise DataError(f"{kind} stores are not supported; give the path of a file, or {PREFIX}PATH")
    return Path(where)


def _check_place(path: Path, read_only: bool) -> None:
    """DataError where the file cannot be a store."""
    if path.is_dir():
        raise DataError(f"{path} is a folder; name a file in it, for example {path / 'panelwise.db'}")
    if not path.exists():
        if read_only:
            raise DataError(f"there is no store at {path}; import data to make one")
        if not path.parent.is_dir():
            raise DataError(f"there is no folder {path.parent}; make it first, or name another place")
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(sqlite.MAGIC))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    if head and head != sqlite.MAGIC:
        raise DataError(f"{path} is not a database; name another file, or one that is not there yet")


def _bring_up_to_date(path: Path, engine: sa.Engine, at: datetime, read_only: bool) -> None:
    with engine.connect() as connection:
        version = _known_version(path, connection)
    if version == VERSION:
        return
    if read_only:
        raise DataError(f"{path} has version {version or 'none'}, not {VERSION}; open it once for writing")
    _write_ahead(engine)
    with engine.connect() as plain, plain.execution_options(writes=True).begin():
        _known_version(path, plain)
        migrate(plain, at)


def _known_version(path: Path, connection: sa.Connection) -> str:
    try:
        version = version_of(connection)
    except DataError as error:
        raise DataError(f"{path} is not a store of panelwise: {error}; name another file") from error
    if version > VERSION:
        raise StoreVersionError(
            f"{path} was written by a newer version of panelwise (schema {version}; this one knows up to "
            f"{VERSION}): update panelwise, or open a copy made before"
        )
    return version


def _write_ahead(engine: sa.Engine) -> None:
    """Turn on write-ahead logging, which the file then remembers; somebody else may be doing the same."""
    for attempt in range(100):
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.05)
        finally:
            raw.close()
