"""The part of a flow that keeps every limit: what is too much is left out, the cheapest to leave first."""

import numpy as np

from solver.problem import NO_LIMIT, Budget, DistinctResource, Int32, Int64, Problem, SummedResource
from solver.verify import load_of, newly_open


def feasible_part(problem: Problem, flow: Int32) -> Int32:
    """At most `flow` on every arc, within all limits; `flow` itself where it breaks none.

    Raises ValueError where `flow` has not one entry for every arc.
    """
    if flow.shape != (problem.arcs,):
        raise ValueError(f"flow needs {problem.arcs} entries and has shape {flow.shape}")
    kept = _within_count(problem, np.maximum(flow, 0).astype(np.int64))
    worth = problem.tiers[0].unassigned[problem.class_of_arc] - problem.tiers[0].arc
    for resource in problem.summed:
        kept = _within_capacity(problem, resource, kept, worth)
    for distinct in problem.distinct:
        kept = _within_room(distinct, kept)
    for budget in problem.budgets:
        kept = _within_budget(budget, kept, worth)
    return kept.astype(np.int32)


def _within_count(problem: Problem, flow: Int64) -> Int64:
    """Arc by arc, not more than the class has."""
    before = np.cumsum(flow) - flow
    before -= np.append(before, 0)[problem.indptr[:-1]][problem.class_of_arc]
    return np.clip(problem.count[problem.class_of_arc] - before, 0, flow)


def _within_capacity(problem: Problem, resource: SummedResource, flow: Int64, worth: Int64) -> Int64:
    load = load_of(problem, resource.use, flow)
    over = (load > resource.capacity) & (resource.capacity < NO_LIMIT)
    arcs = np.flatnonzero(over[problem.provider] & (flow > 0) & (resource.use > 0))
    arcs = arcs[np.lexsort((-worth[arcs], problem.provider[arcs]))]
    provider = problem.provider[arcs]
    return _prefix(flow, arcs, resource.use[arcs].astype(np.int64), provider, resource.capacity[provider])


def _within_budget(budget: Budget, flow: Int64, worth: Int64) -> Int64:
    arcs = np.flatnonzero((flow > 0) & (budget.use > 0))
    arcs = arcs[np.argsort(-worth[arcs], kind="stable")]
    group = np.zeros(len(arcs), np.int32)
    return _prefix(flow, arcs, budget.use[arcs].astype(np.int64), group, np.full(len(arcs), budget.most))


def _prefix(flow: Int64, arcs: Int64, use: Int64, group: Int32, most: Int64) -> Int64:
    """Keep, in the order of `arcs` inside each group, as many members as fit into `most`."""
    if not len(arcs):
        return flow
    load = use * flow[arcs]
    before = np.cumsum(load) - load
    first = np.flatnonzero(np.diff(group, prepend=-1))
    before -= np.repeat(before[first], np.diff(np.append(first, len(arcs))))
    kept = flow.copy()
    kept[arcs] = np.clip((most - before) // use, 0, flow[arcs])
    return kept


def _within_room(distinct: DistinctResource, flow: Int64) -> Int64:
    """Close the pairs that are too many, those with the fewest members first."""
    opened = np.flatnonzero(newly_open(distinct, flow))
    owner = distinct.pair_provider[opened]
    carried = distinct.pair >= 0
    members = np.bincount(distinct.pair[carried], flow[carried], len(distinct.pair_provider))
    order = np.lexsort((-members[opened], owner))
    opened, owner = opened[order], owner[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    rank = np.arange(len(opened)) - np.repeat(first, np.diff(np.append(first, len(opened))))
    closed = np.zeros(len(distinct.pair_provider) + 1, np.bool_)  # the last entry answers for -1
    closed[opened[rank >= distinct.room[owner]]] = True
    return np.where(closed[distinct.pair], 0, flow)
