"""A stage whose costs are on arcs alone, as dense tables of units: one unit for each member of each class.

This is the generalized assignment problem with any number of summed limits. Being left out is one more
provider, without limits. Tables: `cost[u, p]` (infinite where there is no arc), `use[u, p, k]`,
`capacity[p, k]`; the candidates of unit u are `candidate[start[u]:start[u + 1]]`, cheapest first at the
prices of the bound, and the units that have provider p among theirs are `unit[first[p]:first[p + 1]]`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solver.bound.lagrangian import Bound
from solver.exact.model import most_flow
from solver.layout import Float, Layout
from solver.problem import Int32, Int64
from solver.stage import Stage

WIDTH = 4
"""Candidates of a unit."""

LARGEST = 4_000_000
"""Entries of the largest table that is worth its memory."""

LEAST_PRICE = 1e-3
"""Least price of a unit of use: what exceeds a limit must cost something."""


class Tables(NamedTuple):
    """What no move changes; see the module."""

    cost: Float
    use: Float
    capacity: Float
    start: Int64
    candidate: Int64
    first: Int64
    unit: Int64


@dataclass(frozen=True)
class Units:
    """`klass[u]`: the class of unit u. `price[p, k]`: the bound's price of a unit of use."""

    stage: Stage
    tables: Tables
    klass: Int64
    price: Float

    def places_of(self, flow: Int32) -> Int64:
        """A provider for every unit; members of a class are in the order of its arcs, those left out last."""
        problem = self.stage.problem
        out = np.full(len(self.klass), problem.providers, np.int64)
        arcs = np.repeat(np.arange(problem.arcs), flow)
        owner = problem.class_of_arc[arcs]
        begins = np.searchsorted(self.klass, np.arange(problem.classes))
        order = np.arange(len(arcs)) - np.searchsorted(owner, owner)
        out[begins[owner] + order] = problem.provider[arcs]
        return out

    def flow_of(self, places: Int64) -> Int32:
        """How many members every arc carries; units on a provider that they have no arc to are left out."""
        problem = self.stage.problem
        code = problem.class_of_arc.astype(np.int64) * (problem.providers + 1) + problem.provider
        wanted = self.klass * (problem.providers + 1) + places
        at = np.minimum(np.searchsorted(code, wanted), max(problem.arcs - 1, 0))
        found = at[code[at] == wanted] if problem.arcs else at[:0]
        return np.bincount(found, minlength=problem.arcs).astype(np.int32)


def is_assignment(stage: Stage, layout: Layout) -> bool:
    """Whether all costs and limits of the stage are those of units; and it is of a size to be tabled."""
    problem = stage.problem
    units = int(problem.count.sum(dtype=np.int64))
    entries = units * (problem.providers + 1) * max(1, len(problem.summed))
    if not 0 < entries <= LARGEST or problem.arcs == 0:
        return False
    return not stage.ceilings and not (layout.pair >= 0).any() and len(layout.level_threshold) == 0


def units_of(stage: Stage, layout: Layout, bound: Bound) -> Units:
    """Table a stage for which `is_assignment` holds."""
    problem = stage.problem
    klass = np.repeat(np.arange(problem.classes), problem.count)
    providers, limits = problem.providers, len(problem.summed)
    cost = np.full((problem.classes, providers + 1), np.inf)
    use = np.zeros((problem.classes, providers + 1, limits))
    dearer = np.full((problem.classes, providers + 1), np.inf)
    fits = most_flow(problem) > 0
    rows, columns = problem.class_of_arc[fits], problem.provider[fits]
    cost[rows, columns] = layout.objectives[0].arc[fits]
    use[rows, columns] = layout.use[fits]
    dearer[rows, columns] = bound.dearer[fits]
    cost[:, providers] = layout.objectives[0].unassigned
    dearer[:, providers] = bound.out_dearer
    start, candidate, first, unit = _candidates(dearer[klass])
    capacity = np.full((providers + 1, limits), np.inf)
    capacity[:providers] = layout.capacity.reshape(limits, providers).T
    price = np.full((providers + 1, limits), LEAST_PRICE)
    found = bound.multipliers.price.reshape(limits, providers).T
    price[:providers] = np.maximum(found, np.maximum(0.1 * found.max(initial=0.0), LEAST_PRICE))
    return Units(
        stage, Tables(cost[klass], use[klass], capacity, start, candidate, first, unit), klass, price
    )


def _candidates(dearer: Float) -> tuple[Int64, Int64, Int64, Int64]:
    """The providers of every unit that cost least above the bound, and the other way round."""
    width = min(WIDTH, dearer.shape[1])
    cheapest = np.argsort(dearer, axis=1, kind="stable")[:, :width]
    kept = np.isfinite(np.take_along_axis(dearer, cheapest, axis=1))
    start = np.append(0, np.cumsum(kept.sum(axis=1))).astype(np.int64)
    candidate = cheapest[kept].astype(np.int64)
    order = np.argsort(candidate, kind="stable")
    unit = np.nonzero(kept)[0][order].astype(np.int64)
    first = np.searchsorted(candidate[order], np.arange(dearer.shape[1] + 1)).astype(np.int64)
    return start, candidate, first, unit
