"""A first flow for a small problem: whole keys (facilities) at a time, the most weighty first."""

import numpy as np

from solver.problem import Int32, Int64, Problem
from solver.verify import evaluate

MOST_ARCS = 50_000
"""Above these an engine's own construction is the better start."""


def first_fit(problem: Problem) -> Int32:
    """Members go, arc by arc, wherever there is room; nobody, where that would cost less in the first tier.

    Arcs come in the order of what placing everybody of their pair is worth, then of what they are worth
    themselves. Keeps every limit and budget.
    """
    flow = np.zeros(problem.arcs, np.int32)
    if problem.arcs > MOST_ARCS:
        return flow
    costs = problem.tiers[0]
    worth = costs.unassigned[problem.class_of_arc] - costs.arc
    order = np.lexsort((-worth, -_of_pairs(problem, worth)))
    _place(problem, order[worth[order] > 0], flow)
    nobody = np.zeros_like(flow)
    return flow if evaluate(problem, costs, flow) <= evaluate(problem, costs, nobody) else nobody


def _of_pairs(problem: Problem, worth: Int64) -> Int64:
    """What placing everybody on an arc's pair (of the first distinct limit) is worth."""
    whole = np.maximum(worth, 0) * problem.count[problem.class_of_arc].astype(np.int64)
    if not problem.distinct:
        return whole
    pair = problem.distinct[0].pair
    named = pair >= 0
    sums = np.zeros(len(problem.distinct[0].pair_provider) + 1, np.int64)
    np.add.at(sums, pair[named], whole[named])
    whole[named] = sums[pair[named]]
    return whole


def _place(problem: Problem, order: Int64, flow: Int32) -> None:
    """Arc by arc, as many members as all limits let through; lists, since single entries are read."""
    missing = problem.count.tolist()
    room = [resource.capacity.tolist() for resource in problem.summed]
    uses = [resource.use.tolist() for resource in problem.summed]
    left = [budget.most for budget in problem.budgets]
    spent = [budget.use.tolist() for budget in problem.budgets]
    open_pairs = [each.pair_open.copy() for each in problem.distinct]
    places = [each.room.tolist() for each in problem.distinct]
    of_arc, provider = problem.class_of_arc.tolist(), problem.provider.tolist()
    for arc in order.tolist():
        group, whom = of_arc[arc], provider[arc]
        most = missing[group]
        for use, free in zip(uses, room, strict=True):
            if use[arc]:
                most = min(most, free[whom] // use[arc])
        for use, allowance in zip(spent, left, strict=True):
            if use[arc]:
                most = min(most, allowance // use[arc])
        opens = [
            (number, int(each.pair[arc]))
            for number, each in enumerate(problem.distinct)
            if each.pair[arc] >= 0 and not open_pairs[number][each.pair[arc]]
        ]
        if most <= 0 or any(places[number][whom] <= 0 for number, _ in opens):
            continue
        for number, pair in opens:
            open_pairs[number][pair] = True
            places[number][whom] -= 1
        for use, free in zip(uses, room, strict=True):
            free[whom] -= most * use[arc]
        for number, use in enumerate(spent):
            left[number] -= most * use[arc]
        missing[group] -= most
        flow[arc] = most
