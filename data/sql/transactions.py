"""Transactions whose errors are told in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from data.job import FencedError
from data.sql.database import Database, Holder
from data.sql.schema import JOBS

ADDS = "adds"
"""Execution option `writes` of a transaction that only adds rows of its own."""


@contextmanager
def reading(database: Database) -> Iterator[sa.Connection]:
    """A connection that reads; UnavailableError or DataError where the database refuses."""
    with database.sentences(), database.engine.connect() as connection:
        yield connection


@contextmanager
def writing(database: Database) -> Iterator[sa.Connection]:
    """A transaction that holds the write lock from its beginning; errors as of `reading`.

    FencedError where it is an attempt's at a job, and another one has taken the job over: whoever was frozen
    in between and thaws late writes nothing.
    """
    with _transaction(database, True) as connection:
        yield connection


@contextmanager
def adding(database: Database) -> Iterator[sa.Connection]:
    """A transaction that only adds rows of its own and waits for no writer, where the database has several.

    Errors as of `writing`. In a file, which has one writer at a time, it is the same as that.
    """
    with _transaction(database, ADDS) as connection:
        yield connection


@contextmanager
def _transaction(database: Database, writes: object) -> Iterator[sa.Connection]:
    with database.sentences(), database.engine.connect() as plain:
        connection = plain.execution_options(writes=writes)
        with connection.begin():
            if database.holder is not None:
                _check_holder(connection, database.holder)
            yield connection


def _check_holder(connection: sa.Connection, holder: Holder) -> None:
    own = sa.and_(JOBS.c.job_id == holder.job_id, JOBS.c.attempt == holder.attempt)
    state = connection.execute(sa.select(JOBS.c.state).where(own)).scalar()
    if state != "running":
        raise FencedError(f"attempt {holder.attempt} of job {holder.job_id} was replaced, or has ended")
