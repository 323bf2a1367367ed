"""Run one attempt of a job, in a process of its own: `python -m api.jobs.run JOB ATTEMPT`."""

import _thread
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from types import FrameType

import structlog

from api.access_store import GuardedStore
from api.errors import failure_of
from api.jobs.attempt import Attempt, CancelledError
from api.jobs.kinds import plan_id_of, unpacked
from api.jobs.task import Task
from api.jobs.work import WORK
from api.settings import Settings
from api.terminal.screen import plain
from api.wiring import held_by, rules_of
from api.workflow.decide import Rulebook
from api.workflow.propose import Solve
from api.workflow.rule_versions import keep
from data.errors import UnavailableError
from data.job import FencedError, Job, JobState
from data.job_store import JobStore
from data.store import Store

LOG = logging.getLogger("panelwise.jobs")


def run_job(
    job_id: str,
    attempt: int,
    store: Store,
    jobs: JobStore,
    rulebook: Rulebook,
    solve: Solve,
    now: Callable[[], datetime],
    interrupt: Callable[[], None] = lambda: None,
) -> Job:
    """Carry out a job that was started as this attempt; how it ended. `interrupt`: see `Attempt`.

    Whatever goes wrong becomes the job's error, but a store that is away: UnavailableError, and the next
    attempt may find it. FencedError where another attempt took over.
    """
    job = jobs.job(job_id)
    wish, principal = unpacked(job)
    held = held_by(store, job_id, attempt)
    try:
        with Attempt(jobs, job, attempt, wish.seconds, now, interrupt) as line:
            guarded = GuardedStore(held, principal)
            task = Task(job, guarded, rules_of(held), rulebook, solve, now, plan_id_of(job), line)
            made = WORK[job.kind](task, wish)
            line.check()
        line.say("done", 100.0)  # after the last beat, which could else overwrite it
        line.flush()
        keep(task.rules, rulebook, principal.actor, now(), in_force=True)
    except (FencedError, UnavailableError):
        raise
    except CancelledError:
        return jobs.finish(job_id, attempt, "cancelled", now())
    except Exception as error:
        LOG.warning("job %s failed", job_id, exc_info=error)
        return jobs.finish(job_id, attempt, "failed", now(), error=_told(error))
    state: JobState = "cancelled" if line.cancelled.is_set() else "succeeded"
    result = "" if made.result is None else json.dumps(plain(made.result))
    return jobs.finish(job_id, attempt, state, now(), made.plan_id, result=result)


def _told(error: Exception) -> str:
    failure = failure_of(error)
    if failure is None:
        return json.dumps({"code": "DEFECT", "title": f"{type(error).__name__}: {error}", "details": []})
    return json.dumps({"code": failure.code, "title": failure.title, "details": list(failure.details)})


def main(arguments: list[str]) -> int:
    """Run an attempt in the store that the environment names; 0 unless another attempt took over."""
    from api.clock import now
    from api.engine import engine_on
    from api.executors import executor_of
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
        executor_of(settings.executor, None) as (executor, _),
        tracing.span("job", {"job.id": job_id, "job.attempt": attempt}) as span,
    ):
        try:
            engine = engine_on(executor)
            book, interrupt = rulebook(settings), _interrupting()
            ended = run_job(job_id, attempt, store, jobs_of(store), book, engine, now, interrupt)
            span.note({"job.kind": ended.kind, "job.state": ended.state})
        except (FencedError, UnavailableError) as error:
            LOG.warning("attempt %s of job %s ends: %s", attempt, job_id, error)
            return 1
    return 0


def give_way(nice: int) -> None:
    """Let whoever asks the service go first, where both want a processor; also for what starts here."""
    if hasattr(os, "nice"):
        os.nice(nice)


def _interrupting() -> Callable[[], None]:
    """Raises CancelledError in the main thread, wherever it is; Control-C stays what it is."""
    wanted = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if wanted.is_set():
            raise CancelledError
        signal.default_int_handler(number, frame)

    def interrupt() -> None:
        wanted.set()
        _thread.interrupt_main(signal.SIGINT)

    signal.signal(signal.SIGINT, stop)
    return interrupt


if __name__ == "__main__":
    give_way(Settings.from_environment().nice)
    sys.exit(main(sys.argv[1:]))
