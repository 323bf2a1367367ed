"""Child processes that attempt jobs, and the signs of life of everybody's attempts."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Protocol

from api.settings import SECRET_SETTINGS, Settings
from data.errors import DataError
from data.job import FencedError, Job
from data.job_store import JobStore

ATTEMPTS = 3
"""How often a job is started before it counts as failed."""

SILENCE_SECONDS = 20.0
"""How long a running job may show no sign of life; measured by this process, not by clocks in the store."""

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
class Children:
    """Starts jobs of one store, at most so many at a time, and gives back what a death left behind.

    Any number of processes may share a store: who starts a job, and who still has it, its row decides.
    """

    jobs: JobStore
    launch: Launch
    now: Callable[[], datetime]
    most: int = 1
    silence: float = SILENCE_SECONDS
    clock: Callable[[], float] = time.monotonic
    _children: dict[tuple[str, int], Child] = field(default_factory=dict)
    _pulses: dict[str, _Pulse] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def start(self, job_id: str) -> bool:
        """Start a job that is queued; False where it is not (another was quicker), or there is no room."""
        with self._lock:
            if self.full:
                return False
            try:
                started = self.jobs.start_job(job_id, self.now())
            except FencedError:
                return False
            self._children[started.job_id, started.attempt] = self.launch(started.job_id, started.attempt)
            return True

    @property
    def full(self) -> bool:
        """Whether as many run as may."""
        return len(self._children) >= self.most

    def has(self, job_id: str) -> bool:
        """Whether a child of this process works at the job."""
        with self._lock:
            return any(name == job_id for name, _ in self._children)

    def look(self) -> list[Job]:
        """Give back what died and what is silent, whoever started it; the jobs that have not ended."""
        with self._lock:
            self._reap()
            waiting = self.jobs.unfinished()
            self._give_back_silent([each for each in waiting if each.state == "running"])
            return waiting

    def end(self) -> None:
        """End the children and queue their jobs again."""
        with self._lock:
            for (job_id, attempt), child in self._children.items():
                child.kill()
                child.wait()
                self._give_back(job_id, attempt, sys.maxsize)
            self._children.clear()

    def _reap(self) -> None:
        """Children that ended: whose job still runs died on the way. They wait for a store that is away."""
        for (job_id, attempt), child in list(self._children.items()):
            if child.poll() is not None and self._give_back(job_id, attempt, ATTEMPTS) is not None:
                del self._children[job_id, attempt]

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
        """Give a silent attempt's job back, and only then end its process, if it is ours.

        Where that cannot be written, the silent process may itself hold the lock: it is ended first, and its
        job is given back at a later look.
        """
        child = self._children.get((job.job_id, job.attempt))
        gone = self._give_back(job.job_id, job.attempt, ATTEMPTS, job.beat)
        if child is not None and gone is not False:
            child.kill()
            child.wait()
            if gone:
                del self._children[job.job_id, job.attempt]

    def _give_back(self, job_id: str, attempt: int, attempts: int, beat: int | None = None) -> bool | None:
        """Whether the job was the attempt's to give back; None where the store does not take it in."""
        try:
            self.jobs.give_back(job_id, attempt, self.now(), attempts, LOST, beat)
        except FencedError:
            return False  # it has ended well, or it lives
        except DataError:
            LOG.warning("job %s could not be given back", job_id, exc_info=True)
            return None
        return True


def launcher(settings: Settings) -> Launch:
    """Starts attempts as processes of this Python in the store of the settings, without its secrets."""
    environment = {name: value for name, value in os.environ.items() if name not in SECRET_SETTINGS} | {
        "PANELWISE_DB": str(settings.database),
        "PANELWISE_ACTOR": settings.actor,
        "PANELWISE_RULES": str(settings.rules or ""),
        "PANELWISE_LOG_FORMAT": settings.log_format,
        "PANELWISE_NICE": str(settings.nice),
    }

    def launch(job_id: str, attempt: int) -> Child:
        return subprocess.Popen(
            [sys.executable, "-m", "api.jobs.run", job_id, str(attempt)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    return launch
