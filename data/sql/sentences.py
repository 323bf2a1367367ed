"""What a database says, in sentences that tell what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from adbc_driver_manager import Error as AdbcError

from data.errors import DataError

REMEDIES = {
    "locked": "another writer kept the store busy for too long; try again when it is done",
    "readonly": "the store can only be read: give write permission to its file and folder",
    "unable to open": "the file cannot be opened or made: look at the folder's permissions",
    "disk is full": "there is no room left on the disk; make room, nothing was written",
    "malformed": "the file is damaged: take the latest backup",
    "not a database": "the file is not a database: name another one",
}
"""Part of the database's own words, and what it means."""


@contextmanager
def in_sentences(path: Path) -> Iterator[None]:
    """Errors of the database as DataError with a remedy; those of our own pass."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError, AdbcError) as error:
        if isinstance(error, (sa.exc.IntegrityError, sqlite3.IntegrityError)):
            raise
        words = str(getattr(error, "orig", error))
        remedy = next((text for part, text in REMEDIES.items() if part in words), words)
        raise DataError(f"{path}: {remedy}") from error
