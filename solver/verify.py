"""What a flow breaks and what it costs, recomputed from the problem alone: no engine is imported here."""

import numpy as np

from solver.problem import NO_LIMIT, Budget, Costs, DistinctResource, Int32, Int64, Problem, SummedResource


def verify(problem: Problem, flow: Int32) -> list[str]:
    """Every constraint that `flow` breaks, each with its amount; empty when it keeps them all.

    A flow of the wrong shape or kind is one finding and nothing else is looked at.
    """
    if flow.shape != (problem.arcs,) or not np.issubdtype(flow.dtype, np.integer):
        return [f"flow needs {problem.arcs} integers, and has shape {flow.shape} of {flow.dtype}"]
    wide = flow.astype(np.int64)
    found = _placement(problem, wide)
    for resource in problem.summed:
        found += _summed(problem, resource, wide)
    for distinct in problem.distinct:
        found += _distinct(problem, distinct, wide)
    for budget in problem.budgets:
        found += _budget(budget, wide)
    return found


def evaluate(problem: Problem, costs: Costs, flow: Int32) -> int:
    """The exact value of `flow` under `costs`."""
    wide = flow.astype(np.int64)
    total = int(costs.constant) + int(costs.arc @ wide)
    total += int(costs.unassigned @ left_out(problem, flow))
    for distinct, opening in zip(problem.distinct, costs.opening, strict=True):
        total += int(opening[newly_open(distinct, wide)].sum())
    charged = {excess.resource for excess in costs.excess}
    loads = {each: load_of(problem, problem.summed[each].use, wide) for each in charged}
    for excess in costs.excess:
        load = loads[excess.resource]
        above = np.where(excess.threshold >= NO_LIMIT, 0, np.maximum(load - excess.threshold, 0))
        total += int(excess.slope @ above)
    for excess in costs.crowding:
        load = pairs_of(problem.distinct[excess.resource], wide)
        above = np.where(excess.threshold >= NO_LIMIT, 0, np.maximum(load - excess.threshold, 0))
        total += int(excess.slope @ above)
    return total


def left_out(problem: Problem, flow: Int32 | Int64) -> Int64:
    """Members of every class that no arc carries."""
    placed = np.zeros(problem.classes, np.int64)
    np.add.at(placed, problem.class_of_arc, flow.astype(np.int64))
    return problem.count.astype(np.int64) - placed


def load_of(problem: Problem, use: Int32, flow: Int64) -> Int64:
    """Load of one summed resource at every provider."""
    load = np.zeros(problem.providers, np.int64)
    np.add.at(load, problem.provider, use.astype(np.int64) * flow)
    return load


def newly_open(distinct: DistinctResource, flow: Int32 | Int64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which pairs `flow` opens beside those that are open anyway."""
    opened = np.zeros(len(distinct.pair_provider), np.bool_)
    opened[distinct.pair[(flow > 0) & (distinct.pair >= 0)]] = True
    return opened & ~distinct.pair_open


def pairs_of(distinct: DistinctResource, flow: Int32 | Int64) -> Int64:
    """Open pairs of every provider, those that are open anyway included."""
    opened = distinct.pair_provider[newly_open(distinct, flow)]
    return distinct.held + np.bincount(opened, minlength=len(distinct.capacity))


def _placement(problem: Problem, flow: Int64) -> list[str]:
    found = [f"arc {a}: its flow is negative ({flow[a]})" for a in np.flatnonzero(flow < 0)]
    left = left_out(problem, flow)
    found += [
        f"class {c}: {-left[c]} more placed than its {problem.count[c]} members"
        for c in np.flatnonzero(left < 0)
    ]
    return found


def _summed(problem: Problem, resource: SummedResource, flow: Int64) -> list[str]:
    load = load_of(problem, resource.use, flow)
    return [
        f"limit {resource.id}, provider {p}: load {load[p]} is {load[p] - resource.capacity[p]} above "
        f"the capacity {resource.capacity[p]}"
        for p in np.flatnonzero((load > resource.capacity) & (resource.capacity < NO_LIMIT))
    ]


def _distinct(problem: Problem, distinct: DistinctResource, flow: Int64) -> list[str]:
    opened = np.bincount(distinct.pair_provider[newly_open(distinct, flow)], minlength=problem.providers)
    return [
        f"limit {distinct.id}, provider {p}: {opened[p]} pairs are opened, "
        f"{opened[p] - distinct.room[p]} more than there is room for ({distinct.room[p]})"
        for p in np.flatnonzero(opened > distinct.room)
    ]


def _budget(budget: Budget, flow: Int64) -> list[str]:
    used = int(budget.use.astype(np.int64) @ flow)
    if used <= budget.most:
        return []
    return [f"budget {budget.id}: {used} used, {used - budget.most} above the most ({budget.most})"]
