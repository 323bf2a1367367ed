"""Path relinking over assignments of units: descents from between good assignments, over and over.

A pool of good assignments that differ. From one toward another, one unit at a time; where the way is
cheapest, well between the two, a descent begins (`chain`), and what it reaches may join the pool. Penalties
rise when a descent meets nothing within limits and fall when it does. A pool that no longer changes is
given up for a new one.

Yagiura, Ibaraki, Glover, "A path relinking approach with ejection chains for the generalized assignment
problem", European Journal of Operational Research 169 (2006).
"""

# ruff: noqa: NPY002 - compiled code has its own generator, seeded at each call of `relink`

import numpy as np

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Bool, Int32, Int64
from solver.search.chain import (
    BEST,
    COST,
    FIGURES,
    LOCAL,
    PENALTY,
    TRIED,
    WITHIN,
    descend,
    place,
    reset,
    rise,
)
from solver.search.units import LEAST_PRICE, Tables, Units

TRIED_A_UNIT = 1e8
"""Moves looked at that one unit of work stands for."""

POOL = 20
PROBES = 4
"""Descents between two looks at the clock."""

ALIKE = 0.04
"""Share of the units that two assignments of the pool must differ in."""

DEARER, CHEAPER = 0.05, 0.02
"""Most by which penalties rise and by which they fall after a descent."""

STALE = 400
"""Descents without a change of the pool after which it is given up."""

STRAY = 0.3
"""Share of units that do not begin at their cheapest place."""

FILLED, IDLE, GIVEN_UP = 0, 1, 2


class Relinking:
    """One run over a stage; the pool and everything else stays between two calls of `run`."""

    def __init__(self, units: Units, seed: int) -> None:
        self.units = units
        self.seed = seed
        size, (providers, limits) = len(units.klass), units.tables.capacity.shape
        self.over = units.price.copy()
        self.pool = np.zeros((POOL, size), np.int64)
        self.counts = np.zeros(3, np.int64)
        self.now = np.zeros(FIGURES)
        self.now[BEST] = np.inf
        self.best = np.zeros(size, np.int64)
        self._calls = 0
        self._load = np.zeros((providers, limits))

    @property
    def work(self) -> float:
        """Units of work done so far."""
        return float(self.now[TRIED]) / TRIED_A_UNIT

    @property
    def value(self) -> float:
        """What the cheapest assignment costs that keeps all limits; infinite before there is one."""
        return float(self.now[BEST])

    @property
    def flow(self) -> Int32:
        """The cheapest assignment that keeps all limits, as a flow; only where there is one."""
        return self.units.flow_of(self.best)

    def used(self) -> Bool:
        """Which arcs any assignment of the pool uses."""
        filled = self.pool[: self.counts[FILLED]]
        return np.sum([self.units.flow_of(each) for each in filled], axis=0) > 0

    def add(self, flow: Int32) -> None:
        """Offer a flow that keeps all limits to the pool."""
        places = self.units.places_of(flow)
        reset(self.units.tables, self.over, places, self._load, self.now)
        if self.now[COST] < self.now[BEST]:
            self.now[BEST] = self.now[COST]
            self.best[:] = places
        value = float(self.now[COST])
        join(self.units.tables, self.over, places, self._load, value, self.pool, self.counts, self.now)

    def another(self, random: np.random.Generator) -> tuple[Int64, float]:
        """Any assignment of the pool that keeps all limits, and its cost; the best where there is none."""
        tables, load, figures = self.units.tables, np.empty_like(self._load), np.empty_like(self.now)
        for row in random.permutation(int(self.counts[FILLED])):
            reset(tables, self.over, self.pool[row], load, figures)
            if figures[PENALTY] <= WITHIN:
                return self.pool[row].copy(), float(figures[COST])
        return self.best.copy(), self.value

    def run(self) -> None:
        """A few descents more."""
        relink(
            (self.seed * 1_000_003 + self._calls) % 2**31, PROBES, self.units.tables, self.over, self.pool,
            self.counts, self._load, self.now, self.best,
        )  # fmt: skip
        self._calls += 1


