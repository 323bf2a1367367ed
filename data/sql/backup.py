"""Back up a store into a folder, and make a store from it again; on both databases, while others work on.

The folder holds the database (`store.db`, a SQLite file of one moment, or `store.dump`, pg_dump's), the rule
documents beside it (`rules/`), and `backup.json` with the SHA-256 of every file.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from data.errors import DataError
from data.sql.embedded import AWAY, REMEDIES
from data.sql.opening import address_of, is_address, open_store, path_of
from data.sql.sentences import told
from data.sql.sqlite import address
from data.sql.transactions import reading, writing

NAMES: dict[str, str] = {"sqlite": "store.db", "postgres": "store.dump"}
LISTING = "backup.json"
RULES = "rules"
PAGES = 4096
"""Pages of a SQLite file copied at a time; writers get their turn in between."""

DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
RESTORE = ("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
"""Without rights: they belong to roles of the server, and are given anew (`Database.install_guards`)."""


@dataclass(frozen=True)
class Backup:
    """One backup: when, of which database, at which schema version and revision; SHA-256 by file."""

    made_at: str
    kind: Literal["sqlite", "postgres"]
    version: str
    revision: int
    files: Mapping[str, str]


def back_up(where: str | Path, folder: Path, at: datetime, rules: Path | None = None) -> Backup:
    """Copy a store and the documents of the folder `rules` into a new folder; the store may be in use.

    The folder appears when everything is in it. DataError where it is there already, or anything fails.
    """
    if folder.exists():
        raise DataError(f"{folder} is there already; name a folder that is not")
    if not folder.parent.is_dir():
        raise DataError(f"there is no folder {folder.parent}; make it first")
    beginning = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        return _backed_up(where, folder, beginning, at, rules)
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beginning, ignore_errors=True)


def _backed_up(where: str | Path, folder: Path, beginning: Path, at: datetime, rules: Path | None) -> Backup:
    on_server = is_address(str(where))
    beginning.mkdir(mode=0o700)  # patients' data: as protected as the store should be
    copy = beginning / NAMES["postgres" if on_server else "sqlite"]
    if on_server:
        version, revision = _on_server(str(where))
        _run([*DUMP, "--file", str(copy)], address_of(str(where)))
    else:
        version, revision = _copied(path_of(str(where)), copy)
    if rules is not None and rules.is_dir():
        shutil.copytree(rules, beginning / RULES)
    files = {str(each.relative_to(beginning)): _digest(each) for each in _files(beginning)}
    made = Backup(at.isoformat(), "postgres" if on_server else "sqlite", version, revision, files)
    (beginning / LISTING).write_text(json.dumps(asdict(made), indent=2) + "\n", encoding="utf-8")
    for each in _files(beginning):
        _sync(each)
    beginning.rename(folder)
    _sync(folder.parent)
    return made


def restore(folder: Path, where: str | Path, at: datetime, rules: Path | None = None) -> Backup:
    """Make a store from a backup: in a file that is not there yet, or in an empty database on a server.

    Every file is checked first. An older schema is migrated; guards, fences and rights are put in place. The
    documents go into the folder `rules`, where there is none yet. DataError says what is wrong with either.
    """
    made = _checked(folder)
    kind = "postgres" if is_address(str(where)) else "sqlite"
    if made.kind != kind:
        raise DataError(
            f"{folder} is a backup of {made.kind}; {where} is {kind}: restore it where it belongs"
        )
    if rules is not None and rules.exists() and (folder / RULES).is_dir():
        raise DataError(f"{rules} is there already; move it away, the backup has its own rule documents")
    if kind == "sqlite":
        _put_back(folder / NAMES[kind], path_of(str(where)))
    else:
        _load(folder / NAMES[kind], str(where))
    store = open_store(where, at)
    try:
        with writing(store.database) as connection:  # rights are not in the backup
            store.database.install_guards(connection)
            missing = store.database.missing_guards(connection)
        if missing:
            raise DataError(f"the guards {', '.join(missing)} could not be put in place")
        store.note(at, "panelwise", "restore", f"backup of {made.made_at}")
        restored = store.revision()
    finally:
        store.close()
    if restored != made.revision and kind == "sqlite":
        raise DataError(f"the store is at revision {restored}, the backup was at {made.revision}")
    if rules is not None and (folder / RULES).is_dir():
        shutil.copytree(folder / RULES, rules)
    return made


def _checked(folder: Path) -> Backup:
    """The listing of a backup whose files are all there and as they were."""
    try:
        made = Backup(**json.loads((folder / LISTING).read_text(encoding="utf-8")))
        wrong = [name for name, digest in made.files.items() if _digest(folder / name) != digest]
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{folder} is no whole backup ({error}); take another one") from error
    if wrong:
        raise DataError(f"{folder}: {', '.join(wrong)} is not what was backed up; take another backup")
    return made


def _on_server(where: str) -> tuple[str, int]:
    """Version and revision of the store on a server, whatever its version; DataError where there is none."""
    with _connected(where) as connection:
        if "alembic_version" not in sa.inspect(connection).get_table_names():
            raise DataError("there is no store in this database")
        return _version(connection.exec_driver_sql)


def _copied(source: Path, copy: Path) -> tuple[str, int]:
    """SQLite's online backup: of one moment, whatever is written meanwhile; version and revision of it."""
    if not source.is_file():
        raise DataError(f"there is no store at {source}")
    with (
        told(str(source), REMEDIES, AWAY, (sqlite3.DatabaseError,), ()),
        closing(sqlite3.connect(address(source, read_only=True), uri=True)) as reading,
        closing(sqlite3.connect(copy)) as writing,
    ):
        reading.backup(writing, pages=PAGES)
        if writing.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise DataError(f"{source} is damaged; keep the backups that you have")
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        return _version(writing.execute)


