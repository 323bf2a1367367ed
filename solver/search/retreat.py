"""Back under a budget: members return to arcs that use less of it, or stay out where there is no other way.

Tables are explained in `state`. As in `repair`, every OVER and CROWD must be infinite.
"""

from math import inf

import numpy as np

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int32, Int64
from solver.search.state import CLASS, OUT, add, price_of


def turns_of(flow: Int64, cost: Float, burden: Float, class_of_arc: Int32, out: Float) -> Int64:
    """Arcs in use that burden the budget, those first whose members lose least for what they give back.

    What they lose is the way to the class's cheapest arc without burden, or to staying out.
    """
    instead = out.copy()
    free = np.flatnonzero((burden == 0.0) & np.isfinite(cost))
    np.minimum.at(instead, class_of_arc[free], cost[free])
    used = np.flatnonzero((flow > 0) & (burden > 0.0))
    regret = (instead[class_of_arc[used]] - cost[used]) / burden[used]
    return used[np.argsort(regret, kind="stable")]


@compiled
def retreat(
    turns: Int64, burden: Float, excess: float, may_drop: bool, limits: int, providers: int, arcs: Int32,
    indptr: Int64, level_ptr: Int64, flow: Int64, cost: Float, slots: Float, levels: Float, pairs: Float,
    rooms: Float, classes: Float,
) -> float:  # fmt: skip
    """Move members off the arcs in `turns` while the budget is exceeded; the excess that is left.

    `may_drop`: who finds no other arc is left out.
    """
    for a in turns:
        c = arcs[a, CLASS]
        while excess > 0.0 and flow[a] > 0:
            best, least = -1, inf
            for b in range(indptr[c], indptr[c + 1]):
                if burden[b] < burden[a]:
                    price = price_of(
                        b, 1, limits, providers, arcs, level_ptr, cost, slots, levels, pairs, rooms
                    )
                    if price < least:
                        best, least = b, price
            if best < 0 and not may_drop:
                break
            add(a, -1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            excess -= burden[a]
            if best < 0:
                classes[c, OUT] += 1
            else:
                add(best, 1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
                excess += burden[best]
    return excess
