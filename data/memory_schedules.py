"""Schedules in memory: the same behavior as `data.sql.schedules`."""

from datetime import datetime
from threading import RLock

from data.job import Job
from data.job_store import JobStore
from data.refusals import moment


class MemorySchedules:
    """A `ScheduleStore` without a file, beside jobs of the same kind."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._taken: dict[str, datetime] = {}
        self._lock = RLock()

    def taken(self, name: str) -> datetime | None:
        """See `ScheduleStore.taken`."""
        return self._taken.get(name)

    def take(
        self,
        name: str,
        before: datetime | None,
        due: datetime,
        at: datetime,  # noqa: ARG002  only databases say when they were written
        job: Job | None = None,
    ) -> bool:
        """See `ScheduleStore.take`."""
        with self._lock:
            if self._taken.get(name) != before:
                return False
            self._taken[name] = moment(due)
            if job is not None:
                self._jobs.add_job(job)
            return True
