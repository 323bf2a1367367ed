"""Transactions whose errors are told in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from data.sql.database import Database


@contextmanager
def reading(database: Database) -> Iterator[sa.Connection]:
    """A connection that reads; UnavailableError or DataError where the database refuses."""
    with database.sentences(), database.engine.connect() as connection:
        yield connection


@contextmanager
def writing(database: Database) -> Iterator[sa.Connection]:
    """A transaction that holds the write lock from its beginning; errors as of `reading`."""
    with database.sentences(), database.engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection
