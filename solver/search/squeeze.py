"""Place who is left out by moving somebody else on: an ejection chain of one link, within all limits.

Tables are explained in `state`. As in `repair`, every OVER and CROWD must be infinite.
"""

from math import inf

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int32, Int64
from solver.search.state import CLASS, OUT, PROVIDER, add, price_of


@compiled
def squeeze(
    turns: Int64, tries: int, limits: int, providers: int, arcs: Int32, indptr: Int64, level_ptr: Int64,
    arc_ptr: Int64, arc_at: Int32, flow: Int64, cost: Float, slots: Float, levels: Float, pairs: Float,
    rooms: Float, classes: Float,
) -> int:  # fmt: skip
    """Place members of classes in the order of `turns`, one at a time; at most `tries` are tried.

    Returns how many were placed.
    """
    placed = 0
    for c in turns:
        while classes[c, OUT] > 0 and tries > 0:
            tries -= 1
            into, ejected, to = cheapest_chain(
                c, limits, providers, arcs, indptr, level_ptr, arc_ptr, arc_at, flow, cost, slots, levels,
                pairs, rooms,
            )  # fmt: skip
            if into < 0:
                break
            add(ejected, -1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            add(to, 1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            add(into, 1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            classes[c, OUT] -= 1
            placed += 1
    return placed


@compiled
def cheapest_chain(
    c: int, limits: int, providers: int, arcs: Int32, indptr: Int64, level_ptr: Int64, arc_ptr: Int64,
    arc_at: Int32, flow: Int64, cost: Float, slots: Float, levels: Float, pairs: Float, rooms: Float,
) -> tuple[int, int, int]:  # fmt: skip
    """An arc for a member of the class, one whose member gives way, and that member's new arc; -1: none.

    Nothing is changed in the end: each trial is taken back.
    """
    best, least = (-1, -1, -1), inf
    for into in range(indptr[c], indptr[c + 1]):
        if cost[into] == inf:
            continue
        p = arcs[into, PROVIDER]
        for t in range(arc_ptr[p], arc_ptr[p + 1]):
            b = arc_at[t]
            if flow[b] == 0 or arcs[b, CLASS] == c:
                continue
            freed = add(b, -1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            taken = price_of(into, 1, limits, providers, arcs, level_ptr, cost, slots, levels, pairs, rooms)
            if taken < inf:
                other = arcs[b, CLASS]
                for to in range(indptr[other], indptr[other + 1]):
                    if to == b or arcs[to, PROVIDER] == p:
                        continue
                    moved = price_of(
                        to, 1, limits, providers, arcs, level_ptr, cost, slots, levels, pairs, rooms
                    )
                    if freed + taken + moved < least:
                        best, least = (into, b, to), freed + taken + moved
            add(b, 1, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
    return best
