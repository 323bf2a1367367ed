"""Jobs as one principal has them."""

from datetime import datetime

from api.access import Principal
from api.access_fence import fenced
from api.access_sight import Sight
from api.jobs.kinds import unpacked
from data.errors import NotFoundError
from data.job import Job
from data.job_store import JobStore

MANY = 2**31 - 1


class GuardedJobs:
    """Jobs whose patients are all in sight; others are not there."""

    def __init__(self, jobs: JobStore, sight: Sight) -> None:
        self._jobs = fenced(jobs, sight.principal)
        self._sight = sight

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return self._sight.principal

    def add(self, job: Job) -> Job:
        """Queue a job; the one queued already under that id."""
        self.principal.require("propose")
        return self._jobs.add_job(job)

    def job(self, job_id: str) -> Job:
        """One job; NotFoundError where it is not there, or out of sight."""
        self.principal.require("read")
        found = self._jobs.job(job_id)
        if not self._sees(found):
            raise NotFoundError(f"no job {job_id!r}")
        return found

    def jobs(self, limit: int = MANY) -> list[Job]:
        """The newest first."""
        self.principal.require("read")
        most = MANY if self.principal.confined else limit
        return [each for each in self._jobs.jobs(most) if self._sees(each)][:limit]

    def result(self, job: Job) -> str:
        """What the job found, JSON text; empty where nothing, and for others who are confined.

        A result is of what whoever asked could see, which may be more than others can.
        """
        mine = not self.principal.confined or job.actor == self.principal.actor
        return self._jobs.result(job.job_id) if mine and job.final else ""

    def ask_cancel(self, job_id: str, at: datetime) -> Job:
        """See `JobStore.ask_cancel`."""
        self.principal.require("propose")
        return self._jobs.ask_cancel(self.job(job_id).job_id, at)

    def _sees(self, job: Job) -> bool:
        if not self.principal.confined:
            return True
        wish, _ = unpacked(job)
        return self._sight.sees_scope(wish.patients())
