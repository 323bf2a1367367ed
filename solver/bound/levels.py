"""The price of one more unit at a slot against what it buys: the convex side of the relaxation.

A room slot is one like any other: what it holds are open pairs.

A slot with price q (cost of one unit of load) earns back the least it can: its levels are filled with q in
ascending order, each up to its slope, and what is left over buys capacity. So q's share of the bound is
-h(q) with h convex and piecewise linear, and its slope is the threshold where the filling stands.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.layout import Float
from solver.problem import Int64

SAME = 1e-9
"""Prices nearer than this to a kink are on it."""


@dataclass(frozen=True)
class Standing:
    """Where the filling of every slot stands: value of all h, the two slopes, the kinks next to the price."""

    total: float
    left: Float
    right: Float
    below: Float
    above: Float


@dataclass(frozen=True)
class Levels:
    """The levels of slots with their `capacity` under one objective; `ptr`, `begin` as in Layout."""

    capacity: Float
    ptr: Int64
    begin: Float
    slope: Float

    @cached_property
    def slot(self) -> Int64:
        """Slot of every level."""
        return np.repeat(np.arange(len(self.capacity)), np.diff(self.ptr))

    @cached_property
    def threshold(self) -> Float:
        """Thresholds; none above the capacity, which no load exceeds."""
        return np.minimum(self.begin, self.capacity[self.slot])

    @cached_property
    def full(self) -> Float:
        """Price of every slot at which all of its levels are full."""
        return np.bincount(self.slot, self.slope, len(self.capacity)).astype(np.float64)

    @cached_property
    def start(self) -> Float:
        """Price at which each level begins to fill."""
        before = np.concatenate([[0.0], np.cumsum(self.slope)])
        return before[:-1] - before[self.ptr[:-1]][self.slot]

    def allowed(self, price: Float) -> Float:
        """The price, lowered where nothing but unlimited capacity would be left to buy."""
        unlimited = np.isinf(self.capacity)
        return np.where(unlimited, np.minimum(price, self.full), price) if unlimited.any() else price

    def above(self, load: Float) -> Float:
        """How far above each level's threshold its slot's load is."""
        return np.maximum(load[self.slot] - self.begin, 0.0)

    def standing(self, price: Float) -> Standing:
        """Evaluate at an allowed price."""
        capacity, at = self.capacity, price[self.slot]
        if not len(at):
            return self._without_levels(price)
        end = self.start + self.slope
        begun = np.flatnonzero(at > self.start + SAME)
        unfilled = np.flatnonzero(at < end - SAME)[::-1]  # backwards: the first of a slot is written last
        passed = np.flatnonzero(end < at - SAME)
        left = np.full(len(price), -np.inf)
        left[self.slot[begun]] = self.threshold[begun]
        left = np.where(price > self.full + SAME, capacity, left)
        right, above = capacity.copy(), np.where(np.isinf(capacity), self.full, np.inf)
        right[self.slot[unfilled]] = self.threshold[unfilled]
        above[self.slot[unfilled]] = end[unfilled]
        below = np.where(price > self.full + SAME, self.full, 0.0)
        below[self.slot[passed]] = np.maximum(below[self.slot[passed]], end[passed])
        filling = np.clip(at - self.start, 0.0, self.slope)
        rest = np.maximum(price - self.full, 0.0)
        bought = rest @ np.where(np.isinf(capacity), 0.0, capacity)
        return Standing(float(filling @ self.threshold + bought), left, right, below, above)

    def _without_levels(self, price: Float) -> Standing:
        unlimited = np.isinf(self.capacity)
        if not unlimited.any():
            nothing = np.zeros(())
            return Standing(
                float(price @ self.capacity), self.capacity, self.capacity, nothing, nothing + np.inf
            )
        return Standing(
            total=float(price @ np.where(unlimited, 0.0, self.capacity)),
            left=np.where(price > SAME, self.capacity, -np.inf),
            right=self.capacity,
            below=np.zeros(len(price)),
            above=np.where(unlimited, 0.0, np.inf),
        )
