"""What keeps jobs: every step is one transaction, and an attempt that was replaced can write nothing."""

from datetime import datetime
from typing import Protocol

from data.job import Job, JobProgress, JobState


class JobStore(Protocol):
    """Rows of jobs. Steps of an attempt are fenced by its number: FencedError for one that was replaced."""

    def add_job(self, job: Job) -> Job:
        """Keep a new job as queued. The one kept already where there is one of that id."""

    def job(self, job_id: str) -> Job:
        """One job; NotFoundError where there is none."""

    def jobs(self, limit: int = 50) -> list[Job]:
        """The newest first."""

    def unfinished(self) -> list[Job]:
        """Queued and running ones, oldest first."""

    def start_job(self, job_id: str, at: datetime) -> Job:
        """Take a queued job: running, with the next attempt. FencedError where it is not queued."""

    def report(self, job_id: str, attempt: int, progress: JobProgress, at: datetime) -> Job:
        """Write progress and a sign of life; the job as it stands, so that the caller learns of `cancel`."""

    def finish(
        self,
        job_id: str,
        attempt: int,
        state: JobState,
        at: datetime,
        plan_id: str = "",
        error: str = "",
        result: str = "",
    ) -> Job:
        """End an attempt for good; `result` is kept with it, in the same transaction."""

    def result(self, job_id: str) -> str:
        """What a job found that is no plan: JSON text, empty where there is none."""

    def ask_cancel(self, job_id: str, at: datetime) -> Job:
        """Cancel: at once where it is queued, at its next sign of life where it runs, not where it ended."""

    def give_back(
        self,
        job_id: str,
        attempt: int,
        at: datetime,
        attempts: int,
        error: str,
        beat: int | None = None,
    ) -> Job:
        """Queue an attempt's job again, or fail it with `error` after so many attempts.

        A job whose cancellation was asked for is cancelled. With `beat`, FencedError where there was another
        sign of life since: the attempt only waited for the store.
        """
