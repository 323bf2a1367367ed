"""What remembers when schedules ran: each moment is taken once, by whoever is first."""

from datetime import datetime
from typing import Protocol

from data.job import Job


class ScheduleStore(Protocol):
    """The last moment at which each schedule was due and taken."""

    def taken(self, name: str) -> datetime | None:
        """The moment taken last; None where the schedule was never seen."""

    def take(
        self, name: str, before: datetime | None, due: datetime, at: datetime, job: Job | None = None
    ) -> bool:
        """Move a schedule from `before` to `due`, and queue its job, in one transaction.

        False, and nothing done, where somebody else moved it first.
        """
