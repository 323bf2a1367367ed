"""A good assignment, solved again by branch and bound for some of its providers at a time.

Providers are drawn at random, more of them while such trees are exhausted and fewer while they are not.
How long one tree may take follows the universal sequence 1, 1, 2, 1, 1, 2, 4, ...: nothing needs to be known
about how hard trees are. Every other time one unit must leave its place, and what comes out may cost a little
more: so the search moves on where no tree has anything better. One that gets no further for as long as it
took to get there (but for a unit of work at least) is `stale`, and begins again elsewhere.

Luby, Sinclair, Zuckerman, "Optimal speedup of Las Vegas algorithms", Information Processing Letters 47
(1993).
"""

import numpy as np

from solver.layout import Float
from solver.problem import Int64
from solver.search.branch import CLOSED, FOUND, SPENT, Piece, branch, fits_a_tree, planted, targeted
from solver.search.packing import ENTRIES_A_UNIT, Packing

SHORTEST = 5e7
"""Entries of knapsacks that the shortest trees compute."""

LONGEST = 16
"""How much longer the longest ones may take."""

FIRST, LEAST = 3.0, 2.0
GROW, SHRINK = 1.02, 0.97
"""Providers of a tree at first and at least; by what they change after a tree is exhausted or not."""

STRAY = 0.125
"""Share of the gap to the bound by which an assignment may cost more than the best."""


SHORTEST_WALK = 2.0
"""Units of work before a walk is stale."""


class Subsets:
    """Walks over assignments of a packing that keep all limits; `best` is the cheapest of the last walk.

    `bound`: no assignment costs less; minus infinity until a tree had all providers.
    """

    def __init__(self, packing: Packing, places: Int64, value: float, seed: tuple[int, ...]) -> None:
        self.packing = packing
        self.random = np.random.default_rng(seed)
        self.bound = -np.inf
        self.entries = 0.0
        self._dearer = packing.dearer()
        self._size: dict[int, float] = {}
        self._turn, self._length = 1, 1
        self.begin(places, value)

    @property
    def work(self) -> float:
        """Units of work done so far."""
        return self.entries / ENTRIES_A_UNIT

    @property
    def stale(self) -> bool:
        """Whether this walk gets no further."""
        took = self._reached - self._began
        return self.work - self._reached > max(SHORTEST_WALK, took)

    def begin(self, places: Int64, value: float) -> None:
        """A walk from an assignment that keeps all limits."""
        self.best, self.value = places.copy(), value
        self._at, self._stands = places.copy(), value
        self._began = self._reached = self.work

    def run(self) -> None:
        """One tree."""
        length = self._next_length()
        size = self._size.get(length, FIRST)
        most = len(self.packing.capacity) - 1
        number = min(most, int(size + self.random.random()))
        drawn = self.random.choice(most, number, replace=False, p=self._chances())
        providers = np.append(np.sort(drawn), most)
        units = np.flatnonzero(np.isin(self._at, providers))
        if not fits_a_tree(len(units), len(providers)):
            self._size[length] = max(LEAST, size * SHRINK)
            self.entries += 1.0 + len(self._at)
            return
        closed = self._resolve(providers, units, length, whole=number == most)
        self._size[length] = min(float(most), size * GROW) if closed else max(LEAST, size * SHRINK)

    def _chances(self) -> Float:
        """Of every provider to be drawn: more where units cost more than the bound has them cost."""
        loss = np.bincount(
            self._at, self._dearer[self._at, np.arange(len(self._at))], len(self.packing.capacity)
        )[:-1]
        chance = loss + loss.mean() + 1e-9
        return chance / chance.sum()

    def _resolve(self, providers: Int64, units: Int64, length: int, whole: bool) -> bool:
        packing = self.packing
        piece = Piece(
            packing.cost[np.ix_(providers, units)], packing.use[np.ix_(providers, units)], packing.margin
        )
        allowed = np.isfinite(piece.cost)
        here = np.searchsorted(providers, self._at[units])
        stands = float(piece.cost[here, np.arange(len(units))].sum())
        target, moves = stands, self.random.random() < 0.5
        if moves:
            leaves = self.random.integers(len(units))
            allowed[here[leaves], leaves] = False
            target += self.value - self._stands + 1.0 + np.floor(STRAY * max(self.value - packing.real, 0.0))
        now, best = targeted(target), here.copy()
        tree = planted(packing.capacity[providers], packing.worth[units], allowed)
        branch(piece, tree, length * SHORTEST, now, best)
        self.entries += now[SPENT] + len(self._at)
        if now[FOUND] < np.inf:
            self._move(units, providers[best], self._stands + now[FOUND] - stands)
        closed = now[CLOSED] > 0.0
        if closed and whole and not moves and packing.exact:
            self.bound = max(self.bound, self._stands)
        return closed

    def _move(self, units: Int64, places: Int64, value: float) -> None:
        self._at[units] = places
        self._stands = value
        if value < self.value:
            self.best, self.value = self._at.copy(), value
            self._reached = self.work

    def _next_length(self) -> int:
        """The next of Luby's sequence (by Knuth's "reluctant doubling"), cut at the longest."""
        length = self._length
        if self._turn & -self._turn == length:
            self._turn, self._length = self._turn + 1, 1
        else:
            self._length *= 2
        return min(length, LONGEST)
