"""Trees over an assignment: over all units while they promise to end, over some providers otherwise."""

import numpy as np

from solver.problem import Int64
from solver.search.deepening import Deepening, can_deepen
from solver.search.packing import ENTRIES_A_UNIT, Packing
from solver.search.subsets import Subsets

PROMISING, OTHERWISE = 3.0, 0.1
"""Work for trees over all units, as a multiple of that for others: while they promise to end, and then."""


class Trees:
    """Begin from an assignment that keeps all limits; `known` is the least cost that was met anywhere."""

    def __init__(self, packing: Packing, places: Int64, value: float, seed: tuple[int, ...]) -> None:
        self.subsets = Subsets(packing, places, value, seed)
        self.deepening = Deepening(packing) if can_deepen(packing) else None
        self.known = value

    @property
    def work(self) -> float:
        """Units of work done so far."""
        whole = 0.0 if self.deepening is None else self.deepening.entries
        return (self.subsets.entries + whole) / ENTRIES_A_UNIT

    @property
    def bound(self) -> float:
        """No assignment costs less, as costs of units are counted."""
        return max(self.subsets.bound, -np.inf if self.deepening is None else self.deepening.bound)

    @property
    def proven(self) -> bool:
        """Whether nothing costs less than what is known."""
        return self.bound >= self.known

    def promising(self, work: float) -> bool:
        """Whether so much work may well be enough to prove what nobody can do better than."""
        whole, entries = self.deepening, work * ENTRIES_A_UNIT
        return whole is not None and not self.proven and whole.promising(self.known, entries)

    @property
    def best(self) -> Int64:
        """The cheapest assignment since the last beginning."""
        return self.subsets.best

    @property
    def stale(self) -> bool:
        """Whether it is time to begin from elsewhere."""
        return self.subsets.stale

    @property
    def random(self) -> np.random.Generator:
        """What draws the next beginning."""
        return self.subsets.random

    def begin(self, places: Int64, value: float) -> None:
        """A walk over subsets from here."""
        self.subsets.begin(places, value)
        self.known = min(self.known, value)

    def run(self, work: float) -> None:
        """One tree over some providers, or a slice of one over all; there is time for so much work."""
        whole = self.deepening
        share = PROMISING if self.promising(work) else OTHERWISE
        if whole is None or self.proven or whole.entries > share * self.subsets.entries:
            self.subsets.run()
            self.known = min(self.known, self.subsets.value)
            return
        found = whole.run(self.known)
        if found is not None:
            self.begin(*found)
