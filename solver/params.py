"""How long and how hard to search."""

from collections.abc import Callable
from dataclasses import dataclass


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True)
class Params:
    """Limits of one run.

    `seconds`: wall time for the whole run. `work`: a deterministic limit (units of search effort, about
    one second each on a laptop) for runs that must be repeatable; None leaves only the time limit.
    `gap`: stop when the relative gap is at most this. `seed`: of every random choice. `workers`: threads,
    or processes of an executor, that work side by side; the answer depends on how many. `cancelled` is asked
    at least every second; True returns the incumbent.
    """

    seconds: float = 60.0
    work: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1
    cancelled: Callable[[], bool] = never
