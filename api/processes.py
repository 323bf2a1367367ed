"""Several processes that answer on one port: started, watched, started again when they die, ended together.

They share nothing but the socket and the store, so each has read everything for itself. Jobs and the
timetable run in the process that watches them, once, however many there are.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from api.errors import RequestError
from api.service import FAILED, server_of, service_of
from api.settings import Settings
from api.telemetry.logs import configure_logs

BACKLOG = 2048
"""Connections that may wait to be taken by one of the processes."""

END_SECONDS = 30
"""After this, a process that was asked to end is killed."""

LIVED_SECONDS = 10.0
"""Who lived so long had started well."""

LONGEST_PAUSE = 30.0
MOST_FAILED = 3
"""So often in a row each of them may fail to start, before the service gives up."""

FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library counts beyond a process; it looks at the environment when it is imported."""

LOOK_SECONDS = 0.5

LOG = logging.getLogger("panelwise.serve")


@dataclass
class Place:
    """The place of one process: who has it, since when, how often it failed in a row, when to try again."""

    process: SpawnProcess | None = None
    began: float = 0.0
    failed: int = 0
    again: float = 0.0


@dataclass
class Processes:
    """So many processes. `run` starts and watches them until `stop`, and leaves none behind."""

    start: Callable[[], SpawnProcess]
    count: int
    stopped: threading.Event = field(default_factory=threading.Event)
    _places: list[Place] = field(default_factory=list)

    def stop(self) -> None:
        """Ask for the end; signal handlers may call it."""
        self.stopped.set()

    def run(self) -> int:
        """Start them and start again whichever dies; exit code once all have ended."""
        self._places = [Place() for _ in range(self.count)]
        try:
            while not self.stopped.is_set():
                self._look()
                if all(each.failed >= MOST_FAILED for each in self._places):
                    LOG.error("none of the processes can start; the service ends")
                    return FAILED
                connection.wait(
                    [each.process.sentinel for each in self._places if each.process], LOOK_SECONDS
                )
        finally:
            self._end()
        return 0

    def _look(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if place.process is not None and place.process.exitcode is not None:
                self._bury(place, now)
            if place.process is None and now >= place.again and not self.stopped.is_set():
                place.process, place.began = self.start(), now
            elif place.process is not None and now - place.began > LIVED_SECONDS:
                place.failed = 0

    def _bury(self, place: Place, now: float) -> None:
        """Tell of a process that has ended by itself; who ends soon after the start is waited with."""
        assert place.process is not None
        place.failed = place.failed + 1 if now - place.began < LIVED_SECONDS else 0
        place.again = now + (min(2.0 ** (place.failed - 2), LONGEST_PAUSE) if place.failed > 1 else 0.0)
        words = "process %s ended with %s; another one takes its place"
        LOG.warning(words, place.process.pid, place.process.exitcode)
        place.process.close()
        place.process = None

    def _end(self) -> None:
        """Ask all to end, and kill whoever does not."""
        living = [each.process for each in self._places if each.process is not None]
        for each in living:
            each.terminate()
        end = time.monotonic() + END_SECONDS
        for each in living:
            each.join(max(end - time.monotonic(), 0.0))
            if each.exitcode is None:
                LOG.warning("process %s does not end; it is killed", each.pid)
                each.kill()
                each.join()


@contextmanager
def _counting_in(folder: str) -> Iterator[None]:
    """Whoever is started meanwhile counts in this folder."""
    before = os.environ.get(FIGURES)
    os.environ[FIGURES] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ[FIGURES]
        else:
            os.environ[FIGURES] = before


def listening_at(host: str, port: int) -> socket.socket:
    """What all of them take connections from; RequestError where the address cannot be listened on.

    Connections send at once, which the event loop sees to only for sockets that it opens itself: otherwise an
    answer of two parts waits 40 ms for the client's delayed acknowledgment of the first.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise RequestError((f"{host}:{port} cannot be listened on: {error.strerror or error}",)) from None
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections taken from it inherit this
    return listener


@contextmanager
def processes_at(host: str, port: int, settings: Settings, count: int) -> Iterator[Processes]:
    """Processes for this address, not started yet; RequestError where it cannot be listened on."""
    with listening_at(host, port) as listener, TemporaryDirectory(prefix="panelwise-") as figures:

        def started() -> SpawnProcess:
            given = (settings, listener, Path(figures))
            process = multiprocessing.get_context("spawn").Process(target=serve_one, args=given)
            with _counting_in(figures):
                process.start()
            return process

        yield Processes(started, count)


def serve_one(settings: Settings, listener: socket.socket, figures: Path) -> None:
    """What each of the processes does: answer, until it is told to end or whoever watches it is gone."""
    configure_logs(settings.log_format, settings.log_messages)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    server = server_of(service_of(settings, workers=0, warm=True, figures=figures))
    with suppress(KeyboardInterrupt):
        server.run([listener])
    if not server.started:
        sys.exit(FAILED)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
