"""What a run gives back: why it stopped, what is held, what is proved; three fields, never one word."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Termination = Literal["optimal", "gap_reached", "time_limit", "work_limit", "cancelled", "decided"]
"""`decided`: people chose, nobody searched."""
Phase = Literal["compile", "bound", "construct", "improve", "exact", "done"]


def relative_gap(value: int, bound: int) -> float:
    """(incumbent - bound) / max(|incumbent|, 1)."""
    return (value - bound) / max(abs(value), 1)


@dataclass(frozen=True)
class TierResult:
    """One tier of the objective: the incumbent's value and a proven lower bound on the best possible."""

    name: str
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """Relative gap between the two."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class Progress:
    """A moment of a running solve; value is None before the first incumbent."""

    phase: Phase
    tier: int
    seconds: float
    value: int | None
    bound: int | None

    @property
    def gap(self) -> float | None:
        """Relative gap, None while one of the two is missing."""
        if self.value is None or self.bound is None:
            return None
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True)
class Result:
    """`flow[a]` members of arc's class go along arc a; None when nothing is held.

    `prices[k][p]` is the dual value of one unit of summed resource k at provider p in the last tier (cost
    units), `opening_prices[d][p]` of one more place of distinct resource d: shadow prices from the bound.
    """

    termination: Termination
    flow: npt.NDArray[np.int32] | None
    tiers: tuple[TierResult, ...]
    seconds: float = 0.0
    detail: str = ""
    prices: tuple[npt.NDArray[np.float64], ...] = field(default=())
    opening_prices: tuple[npt.NDArray[np.float64], ...] = field(default=())

    @property
    def value(self) -> int:
        """Value of the last tier."""
        return self.tiers[-1].value

    @property
    def bound(self) -> int:
        """Bound of the last tier."""
        return self.tiers[-1].bound

    @property
    def gap(self) -> float:
        """Largest relative gap over the tiers."""
        return max(tier.gap for tier in self.tiers)
