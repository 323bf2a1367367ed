"""The most promising arcs of a stage whose classes have very many: what a search looks at.

A class that may go to thousands of providers will go to one of its cheapest few dozen, at the prices that
limits have. Those prices are found on few arcs and then proven on all, which shows the arcs that were
missing; so the bound stays that of the whole stage.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.compiled import compiled
from solver.bound.lagrangian import Bound, Multipliers, Relaxation, bound_at, bound_by_prices
from solver.layout import Float, layout_of
from solver.part import Part, part_of
from solver.problem import Bool, Int32, Int64, Problem
from solver.stage import Stage

KEPT = 32
"""Arcs of each class that a round adds."""

WIDE_ARCS, WIDE_CLASS = 200_000, 2 * KEPT
"""Arcs of a stage, and of its average class, above which it is narrowed."""

ROUNDS = 3
CLOSE = 1e-4
"""Share of the bound on few arcs that the one on all may be lower by for the arcs to suffice."""


@dataclass(frozen=True)
class Narrowed:
    """`bound` holds for the whole stage, `inner` for `part`, which has the arcs worth looking at."""

    bound: Bound
    inner: Bound
    part: Part


def is_wide(problem: Problem) -> bool:
    """Whether narrowing pays."""
    return problem.arcs > WIDE_ARCS and problem.arcs > WIDE_CLASS * problem.classes


def narrowed(
    stage: Stage, flow: Int32, most: Int32, iterations: int, enough: Callable[[int], bool]
) -> Narrowed:
    """Price and narrow a wide stage; arcs in `flow` are kept, those with most[a] = 0 are not.

    `enough(bound)` is told of every bound of the whole stage (-1 between two) and says whether to stop.
    """
    problem = stage.problem
    kept = flow > 0
    usable = most > 0
    kept |= cheapest(problem.indptr, _spread_ties(stage.costs.arc), usable, KEPT)
    relaxation = Relaxation(stage, layout_of(stage))
    at = None
    for _ in range(ROUNDS):
        part = _among(stage, kept)
        inner = bound_by_prices(part.stage, iterations, watch=lambda _: enough(-1), start=at)
        at = _closed(inner.multipliers, relaxation)
        bound = bound_at(relaxation, at)
        if enough(bound.value) or bound.value >= inner.value - CLOSE * abs(inner.value):
            break
        kept |= cheapest(problem.indptr, bound.dearer, usable, KEPT)
    return Narrowed(bound, inner, part)


def _closed(at: Multipliers, relaxation: Relaxation) -> Multipliers:
    """The same prices, but so dear where there is no capacity at all that nobody goes there.

    A price of no capacity costs the bound nothing.
    """
    layout = relaxation.layout
    dearest = float(layout.objectives[0].unassigned.max(initial=0.0)) + 1.0
    return replace(at, price=np.where(layout.capacity == 0.0, np.maximum(at.price, dearest), at.price))


def _among(stage: Stage, kept: Bool) -> Part:
    everybody = np.ones(stage.problem.providers, np.bool_)
    return part_of(stage, everybody, stage.problem.count, among=np.flatnonzero(kept))


def _spread_ties(cost: Int64) -> Float:
    """Costs as numbers that differ: equal ones must not lead all classes to the same providers."""
    noise = np.random.default_rng(0).random(len(cost))
    return cost * (1.0 + 1e-3 * noise) + noise


@compiled
def cheapest(indptr: Int64, cost: Float, usable: Bool, most: int) -> Bool:
    """Marks the `most` cheapest usable arcs of every class, and others that cost no more."""
    marked = np.zeros(len(cost), np.bool_)
    for c in range(len(indptr) - 1):
        first, last = indptr[c], indptr[c + 1]
        own = cost[first:last][usable[first:last]]
        if len(own) == 0:
            continue
        limit = np.inf if len(own) <= most else np.partition(own, most - 1)[most - 1]
        found = 0
        for a in range(first, last):
            if usable[a] and cost[a] <= limit and found < 2 * most:
                marked[a] = True
                found += 1
    return marked
