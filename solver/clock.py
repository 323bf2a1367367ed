"""What is left of the time and the work that a run may use, and what it tells while it runs."""

import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from threading import Event

from solver.params import Params, never
from solver.result import Phase, Progress, Termination

SECOND = 1.0
"""Longest silence between two reports."""


class Clock:
    """Counts seconds and units of work; the only module of the solver that looks at a clock.

    With a work limit, what happens depends on the work alone as long as the time limit is not reached.
    """

    def __init__(self, params: Params, on_progress: Callable[[Progress], None]) -> None:
        self.params = params
        self._on_progress = on_progress
        self._start = time.monotonic()
        self._last_report = -SECOND
        self._last: tuple[object, ...] = ()
        self._done = 0.0
        self._cancelled = Event()  # one for all clocks of a run

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start

    @property
    def seconds_left(self) -> float:
        """Seconds to the time limit, never negative."""
        return max(0.0, self.params.seconds - self.seconds)

    @property
    def work_left(self) -> float | None:
        """Units of work to the work limit; None where there is none."""
        return None if self.params.work is None else max(0.0, self.params.work - self._done)

    @property
    def left(self) -> float:
        """Units of work left where they are limited, else seconds."""
        return self.seconds_left if self.work_left is None else self.work_left

    @property
    def spent(self) -> float:
        """Units of work done so far."""
        return self._done

    def within(self, time: float, work: float | None = None) -> "Clock":
        """A clock for a part of the run: that share of the time (and work) left, and no work done yet."""
        part = copy(self)
        left = None if self.work_left is None else (time if work is None else work) * self.work_left
        part.params = replace(self.params, seconds=self.seconds + time * self.seconds_left, work=left)
        part._done = 0.0
        return part

    def apart(self) -> "Clock":
        """A clock for another thread: it asks nobody, and hears of a cancellation once any other one has."""
        part = copy(self)
        part.params = replace(self.params, cancelled=never)
        return part

    def spend(self, work: float) -> None:
        """Count work done."""
        self._done += work

    def cancelled(self) -> bool:
        """Whether the caller wants the run to end; once true, always true."""
        if not self._cancelled.is_set() and self.params.cancelled():
            self._cancelled.set()
        return self._cancelled.is_set()

    def stopped(self) -> Termination | None:
        """Why the run must end now, if it must."""
        if self.cancelled():
            return "cancelled"
        if self.work_left == 0:
            return "work_limit"
        if self.seconds_left == 0:
            return "time_limit"
        return None

    def report(self, phase: Phase, tier: int, value: int | None, bound: int | None) -> None:
        """Tell the caller where the run is: at each change, and at least once a second when called."""
        now = self.seconds
        moment = (phase, tier, value, bound)
        if moment != self._last or now - self._last_report >= SECOND:
            self._last, self._last_report = moment, now
            self._on_progress(Progress(phase, tier, now, value, bound))
