"""All units of an assignment solved exactly: a tree for one cost after another, from the bound upward.

A tree that looks only for what costs hardly more than the bound drops nearly every arc and is soon exhausted.
It then has raised the bound; the next one looks a little higher. The first that finds anything has the
optimum, once it is exhausted too.

Posta, Ferland, Michelon, "An exact method with variable fixing for solving the generalized assignment
problem", Computational Optimization and Applications 52 (2012).
"""

from math import ceil

import numpy as np

from solver.problem import Int64
from solver.search.branch import (
    CLOSED,
    FOUND,
    SPENT,
    TARGET,
    WHOLE,
    Piece,
    branch,
    fits_a_tree,
    planted,
    targeted,
)
from solver.search.packing import Packing

SLICE = 5e7
"""Entries of knapsacks that one call computes."""

LEVELS = 16
"""A gap is climbed in so many steps, but for whole costs."""

QUICK = 1e9
"""Entries up to which a level is quick enough to be worth its while, whatever those after it take."""

GROWTH, LEAST_GROWTH, MOST_GROWTH = 3.0, 1.5, 8.0
"""How many times the entries of one level the next one takes: while only one is known, and the extremes."""

AHEAD = 3
"""The optimum is expected at this part of the way from the bound to what is known."""

SLOWER = 1.5
"""A level that takes longer than expected is expected to take so many times what it took so far."""


class Deepening:
    """`bound`: no assignment costs less, as costs of units are counted."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self.bound = ceil(packing.real - packing.margin)
        self.entries = 0.0
        self._piece = Piece(packing.cost, packing.use, packing.margin)
        self._open = False
        self._last, self._growth, self._levels = QUICK / GROWTH, GROWTH, 0

    def promising(self, value: float, entries: float) -> bool:
        """Whether so many entries may well be enough, where `value` is the least known cost."""
        spent = float(self._now[SPENT]) if self._open else 0.0
        if spent < QUICK:
            return True
        level = max(self._last * self._growth, SLOWER * spent)
        levels = -((self.bound - value) // (AHEAD * self._step))
        after = level * (self._growth**levels - self._growth) / (self._growth - 1.0)
        return bool(level - spent + after <= entries)

    def run(self, value: float) -> tuple[Int64, float] | None:
        """One slice of the work, where `value` is the least known cost; what was found below it."""
        if not self._open:
            self._plant(value)
        now = self._now
        now[TARGET] = min(now[TARGET], value)
        before, known = float(now[SPENT]), float(now[FOUND])
        branch(self._piece, self._tree, before + SLICE, now, self._best)
        self.entries += now[SPENT] - before
        if now[CLOSED]:
            self.bound = int(now[TARGET])
            self._grow(float(now[SPENT]))
            self._open = False
        return (self._best.copy(), float(now[FOUND])) if now[FOUND] < known else None

    def _grow(self, entries: float) -> None:
        """Note what a level took."""
        if self._levels:
            self._growth = min(max(entries / self._last, LEAST_GROWTH), MOST_GROWTH)
        self._last, self._levels = entries, self._levels + 1

    def _plant(self, value: float) -> None:
        """The tree of the next level."""
        packing = self.packing
        self._step = max(WHOLE, (value - self.bound) // LEVELS)
        self._tree = planted(packing.capacity, packing.worth, packing.allowed)
        self._now, self._best = targeted(self.bound + self._step), np.full(packing.cost.shape[1], -1)
        self._open = True


def can_deepen(packing: Packing) -> bool:
    """Whether a tree over all units fits into memory, and sums are exact enough to tell whole costs apart.

    And whether there was work for a bound to begin at.
    """
    providers, units = packing.cost.shape
    return fits_a_tree(units, providers) and packing.exact and np.isfinite(packing.real)
