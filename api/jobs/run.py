"""Run one attempt of a job, in a process of its own: `python -m api.jobs.run JOB ATTEMPT`."""

import json
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from api.access_store import GuardedStore
from api.errors import failure_of
from api.jobs.submit import plan_id_of
from api.jobs.wish import ProposalWish, request_of, unpacked
from api.workflow.decide import Rulebook
from api.workflow.propose import Solve, propose
from data.errors import DataError, NotFoundError
from data.job import FencedError, Job, JobProgress, JobState
from data.job_store import JobStore
from data.store import Store
from solver.params import Params
from solver.problem import Int32, Problem
from solver.result import Progress, Result

BEAT_SECONDS = 0.5
"""How often an attempt writes progress and asks whether to stop."""

POINT = 1000
"""Costs of a problem are in thousandths of points."""

LOG = logging.getLogger("panelwise.jobs")


class CancelledError(Exception):
    """Somebody asked to stop before there was anything to keep."""


class Attempt:
    """One attempt's line to the store: progress goes out, the wish to cancel comes in."""

    def __init__(
        self, jobs: JobStore, job: Job, attempt: int, seconds: float, now: Callable[[], datetime]
    ) -> None:
        self._jobs = jobs
        self._job = job
        self._attempt = attempt
        self._seconds = seconds
        self._now = now
        self._progress = JobProgress("prepare")
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self.cancelled = threading.Event()
        self.fenced = threading.Event()

    def __enter__(self) -> Self:
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._beating.join()

    def hear(self, moment: Progress) -> None:
        """Take in a moment of the solve; it is written at the next beat."""
        self._progress = JobProgress(
            moment.phase,
            100.0 if moment.phase == "done" else min(99.0, 100 * moment.seconds / self._seconds),
            None if moment.value is None else moment.value / POINT,
            None if moment.bound is None else moment.bound / POINT,
            moment.gap,
        )

    def say(self, phase: str, percent: float) -> None:
        """A phase before or after the solve; the figures stay."""
        told = self._progress
        self._progress = JobProgress(phase, percent, told.value, told.bound, told.gap)

    def check(self) -> None:
        """FencedError where another attempt has taken over."""
        if self.fenced.is_set():
            raise FencedError(f"attempt {self._attempt} of job {self._job.job_id} was replaced")

    def flush(self) -> None:
        """Write progress now."""
        try:
            if self._jobs.report(self._job.job_id, self._attempt, self._progress, self._now()).cancel:
                self.cancelled.set()
        except FencedError:
            self.fenced.set()
            self.cancelled.set()
        except DataError:
            LOG.warning("progress of job %s could not be written", self._job.job_id, exc_info=True)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self.flush()


def run_job(
    job_id: str,
    attempt: int,
    store: Store,
    jobs: JobStore,
    rulebook: Rulebook,
    solve: Solve,
    now: Callable[[], datetime],
) -> Job:
    """Carry out a job that was started as this attempt; how it ended.

    Whatever goes wrong becomes the job's error. FencedError where another attempt took over.
    """
    job = jobs.job(job_id)
    wish, principal = unpacked(job)
    guarded = GuardedStore(store, principal)
    plan_id = plan_id_of(job)
    try:
        with Attempt(jobs, job, attempt, wish.seconds, now) as line:
            if not _has(guarded, plan_id):
                _propose(guarded, wish, plan_id, rulebook, solve, line, now)
            line.check()
        line.say("done", 100.0)  # after the last beat, which could else overwrite it
        line.flush()
    except FencedError:
        raise
    except CancelledError:
        return jobs.finish(job_id, attempt, "cancelled", now())
    except Exception as error:
        LOG.warning("job %s failed", job_id, exc_info=error)
        return jobs.finish(job_id, attempt, "failed", now(), error=_told(error))
    state: JobState = "cancelled" if line.cancelled.is_set() else "succeeded"
    return jobs.finish(job_id, attempt, state, now(), plan_id)


def _propose(
    store: GuardedStore,
    wish: ProposalWish,
    plan_id: str,
    rulebook: Rulebook,
    solve: Solve,
    line: Attempt,
    now: Callable[[], datetime],
) -> None:
    """Make the plan and keep it; one that an attempt before kept is as good."""
    params = Params(wish.seconds, wish.work, wish.gap, wish.seed, wish.workers, line.cancelled.is_set)

    def watched(
        problem: Problem, params: Params, warm_start: Int32, hear: Callable[[Progress], None]
    ) -> Result:
        line.check()
        if line.cancelled.is_set():
            raise CancelledError
        result = solve(problem, params, warm_start, hear)
        line.say("check", 99.0)
        line.check()
        return result

    request = request_of(wish, store.principal.actor, plan_id, params)
    try:
        propose(store, request, rulebook, now(), watched, line.hear)
    except DataError:
        if not _has(store, plan_id):
            raise


def _has(store: GuardedStore, plan_id: str) -> bool:
    try:
        return store.record(plan_id).header.plan_id == plan_id
    except NotFoundError:
        return False


def _told(error: Exception) -> str:
    failure = failure_of(error)
    if failure is None:
        return json.dumps({"code": "DEFECT", "title": f"{type(error).__name__}: {error}", "details": []})
    return json.dumps({"code": failure.code, "title": failure.title, "details": list(failure.details)})


def main(arguments: list[str]) -> int:
    """Run an attempt in the store that the environment names; 0 unless another attempt took over."""
    from api.clock import now
    from api.engine import engine
    from api.settings import Settings
    from api.telemetry.logs import configure_logs
    from api.telemetry.tracing import tracing_of
    from api.wiring import jobs_of, opened_plainly, rulebook

    settings = Settings.from_environment()
    job_id, attempt = arguments[0], int(arguments[1])
    configure_logs(settings.log_format, settings.log_messages)
    structlog.contextvars.bind_contextvars(job_id=job_id, attempt=attempt)
    with (
        closing(tracing_of()) as tracing,
        opened_plainly(settings) as store,
        tracing.span("job", {"job.id": job_id, "job.attempt": attempt}) as span,
    ):
        try:
            ended = run_job(job_id, attempt, store, jobs_of(store), rulebook(settings), engine, now)
            span.note({"job.kind": ended.kind, "job.state": ended.state})
        except FencedError:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
