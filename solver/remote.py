"""Work in other processes, on this machine or on others: all that is known of them is an executor.

What all tasks need is written once into a temporary folder and mapped into memory by each process, so on
several machines the folder for temporary files (`TMPDIR`) has to be one that all of them share. The same
folder has the switch that cancels, and the board where tasks note how far they are.
"""

import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import numpy as np

from solver import mapped
from solver.clock import Clock
from solver.orphan import end_with_parent
from solver.problem import Int64

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

POLL = 0.2
"""Seconds between two looks at answers, at the board and at the cancel switch."""

GRACE = 1.5
"""Seconds that tasks have to hand in what they hold once they are told to stop."""

START = 120.0
"""Seconds that the first worker may take to start."""

SWITCH, BOARD = "cancelled", "board.npy"
UNKNOWN = np.iinfo(np.int64).min
"""On the board: nothing has been noted here."""


class NotSharedError(RuntimeError):
    """A worker does not see the folder that everybody works from; on another machine, TMPDIR is its own."""


class NoWorkersError(RuntimeError):
    """Nobody is there to do the work."""


@dataclass(frozen=True)
class Bench(Generic[Shared]):
    """What a task sees of its surroundings.

    `board`: rows of two numbers to note in; `seconds` that the task may take; `cancelled` is asked often.
    """

    shared: Shared
    board: Int64
    seconds: float
    cancelled: Callable[[], bool]


@dataclass(frozen=True)
class Workshop(Generic[Shared]):
    """A folder with a shared value, and whoever works on it: `patience` seconds beyond `seconds_left()`."""

    folder: Path
    shared: Shared
    board: Int64
    executor: Executor
    seconds_left: Callable[[], float]
    cancelled: Callable[[], bool]
    patience: float

    def run(
        self,
        function: Callable[[Bench[Shared], Task], Answer],
        tasks: Sequence[Task],
        listen: Callable[[], None] = lambda: None,
    ) -> list[Answer | None]:
        """`function(bench, task)` of every task, in their order; `listen` is called a few times a second.

        None where no answer came in time. A task whose worker was lost is done again here. What a task
        raises is raised; NotSharedError where a worker does not see the folder.
        """
        futures = [self._submitted(function, task) for task in tasks]
        pending, last = set(futures), time.monotonic() + self.seconds_left() + self.patience
        while pending and time.monotonic() < last:
            _, pending = wait(pending, POLL)
            listen()
            if self.cancelled() and not (self.folder / SWITCH).exists():
                (self.folder / SWITCH).touch()
                last = time.monotonic() + GRACE
        return [self._answer(function, *each) for each in zip(tasks, futures, strict=True)]

    def _submitted(self, function: Callable[..., object], task: object) -> "Future[Any]":
        try:
            return self.executor.submit(_work, str(self.folder), self.seconds_left(), function, task)
        except Exception as lost:  # the pool is broken, or closed
            future: Future[Any] = Future()
            future.set_exception(lost)
            return future

    def _answer(
        self, function: Callable[[Bench[Shared], Task], Answer], task: Task, future: "Future[Any]"
    ) -> Answer | None:
        if not future.done():
            future.cancel()
            return None
        if future.cancelled() or future.exception() is not None:  # a task's own errors come as answers
            if self.cancelled():
                return None
            return function(Bench(self.shared, self.board, self.seconds_left(), self.cancelled), task)
        well, what = future.result()
        if not well:
            raise what
        return cast(Answer, what)


def is_remote(executor: Executor | None) -> bool:
    """Whether an executor's tasks run in other processes; threads see everything as it is."""
    return executor is not None and not isinstance(executor, ThreadPoolExecutor)


@contextmanager
def workshop(
    shared: Shared, executor: Executor, clock: Clock, rows: int = 0, patience: float = GRACE
) -> Iterator[Workshop[Shared]]:
    """Share a value with an executor's workers, with so many rows on the board, for as long as it takes."""
    with tempfile.TemporaryDirectory(prefix="panelwise-shared-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        mapped.write(shared, folder)
        np.save(folder / BOARD, np.full((rows, 2), UNKNOWN))
        left, board = (lambda: clock.seconds_left), _board(folder)
        yield Workshop(folder, shared, board, executor, left, clock.cancelled, patience)


def wake(executor: Executor, workers: int, begin: Callable[[], None]) -> None:
    """Let workers start, and `begin`, before a run's clock does. Raises NoWorkersError."""
    try:
        futures = [executor.submit(_begun, begin) for _ in range(workers)]
        done, _ = wait(futures, START)
    except Exception as failure:  # the pool is broken, or closed
        raise NoWorkersError(f"no worker takes any task: {failure}") from failure
    if not done:
        raise NoWorkersError(f"no worker has answered within {START:.0f} s")
    reasons = [each.exception() for each in done]
    if all(reasons):
        raise NoWorkersError(f"no worker could begin: {reasons[0]}") from reasons[0]


def _begun(begin: Callable[[], None]) -> None:
    end_with_parent()
    begin()
    time.sleep(POLL)  # so that one worker does not answer for all


def _work(folder: str, seconds: float, function: Callable[..., object], task: object) -> tuple[bool, object]:
    """In the worker: the answer, or what was raised; what is raised from here is the loss of the worker."""
    end_with_parent()
    where = Path(folder)
    try:
        shared, board = _shared(folder), _board(where)
    except FileNotFoundError as missing:
        return False, NotSharedError(f"{platform.node()} does not see {missing.filename}")
    try:
        return True, function(Bench(shared, board, seconds, _Switch(where / SWITCH)), task)
    except Exception as raised:
        return False, raised


@lru_cache(maxsize=2)
def _shared(folder: str) -> object:
    return mapped.read(Path(folder))


def _board(folder: Path) -> Int64:
    return np.asarray(np.load(folder / BOARD, mmap_mode="r+"))


class _Switch:
    """Whether a file is there, or its folder no longer is, looked at a few times a second."""

    def __init__(self, path: Path) -> None:
        self._path, self._next, self._on = path, 0.0, False

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self._on and now >= self._next:
            self._on, self._next = self._path.exists() or not self._path.parent.exists(), now + POLL
        return self._on
