"""Starts queued jobs in child processes, and gives back what a death left behind."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from api.settings import Settings
from data.errors import DataError
from data.job import FencedError, Job
from data.job_store import JobStore

ATTEMPTS = 3
"""How often a job is started before it counts as failed."""

SILENCE_SECONDS = 20.0
"""How long a running job may show no sign of life; measured by this process, not by clocks in the store."""

PAUSE_SECONDS = 0.5

LOST = '{"code": "LOST", "title": "its process died, every time it was started", "details": []}'

LOG = logging.getLogger("panelwise.jobs")


class Child(Protocol):
    """A process that runs one attempt."""

    def poll(self) -> int | None:
        """Exit code; None while it runs."""

    def kill(self) -> None:
        """End it at once."""

    def wait(self) -> int:
        """Wait for its end."""


Launch = Callable[[str, int], Child]


@dataclass
class _Pulse:
    """The last sign of life of an attempt, and when this process first saw it."""

    attempt: int
    beat: int
    seen: float


@dataclass
class JobRunner:
    """Runs jobs of one store, `most` at a time; any number of runners may share a store."""

    jobs: JobStore
    launch: Launch
    now: Callable[[], datetime]
    most: int = 1
    silence: float = SILENCE_SECONDS
    clock: Callable[[], float] = time.monotonic
    _children: dict[tuple[str, int], Child] = field(default_factory=dict)
    _pulses: dict[str, _Pulse] = field(default_factory=dict)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopped: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to run jobs, beside whatever else this process does."""
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once: there is something new."""
        self._wake.set()

    def stop(self) -> None:
        """End the children and queue their jobs again."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        for (job_id, attempt), child in self._children.items():
            child.kill()
            child.wait()
            self._give_back(job_id, attempt, sys.maxsize)
        self._children.clear()

    def step(self) -> None:
        """One look at everything."""
        self._reap()
        waiting = self.jobs.unfinished()
        self._give_back_silent([each for each in waiting if each.state == "running"])
        for job in waiting:
            if job.state == "queued" and len(self._children) < self.most:
                self._start(job)

    def _run(self) -> None:
        while not self._stopped:
            try:
                self.step()
            except Exception:  # a store that is busy or gone for a while must not end the runner
                LOG.exception("the runner stumbled; it tries again")
            self._wake.wait(PAUSE_SECONDS)
            self._wake.clear()

    def _start(self, job: Job) -> None:
        try:
            started = self.jobs.start_job(job.job_id, self.now())
        except FencedError:
            return  # another runner was quicker
        self._children[started.job_id, started.attempt] = self.launch(started.job_id, started.attempt)

    def _reap(self) -> None:
        """Children that ended: whose job still runs died on the way."""
        for (job_id, attempt), child in list(self._children.items()):
            if child.poll() is not None:
                del self._children[job_id, attempt]
                self._give_back(job_id, attempt, ATTEMPTS)

    def _give_back_silent(self, running: list[Job]) -> None:
        """Attempts without a sign of life for too long, whoever started them."""
        names = {each.job_id for each in running}
        self._pulses = {name: pulse for name, pulse in self._pulses.items() if name in names}
        for job in running:
            pulse = self._pulses.get(job.job_id)
            if pulse is None or (pulse.attempt, pulse.beat) != (job.attempt, job.beat):
                self._pulses[job.job_id] = _Pulse(job.attempt, job.beat, self.clock())
            elif self.clock() - pulse.seen > self.silence:
                self._replace(job)

    def _replace(self, job: Job) -> None:
        """Give a silent attempt's job back, and only then end its process, if it is ours."""
        if self._give_back(job.job_id, job.attempt, ATTEMPTS, job.beat):
            child = self._children.pop((job.job_id, job.attempt), None)
            if child is not None:
                child.kill()
                child.wait()

    def _give_back(self, job_id: str, attempt: int, attempts: int, beat: int | None = None) -> bool:
        """Whether the job was the attempt's to give back."""
        try:
            self.jobs.give_back(job_id, attempt, self.now(), attempts, LOST, beat)
        except FencedError:
            return False  # it has ended well, or it lives
        except DataError:
            LOG.warning("job %s could not be given back", job_id, exc_info=True)
            return False
        return True


def launcher(settings: Settings) -> Launch:
    """Starts attempts as processes of this Python in the store of the settings."""
    environment = os.environ | {
        "PANELWISE_DB": str(settings.database),
        "PANELWISE_ACTOR": settings.actor,
        "PANELWISE_RULES": str(settings.rules or ""),
        "PANELWISE_LOG_FORMAT": settings.log_format,
    }

    def launch(job_id: str, attempt: int) -> Child:
        return subprocess.Popen(
            [sys.executable, "-m", "api.jobs.run", job_id, str(attempt)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    return launch
