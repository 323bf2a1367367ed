"""Open a store: make it where there is none, bring it to the current version, refuse what is not one."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from data.errors import DataError, StoreVersionError
from data.sql import sqlite
from data.sql.bulk import sweep
from data.sql.database import Database
from data.sql.embedded import Embedded
from data.sql.migrate import migrate, version_of
from data.sql.schema import VERSION
from data.sql.store import SqlStore
from data.sql.transactions import writing

PREFIX = "sqlite:///"

OLDEST_SERVER = 15
"""PostgreSQL versions before it are not tested."""


class OlderStoreError(DataError):
    """The store is of an older version, and may only be read."""

    def __init__(self, place: str, version: str) -> None:
        self.version = version
        super().__init__(f"{place} has version {version or 'none'}, not {VERSION}; open it once for writing")


SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


def open_store(where: str | Path, at: datetime, read_only: bool = False) -> SqlStore:
    """The store in the file `where` (a path, or `sqlite:///` and a path) or on the server `postgresql://...`.

    A file that is not there is made, an older version is migrated (`at` is the moment that is recorded for
    it), an up-to-date one is not written. `read_only` never writes and makes nothing. A database on a server
    must be there; an empty one gets its tables.
    DataError says what is wrong with the place; StoreVersionError that a newer panelwise wrote it.
    """
    text = str(where)
    if text.startswith(SERVERS):
        return _open_server(text, at, read_only)
    return _open_file(path_of(text), at, read_only)


@dataclass(frozen=True)
class Migrated:
    """Schema version before (empty: there was no store) and after, and guards that had been missing."""

    before: str
    after: str
    mended: tuple[str, ...]


def bring_up_to_date(where: str | Path, at: datetime) -> Migrated:
    """Migrate a store, or make it, and put in place what guards it, as its owner; errors of `open_store`."""
    before = _version_at(str(where), at)
    store = open_store(where, at)
    try:
        missing = store.missing_guards()
        if missing:
            with writing(store.database) as connection:
                store.database.install_guards(connection)
                left = store.database.missing_guards(connection)
            if left:
                raise DataError(f"the guards {', '.join(left)} could not be put in place")
            store.note(at, "panelwise", "mend", ", ".join(missing))
        return Migrated(before, VERSION, tuple(missing))
    finally:
        store.close()


def _version_at(where: str, at: datetime) -> str:
    """Version of the schema there; empty where there is no store yet."""
    if not where.startswith(SERVERS) and not path_of(where).exists():
        return ""
    try:
        open_store(where, at, read_only=True).close()
    except OlderStoreError as error:
        return error.version
    return VERSION


def is_address(where: str) -> bool:
    """Whether a place is the address of a server, and not a path."""
    return where.startswith(SERVERS)


def _open_file(path: Path, at: datetime, read_only: bool) -> SqlStore:
    _check_place(path, read_only)
    database = Embedded(path, sqlite.engine_of(path, read_only))
    with _closed_on_failure(database):
        _bring_up_to_date(database, at, read_only, lambda: _write_ahead(database.engine))
    if not read_only:
        sweep(path, time.time())
    return SqlStore(database)


def _open_server(where: str, at: datetime, read_only: bool) -> SqlStore:
    url = address_of(where)
    from data.sql.postgres import engine, fences, guards, queue
    from data.sql.postgres.server import Server

    database = Server(url, engine.engine_of(url, read_only))
    with _closed_on_failure(database):
        _check_server(database)
        _bring_up_to_date(database, at, read_only, lambda: None)
        if not read_only:
            _mend(database, queue.is_behind, guards.install)
            _mend(database, fences.lacks_rights, fences.grant)
    return SqlStore(database)


def address_of(where: str) -> sa.URL:
    """The address of a server as SQLAlchemy has it; DataError where it is none, or packages are missing."""
    try:
        from data.sql.postgres import engine, fences, queue, server  # noqa: F401  all that a server needs
    except ImportError as error:
        raise DataError(
            f"PostgreSQL needs more packages: pip install 'panelwise[postgres]' ({error})"
        ) from error
    try:
        return engine.address_of(where)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise DataError(
            "this is not the address of a database; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from error


@contextmanager
def _closed_on_failure(database: Database) -> Iterator[None]:
    try:
        with database.sentences():
            yield
    except BaseException:
        database.close()
        raise


def path_of(where: str) -> Path:
    """Path of the file that a place means; DataError for an address of another kind of store."""
    if where.startswith(PREFIX):
        return Path(where.removeprefix(PREFIX))
    if "://" in where:
        kind = where.partition(":")[0]
        raise DataError(
            f"{kind} stores are not supported; give the path of a file, {PREFIX}PATH or {SERVERS[0]}..."
        )
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


def _check_server(database: Database) -> None:
    """DataError where the server is older than what the schema needs."""
    with database.engine.connect() as connection:
        version = int((connection.dialect.server_version_info or (0,))[0])
    if version < OLDEST_SERVER:
        raise DataError(
            f"{database.place}: PostgreSQL {version} is too old; it must be {OLDEST_SERVER} or newer"
        )


def _mend(
    database: Database, lacking: Callable[[sa.Connection], bool], mend: Callable[[sa.Connection], None]
) -> None:
    """What may change after the tables were made: the role of the application, the queue's own version."""
    with database.engine.connect() as connection:
        needed = lacking(connection)
    if needed:
        with database.engine.connect() as plain, plain.execution_options(writes=True).begin():
            mend(plain)


def _bring_up_to_date(database: Database, at: datetime, read_only: bool, prepare: Callable[[], None]) -> None:
    with database.engine.connect() as connection:
        version = _known_version(database.place, connection)
    if version == VERSION:
        return
    if read_only:
        raise OlderStoreError(database.place, version)
    prepare()
    with database.engine.connect() as plain, plain.execution_options(writes=True).begin():
        _known_version(database.place, plain)
        migrate(database, plain, at)


def _known_version(place: str, connection: sa.Connection) -> str:
    try:
        version = version_of(connection)
    except DataError as error:
        raise DataError(f"{place} is not a store of panelwise: {error}; name another one") from error
    if version > VERSION:
        raise StoreVersionError(
            f"{place} was written by a newer version of panelwise (schema {version}; this one knows up to "
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
