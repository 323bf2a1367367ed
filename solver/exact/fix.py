"""Which arcs an optimal flow can use at all: the others are too dear at the prices of the bound."""

import numpy as np

from solver.bound.lagrangian import Bound
from solver.exact.model import most_flow
from solver.problem import Int32
from solver.stage import Stage


def fixed_by_price(stage: Stage, bound: Bound, value: int) -> Int32:
    """The most members of each arc in any flow better than `value` (flows that equal it may be lost).

    A flow with m members on arc a costs at least bound.real + m * bound.dearer[a]; with a pair opened, at
    least bound.real + bound.pair_dearer. Posta, Ferland, Michelon, "An exact method with variable fixing for
    solving the generalized assignment problem", Computational Optimization and Applications 52 (2012).
    """
    problem = stage.problem
    most = most_flow(problem).astype(np.float64)
    room = max(value - bound.real, 0.0) * (1 + 1e-9) + 1.0
    dear = bound.dearer > 1e-6
    most[dear] = np.minimum(most[dear], np.floor(room / bound.dearer[dear]))
    offset = 0
    for distinct in problem.distinct:
        pairs = len(distinct.pair_provider)
        shut = bound.pair_dearer[offset : offset + pairs] > room
        named = np.flatnonzero(distinct.pair >= 0)
        most[named[(shut & ~distinct.pair_open)[distinct.pair[named]]]] = 0.0
        offset += pairs
    return most.astype(np.int32)
