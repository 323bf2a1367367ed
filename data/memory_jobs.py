"""Jobs in memory: the same behavior as `data.sql.jobs`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import RLock

from data.errors import NotFoundError
from data.job import FencedError, Job, JobProgress, JobState
from data.refusals import moment


class MemoryJobs:
    """A `JobStore` without a file; `tell` puts into the outbox (topic, JSON body) what failed."""

    def __init__(self, tell: Callable[[str, str], None] | None = None) -> None:
        self._tell = tell
        self._jobs: dict[str, Job] = {}
        self._results: dict[str, str] = {}
        self._lock = RLock()

    def add_job(self, job: Job) -> Job:
        """See `JobStore.add_job`."""
        with self._lock:
            return self._jobs.setdefault(job.job_id, job)

    def job(self, job_id: str) -> Job:
        """See `JobStore.job`."""
        found = self._jobs.get(job_id)
        if found is None:
            raise NotFoundError(f"no job {job_id!r}")
        return found

    def jobs(self, limit: int = 50) -> list[Job]:
        """See `JobStore.jobs`."""
        found = sorted(self._jobs.values(), key=lambda each: each.job_id)
        return sorted(found, key=lambda each: each.created_at, reverse=True)[:limit]

    def unfinished(self) -> list[Job]:
        """See `JobStore.unfinished`."""
        found = [each for each in self._jobs.values() if not each.final]
        return sorted(found, key=lambda each: (each.created_at, each.job_id))

    def start_job(self, job_id: str, at: datetime) -> Job:
        """See `JobStore.start_job`."""
        with self._lock:
            found = self.job(job_id)
            if found.state != "queued":
                raise FencedError(f"job {job_id} is {found.state}, not queued")
            return self._put(found, at, state="running", attempt=found.attempt + 1, beat=0)

    def report(self, job_id: str, attempt: int, progress: JobProgress, at: datetime) -> Job:
        """See `JobStore.report`."""
        with self._lock:
            found = self._held(job_id, attempt)
            return self._put(found, at, progress=progress, beat=found.beat + 1)

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
        """See `JobStore.finish`."""
        with self._lock:
            ended = self._put(self._held(job_id, attempt), at, state=state, plan_id=plan_id, error=error)
            self._results[job_id] = result
            return ended

    def result(self, job_id: str) -> str:
        """See `JobStore.result`."""
        return self._results.get(job_id, "")

    def ask_cancel(self, job_id: str, at: datetime) -> Job:
        """See `JobStore.ask_cancel`."""
        with self._lock:
            found = self.job(job_id)
            if found.final or found.cancel:
                return found
            state: JobState = "cancelled" if found.state == "queued" else found.state
            return self._put(found, at, cancel=True, state=state)

    def give_back(
        self,
        job_id: str,
        attempt: int,
        at: datetime,
        attempts: int,
        error: str,
        beat: int | None = None,
    ) -> Job:
        """See `JobStore.give_back`."""
        with self._lock:
            found = self._held(job_id, attempt)
            check_silent(found, beat)
            state, said = after_loss(found, attempts, error)
            return self._put(found, at, state=state, error=said)

    def _held(self, job_id: str, attempt: int) -> Job:
        found = self.job(job_id)
        check_held(found, attempt)
        return found

    def _put(self, job: Job, at: datetime, **changes: object) -> Job:
        after = replace(job, changed_at=moment(at), version=job.version + 1, **changes)  # type: ignore[arg-type]
        self._jobs[job.job_id] = after
        if after.state == "failed" and self._tell is not None:
            self._tell(*after.notice)
        return after


def check_held(job: Job, attempt: int) -> None:
    """FencedError unless the attempt still has the job."""
    if job.state != "running" or job.attempt != attempt:
        raise FencedError(f"attempt {attempt} of job {job.job_id} was replaced: it is {job.state} now")


def check_silent(job: Job, beat: int | None) -> None:
    """FencedError where there was another sign of life than the `beat` last seen."""
    if beat is not None and job.beat != beat:
        raise FencedError(f"attempt {job.attempt} of job {job.job_id} lives")


def after_loss(job: Job, attempts: int, error: str) -> tuple[JobState, str]:
    """What becomes of a job whose attempt died: state and error."""
    if job.cancel:
        return "cancelled", ""
    return ("failed", error) if job.attempt >= attempts else ("queued", "")