def _put_back(copy: Path, path: Path) -> None:
    if path.exists():
        raise DataError(f"{path} is there already; move it away, or name another file")
    if not path.parent.is_dir():
        raise DataError(f"there is no folder {path.parent}; make it first")
    beginning = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.copyfile(copy, beginning)
        with closing(sqlite3.connect(beginning)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        _sync(beginning)
        beginning.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        beginning.unlink(missing_ok=True)


def _load(copy: Path, where: str) -> None:
    """Load a dump into an empty database, all of it or nothing."""
    with _connected(where) as connection:
        tables = sa.inspect(connection).get_table_names()
    if tables:
        raise DataError(f"the database holds tables ({', '.join(sorted(tables)[:3])}); name an empty one")
    _run([*RESTORE, str(copy)], address_of(where))


@contextmanager
def _connected(where: str) -> Iterator[sa.Connection]:
    """A connection to a server that only reads."""
    from data.sql.postgres import engine
    from data.sql.postgres.server import Server

    url = address_of(where)
    server = Server(url, engine.engine_of(url, read_only=True))
    try:
        with reading(server) as connection:
            yield connection
    finally:
        server.close()


def _run(command: list[str], url: sa.URL) -> None:
    """One of PostgreSQL's tools on a database; the password is not among its arguments."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    try:
        done = subprocess.run(
            [*command, "--dbname", plain],
            env=os.environ | secret,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise DataError(
            f"{command[0]} is not installed here: it comes with PostgreSQL's client programs, of its "
            "version or newer"
        ) from error
    if done.returncode:
        raise DataError(f"{command[0]}: {done.stderr.strip() or f'ended with {done.returncode}'}")


def _version(ask: Callable[[str], Any]) -> tuple[str, int]:
    version, revision = ask(
        "SELECT version_num, (SELECT revision FROM revision) FROM alembic_version"
    ).fetchone()
    return str(version), int(revision)


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have the file system keep a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
