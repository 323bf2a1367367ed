"""Schedules in the database of the store."""

from datetime import datetime

import sqlalchemy as sa

from data.job import Job
from data.sql.database import Database
from data.sql.jobs import put_job
from data.sql.moments import from_micros, micros
from data.sql.schema import SCHEDULES
from data.sql.transactions import reading, writing


class SqlSchedules:
    """A `ScheduleStore` in a database, beside its jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def taken(self, name: str) -> datetime | None:
        """See `ScheduleStore.taken`."""
        with reading(self._database) as connection:
            return _taken(connection, name)

    def take(
        self, name: str, before: datetime | None, due: datetime, at: datetime, job: Job | None = None
    ) -> bool:
        """See `ScheduleStore.take`."""
        cells = {"due": micros(due), "taken_at": micros(at)}
        with writing(self._database) as connection:  # the lock makes whoever comes second see the first
            found = _taken(connection, name)
            if found != before:
                return False
            if found is None:
                connection.execute(sa.insert(SCHEDULES).values(name=name, **cells))
            else:
                connection.execute(sa.update(SCHEDULES).where(SCHEDULES.c.name == name).values(**cells))
            if job is not None:
                put_job(connection, job)
        return True


def _taken(connection: sa.Connection, name: str) -> datetime | None:
    found = connection.execute(sa.select(SCHEDULES.c.due).where(SCHEDULES.c.name == name)).scalar()
    return None if found is None else from_micros(found)
