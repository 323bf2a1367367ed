"""What runs jobs: over the rows of a store alone, as the embedded default has it."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Protocol

from api.jobs.children import Children

PAUSE_SECONDS = 0.5

LOG = logging.getLogger("panelwise.jobs")


class Runner(Protocol):
    """Runs jobs beside whatever else its process does."""

    def start(self) -> None:
        """Begin."""

    def wake(self) -> None:
        """Look at once: there is something new."""

    def stop(self) -> None:
        """End what runs here, and queue it again."""


@dataclass
class JobRunner:
    """A `Runner` that looks at the rows, again and again; any number of them may share a store."""

    children: Children
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopped: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """See `Runner.start`."""
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """See `Runner.wake`."""
        self._wake.set()

    def stop(self) -> None:
        """See `Runner.stop`."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.children.end()

    def step(self) -> None:
        """One look at everything."""
        for job in self.children.look():
            if job.state == "queued" and not self.children.full:
                self.children.start(job.job_id)

    def _run(self) -> None:
        while not self._stopped:
            try:
                self.step()
            except Exception:  # a store that is busy or gone for a while must not end the runner
                LOG.exception("the runner stumbled; it tries again")
            self._wake.wait(PAUSE_SECONDS)
            self._wake.clear()