@compiled
def relink(
    seed: int, probes: int, tables: Tables, over: Float, pool: Int64, counts: Int64, load: Float, now: Float,
    best: Int64,
) -> None:  # fmt: skip
    """Fill the pool, or descend from between two of it."""
    np.random.seed(seed)
    at = np.empty(pool.shape[1], np.int64)
    order = np.arange(len(at))
    for _ in range(probes):
        np.random.shuffle(order)
        if counts[FILLED] < len(pool):
            scatter(tables, at)
        else:
            one = np.random.randint(len(pool))
            two = (one + np.random.randint(1, len(pool))) % len(pool)
            if not walk(tables, over, pool[one], pool[two], at, load, now):
                jolt(tables, at)
        descend(tables, over, order, at, load, now, best)
        join(tables, over, at, load, now[COST] + now[PENALTY], pool, counts, now)
        weigh(tables.capacity, over, load, np.isfinite(now[LOCAL]))


@compiled
def scatter(tables: Tables, at: Int64) -> None:
    """Most units at their cheapest candidate, the others at another one, cheap ones more often."""
    for u in range(len(at)):
        first, width = tables.start[u], tables.start[u + 1] - tables.start[u]
        x = np.random.random() if np.random.random() < STRAY else 0.0
        at[u] = tables.candidate[first + int(width * x * x * x)]


@compiled
def jolt(tables: Tables, at: Int64) -> None:
    """A few units to any of their candidates."""
    for _ in range(max(5, len(at) // 20)):
        u = np.random.randint(len(at))
        at[u] = tables.candidate[np.random.randint(tables.start[u], tables.start[u + 1])]


@compiled
def walk(tables: Tables, over: Float, one: Int64, two: Int64, at: Int64, load: Float, now: Float) -> bool:
    """From one assignment toward another; leaves `at` where that was cheapest in the middle half of the way.

    False where they are too near to have a middle: then `at` is the one.
    """
    at[:] = one
    reset(tables, over, at, load, now)
    apart = np.flatnonzero(one != two)
    left = len(apart)
    if left < 4:
        return False
    kept, total, least = at.copy(), 0.0, np.inf
    for step in range(left - left // 4):
        turn, cheapest = 0, np.inf
        for t in range(left - step):
            u = apart[t]
            change = tables.cost[u, two[u]] - tables.cost[u, at[u]]
            change += rise(at[u], -1.0, u, tables.use, tables.capacity, over, load)
            change += rise(two[u], 1.0, u, tables.use, tables.capacity, over, load)
            if change < cheapest:
                turn, cheapest = t, change
        now[TRIED] += left - step
        moved = apart[turn]
        apart[turn] = apart[left - step - 1]
        place(moved, two[moved], tables.use, at, load)
        total += cheapest
        if step >= left // 4 and total < least:
            least = total
            kept[:] = at
    at[:] = kept
    return True


@compiled
def join(
    tables: Tables, over: Float, at: Int64, load: Float, value: float, pool: Int64, counts: Int64, now: Float
) -> None:
    """Put an assignment into the pool: for the most like it where one is alike, else for the worst."""
    if counts[FILLED] < len(pool):
        pool[counts[FILLED]] = at
        counts[FILLED] += 1
        return
    scratch, figures = np.empty_like(load), np.empty_like(now)
    nearest, near, near_value, worst, worst_value = -1, len(at) + 1, 0.0, -1, -np.inf
    for row in range(len(pool)):
        reset(tables, over, pool[row], scratch, figures)
        held = figures[COST] + figures[PENALTY]
        if held > worst_value:
            worst, worst_value = row, held
        apart = int(np.count_nonzero(pool[row] != at))
        if apart < near or (apart == near and held > near_value):
            nearest, near, near_value = row, apart, held
    alike = near < max(1.0, ALIKE * len(at))
    counts[IDLE] += 1
    if alike and near > 0 and value < near_value - 1e-9:
        pool[nearest] = at
        counts[IDLE] = 0
    elif not alike and value < worst_value:
        pool[worst] = at
        counts[IDLE] = 0
    if counts[IDLE] > STALE:
        counts[FILLED] = counts[IDLE] = 0
        counts[GIVEN_UP] += 1


@compiled
def weigh(capacity: Float, over: Float, load: Float, met: bool) -> None:
    """Cheaper penalties after limits were kept somewhere, else dearer ones where most is exceeded."""
    if met:
        over[:] = np.maximum(over * (1.0 - CHEAPER), LEAST_PRICE)
        return
    share = np.maximum(load - capacity, 0.0) / np.maximum(capacity, 1.0)
    if share.max() > 0.0:
        over *= 1.0 + DEARER * share / share.max()
