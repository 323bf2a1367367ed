"""Looks into the database of a store, of either kind, past the store."""

from contextlib import contextmanager

from data.sql import sqlite
from data.sql.opening import is_address
from data.sql.postgres import engine as postgres
from data.sql.schema import METADATA


@contextmanager
def connected(place):
    """A connection to the database."""
    if is_address(place):
        engine = postgres.engine_of(postgres.address_of(place), read_only=False)
    else:
        engine = sqlite.engine_of(place, read_only=False)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(place, statement):
    """All rows of one statement."""
    with connected(place) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def dump(place):
    """Every row of every table."""
    with connected(place) as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()))
            for name in METADATA.tables
        }
