"""A smaller problem: some members are decided anew, everybody else stays where a flow has them."""

from dataclasses import dataclass

import numpy as np

from solver.problem import (
    NO_LIMIT,
    Bool,
    Budget,
    Costs,
    DistinctResource,
    Excess,
    Int32,
    Int64,
    Problem,
    SummedResource,
)
from solver.verify import load_of, newly_open, pairs_of


@dataclass(frozen=True)
class Residual:
    """`problem` decides over arcs `arcs` of the whole; its values are those of the whole.

    Value by value: the whole under `joined(flow)` costs in every tier exactly what `problem` costs under
    `flow`, and what breaks no limit here breaks none there.
    """

    problem: Problem
    arcs: Int64
    held: Int32

    def joined(self, flow: Int32) -> Int32:
        """The flow of the whole: what is held, and what was decided."""
        whole = self.held.copy()
        whole[self.arcs] += flow
        return whole

    def own(self, whole: Int32) -> Int32:
        """What a flow of the whole, at least what is held, gives to those who are decided about."""
        return (whole - self.held)[self.arcs]


def residual(problem: Problem, held: Int32, count: Int32, allowed: Bool) -> Residual:
    """Decide over `count[c]` members of every class, on the arcs `allowed`.

    `held` is the flow of all others and keeps every limit; it may use the same providers. Members who are
    neither held nor counted stay out.
    """
    arcs = np.flatnonzero(allowed & (count[problem.class_of_arc] > 0))
    classes = np.flatnonzero(count > 0)
    providers = np.unique(problem.provider[arcs]).astype(np.int64)
    number = np.full(problem.providers, -1, np.int32)
    number[providers] = np.arange(len(providers), dtype=np.int32)
    own = problem.class_of_arc[arcs]
    wide = held.astype(np.int64)
    loads = [load_of(problem, each.use, wide) for each in problem.summed]
    opened = [each.pair_open | newly_open(each, wide) for each in problem.distinct]
    pairs = [each.pairs_of(arcs) for each in problem.distinct]
    counts = [pairs_of(each, wide) for each in problem.distinct]
    outside = [
        number - np.bincount(each.pair_provider[known[now[known]]], minlength=problem.providers)
        for each, number, known, now in zip(problem.distinct, counts, pairs, opened, strict=True)
    ]
    cut = _Cut(problem, wide, count, arcs, classes, providers, loads, pairs, counts, outside)
    smaller = Problem(
        providers=len(providers),
        count=count[classes].astype(np.int32),
        indptr=np.searchsorted(own, np.append(classes, problem.classes)).astype(np.int64),
        provider=number[problem.provider[arcs]],
        tiers=tuple(cut.costs(each) for each in problem.tiers),
        summed=tuple(
            SummedResource(each.id, each.use[arcs], _left(each.capacity, load)[providers])
            for each, load in zip(problem.summed, loads, strict=True)
        ),
        distinct=tuple(
            _distinct(each, arcs, known, now, number, providers)
            for each, known, now in zip(problem.distinct, pairs, opened, strict=True)
        ),
        budgets=tuple(
            Budget(each.id, each.use[arcs], each.most - int(each.use.astype(np.int64) @ wide))
            for each in problem.budgets
        ),
        name=f"{problem.name}, part",
    )
    return Residual(smaller, arcs, held)


@dataclass(frozen=True)
class _Cut:
    """What the costs of the smaller problem are cut out of.

    `loads` and `counts` (of open pairs) are those of what is held; `outside` counts the open pairs that the
    smaller problem does not have.
    """

    problem: Problem
    held: Int64
    count: Int32
    arcs: Int64
    classes: Int64
    providers: Int64
    loads: list[Int64]
    pairs: list[Int64]
    counts: list[Int64]
    outside: list[Int64]

    def costs(self, costs: Costs) -> Costs:
        """The same costs; what is held and what nobody decides about is in the constant."""
        return Costs(
            arc=costs.arc[self.arcs],
            unassigned=costs.unassigned[self.classes],
            opening=tuple(each[known] for each, known in zip(costs.opening, self.pairs, strict=True)),
            excess=tuple(self._excess(each, self.loads) for each in costs.excess),
            constant=self._constant(costs),
            name=costs.name,
            crowding=tuple(self._excess(each, self.outside) for each in costs.crowding),
        )

    def _excess(self, each: Excess, used: list[Int64]) -> Excess:
        threshold = _left(each.threshold, used[each.resource])[self.providers]
        return Excess(each.resource, threshold, each.slope[self.providers])

    def _constant(self, costs: Costs) -> int:
        problem = self.problem
        placed = np.zeros(problem.classes, np.int64)
        np.add.at(placed, problem.class_of_arc, self.held)
        outside = problem.count - placed - self.count
        total = int(costs.constant) + int(costs.arc @ self.held) + int(costs.unassigned @ outside)
        for distinct, opening in zip(problem.distinct, costs.opening, strict=True):
            total += int(opening[newly_open(distinct, self.held)].sum())
        elsewhere = np.ones(problem.providers, np.bool_)
        elsewhere[self.providers] = False
        charged = [(self.loads[each.resource], each) for each in costs.excess]
        charged += [(self.counts[each.resource], each) for each in costs.crowding]
        for load, each in charged:
            here = elsewhere & (each.threshold < NO_LIMIT)
            total += int(each.slope[here] @ np.maximum(load - each.threshold, 0)[here])
        return total


def _left(amount: Int64, load: Int64) -> Int64:
    """What a load leaves of a capacity or threshold."""
    return np.where(amount >= NO_LIMIT, NO_LIMIT, amount - load)


def _distinct(
    each: DistinctResource, arcs: Int64, pairs: Int64, opened: Bool, number: Int32, providers: Int64
) -> DistinctResource:
    """The pairs that are kept; those that are held open take no more room than they do now."""
    renumbered = np.full(len(each.pair_provider) + 1, -1, np.int32)  # the last entry answers for -1
    renumbered[pairs] = np.arange(len(pairs), dtype=np.int32)
    provider = number[each.pair_provider[pairs]]
    new = np.bincount(each.pair_provider[opened & ~each.pair_open], minlength=len(each.capacity))
    shown = np.bincount(provider[opened[pairs]], minlength=len(providers))
    room = (each.room - new)[providers]
    return DistinctResource(each.id, renumbered[each.pair[arcs]], provider, opened[pairs], room + shown)
