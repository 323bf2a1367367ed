"""One attempt at a job, as the work sees it: where progress goes, and whether to stop."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from data.errors import DataError
from data.job import FencedError, Job, JobProgress
from data.job_store import JobStore
from solver.result import Progress

BEAT_SECONDS = 0.5
"""How often an attempt writes progress and asks whether to stop."""

PREPARE = "prepare"
"""Phase before the search says anything."""

POINT = 1000
"""Costs of a problem are in thousandths of points."""

LOG = logging.getLogger("panelwise.jobs")


class CancelledError(Exception):
    """Somebody asked to stop before there was anything to keep."""


class Attempt:
    """One attempt's line to the store: progress goes out, the wish to cancel comes in.

    `interrupt` is called, once, where the wish comes before the search has said anything: what prepares it
    asks nobody whether to go on, and there is nothing to keep yet.
    """

    def __init__(
        self,
        jobs: JobStore,
        job: Job,
        attempt: int,
        seconds: float,
        now: Callable[[], datetime],
        interrupt: Callable[[], None] = lambda: None,
    ) -> None:
        self._jobs = jobs
        self._job = job
        self._attempt = attempt
        self._seconds = seconds
        self._now = now
        self._interrupt = interrupt
        self._progress = JobProgress(PREPARE)
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
                first = not self.cancelled.is_set()
                self.cancelled.set()
                if first and self._progress.phase == PREPARE:
                    self._interrupt()
        except FencedError:
            self.fenced.set()
            self.cancelled.set()
        except DataError:
            LOG.warning("progress of job %s could not be written", self._job.job_id, exc_info=True)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self.flush()
