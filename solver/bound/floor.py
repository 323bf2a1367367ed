"""The bound without any limit: every member takes its cheapest arc, or stays out where that is cheaper."""

import numpy as np

from solver.problem import NO_LIMIT
from solver.stage import Stage


def floor_bound(stage: Stage) -> int:
    """Exact in integers; valid because every limit only removes flows."""
    problem, costs = stage.problem, stage.costs
    cheapest = costs.unassigned.astype(np.int64).copy()
    np.minimum.at(cheapest, problem.class_of_arc, costs.arc)
    total = int(costs.constant) + int(cheapest @ problem.count.astype(np.int64))
    nothing = np.zeros(problem.providers, np.int64)
    charged = [(nothing, each) for each in costs.excess]
    charged += [(problem.distinct[each.resource].held, each) for each in costs.crowding]
    for load, excess in charged:
        limited = excess.threshold < NO_LIMIT
        total += int(excess.slope[limited] @ np.maximum(load - excess.threshold, 0)[limited])
    return total
