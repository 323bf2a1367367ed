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

SLICE = 2e7
"""Entries of knapsacks that one call computes."""

LEVELS = 16
"""A gap is climbed in so many steps, but for whole costs."""

FIRST, GROWTH = 3e8, 8.0
"""A level is expected to take so many entries at most, or so many times those of the one before."""


class Deepening:
    """`bound`: no assignment costs less, as costs of units are counted."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self.bound = ceil(packing.real - packing.margin)
        self.entries = 0.0
        self._piece = Piece(packing.cost, packing.use, packing.margin)
        self._expected = FIRST
        self._open = False

    @property
    def promising(self) -> bool:
        """Whether this level may be near its end, as far as those before tell."""
        return not self._open or bool(self._now[SPENT] < self._expected)

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
            self._expected = max(self._expected, GROWTH * now[SPENT])
            self._open = False
        return (self._best.copy(), float(now[FOUND])) if now[FOUND] < known else None

    def _plant(self, value: float) -> None:
        """The tree of the next level."""
        packing = self.packing
        step = max(WHOLE, (value - self.bound) // LEVELS) if np.isfinite(value) else WHOLE
        self._tree = planted(packing.capacity, packing.worth, packing.allowed)
        self._now, self._best = targeted(self.bound + step), np.full(packing.cost.shape[1], -1)
        self._open = True


def can_deepen(packing: Packing) -> bool:
    """Whether a tree over all units fits into memory, and sums are exact enough to tell whole costs apart."""
    providers, units = packing.cost.shape
    return fits_a_tree(units, providers) and packing.exact
