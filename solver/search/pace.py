"""How far an annealing has come: by the clock, or by what it has done where a work limit decides."""

from collections.abc import Callable
from dataclasses import dataclass

from solver.clock import Clock
from solver.params import never

MOVES_A_SECOND = 200_000
"""What one unit of work stands for."""

CHUNK = 40_000
"""Moves at one temperature."""


@dataclass(frozen=True)
class Pace:
    """From `begins` (the hottest part may be skipped) to 1, in `seconds` from the moment `first` on.

    Or in so many `chunks`, where they are given. `stopped()` ends it at once.
    """

    clock: Clock
    first: float
    seconds: float
    chunks: float | None
    begins: float = 0.0
    stopped: Callable[[], bool] = never

    def at(self, chunks: int) -> float:
        """The share of the schedule that has passed after so many chunks; 1 or more at its end."""
        if self.stopped():
            return 1.0
        if self.chunks is None:
            done = (self.clock.seconds - self.first) / max(self.seconds, 1e-9)
        else:
            done = chunks / max(self.chunks, 1e-9)
        return self.begins + (1.0 - self.begins) * done


def pace_of(
    clock: Clock, share: float = 1.0, begins: float = 0.0, stopped: Callable[[], bool] = never
) -> Pace:
    """One that takes a share of what is left of the time, or of the work where that is limited."""
    chunks = None if clock.work_left is None else share * clock.work_left * MOVES_A_SECOND / CHUNK
    return Pace(clock, clock.seconds, share * clock.seconds_left, chunks, begins, stopped)
