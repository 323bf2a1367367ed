"""Nobody is taken from a provider at work to be left with nobody.

The price of it is higher than that of leaving anybody else out, so that the best flow never does; a search
that was stopped early might. Such members go back, and newcomers make way where that is too much.
"""

import numpy as np
import numpy.typing as npt

from solver.build import Planning
from solver.measure import open_pairs, summed_loads

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def giving_back(planning: Planning, flow: Int32) -> Int32:
    """The flow with every owned member placed; the same flow where that is so already.

    Each round only undoes changes, so that it ends at the latest with doing nothing, which is feasible.
    """
    flow = _all_owned_placed(planning, flow)
    while True:
        undone = _too_many(planning, flow)
        if not undone.any():
            return flow
        flow = _all_owned_placed(planning, flow - undone)


def _all_owned_placed(planning: Planning, flow: Int32) -> Int32:
    """Members who are left out and have a stay arc take it."""
    arcs = planning.arcs
    used, stays = np.flatnonzero(flow), np.flatnonzero(arcs.stay)
    missing = planning.problem.count.copy()
    np.subtract.at(missing, arcs.owner[used], flow[used])
    placed = flow.copy()
    placed[stays] += missing[arcs.owner[stays]]
    return placed


def _too_many(planning: Planning, flow: Int32) -> Int32:
    """Newcomers to undo at providers over a capacity: just enough of them, arc by arc."""
    arcs = planning.arcs
    undone = np.zeros_like(flow)
    new = np.flatnonzero((flow > 0) & ~arcs.stay)
    loads = summed_loads(planning, flow)
    for load, used, use in zip(planning.subjects.summed, loads, arcs.uses, strict=True):
        excess = used - load.fixed - load.capacity
        for arc in new[(excess[arcs.provider[new]] > 0) & (use[new] > 0)].tolist():
            provider = arcs.provider[arc]
            members = min(int(flow[arc]), max(0, -(-int(excess[provider]) // int(use[arc]))))
            undone[arc] = max(undone[arc], members)
            excess[provider] -= members * use[arc]
    held = open_pairs(planning, flow)
    for each, after, pair in zip(planning.subjects.distinct, held, arcs.pairs, strict=True):
        over = each.count(after) > each.capacity
        opened = over[arcs.provider[new]] & (pair[new] >= 0) & ~np.isin(pair[new], each.today)
        undone[new[opened]] = flow[new[opened]]
    return undone
