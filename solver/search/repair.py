"""From a flow that breaks limits to one that keeps them: take out what is too much, then fill what is left.

Tables are explained in `state`. Every OVER and CROWD must be infinite, so that an arc without room has no
finite price.
"""

from math import ceil, inf

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int32, Int64
from solver.search.state import (
    CAPACITY,
    CARRIED,
    CLASS,
    LOAD,
    OPENED,
    OUT,
    PLACE,
    PROVIDER,
    ROOM,
    UNASSIGNED,
    USES,
    add,
    price_of,
)


@compiled
def repair(  # noqa: C901 - three loops over three tables
    turns: Int64, limits: int, providers: int, arcs: Int32, indptr: Int64, level_ptr: Int64, pair_ptr: Int64,
    arc_of_pair: Int32, arc_ptr: Int64, arc_at: Int32, pair_at_ptr: Int64, pair_at: Int32, flow: Int64,
    cost: Float, slots: Float, levels: Float, pairs: Float, rooms: Float, classes: Float,
) -> None:  # fmt: skip
    """Make a state keep all limits and place whoever still fits, classes in the order of `turns`."""
    for room in range(len(rooms)):
        while rooms[room, OPENED] > rooms[room, ROOM]:
            o = smallest_pair(room, room % providers, pair_at_ptr, pair_at, pairs)
            for t in range(pair_ptr[o], pair_ptr[o + 1]):
                a, q = arc_of_pair[t], flow[arc_of_pair[t]]
                if q > 0:
                    classes[arcs[a, CLASS], OUT] += q
                    add(a, -q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
    for slot in range(len(slots)):
        k, p = slot // providers, slot % providers
        while slots[slot, LOAD] > slots[slot, CAPACITY]:
            a = cheapest_to_lose(k, p, arcs, arc_ptr, arc_at, flow, cost, classes)
            excess = slots[slot, LOAD] - slots[slot, CAPACITY]
            q = min(flow[a], ceil(excess / arcs[a, USES + k]))
            classes[arcs[a, CLASS], OUT] += q
            add(a, -q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
    for c in turns:
        while classes[c, OUT] > 0:
            best, least, members = -1, classes[c, UNASSIGNED], 0
            for a in range(indptr[c], indptr[c + 1]):
                q = fitting(a, int(classes[c, OUT]), limits, providers, arcs, slots)
                if q == 0:
                    continue
                price = price_of(a, q, limits, providers, arcs, level_ptr, cost, slots, levels, pairs, rooms)
                if price / q < least:
                    best, least, members = a, price / q, q
            if best < 0:
                break
            add(best, members, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
            classes[c, OUT] -= members


@compiled
def smallest_pair(room: int, p: int, pair_at_ptr: Int64, pair_at: Int32, pairs: Float) -> int:
    """The pair of a room slot that carries fewest members, but some."""
    smallest = -1
    for t in range(pair_at_ptr[p], pair_at_ptr[p + 1]):
        o = pair_at[t]
        if pairs[o, PLACE] != room or pairs[o, CARRIED] == 0:
            continue
        if smallest < 0 or pairs[o, CARRIED] < pairs[smallest, CARRIED]:
            smallest = o
    return smallest


@compiled
def cheapest_to_lose(
    k: int, p: int, arcs: Int32, arc_ptr: Int64, arc_at: Int32, flow: Int64, cost: Float, classes: Float
) -> int:
    """The arc at a provider whose members free most of limit k for what staying out costs more."""
    best, least = -1, inf
    for t in range(arc_ptr[p], arc_ptr[p + 1]):
        a = arc_at[t]
        if flow[a] > 0 and arcs[a, USES + k] > 0:
            loss = (classes[arcs[a, CLASS], UNASSIGNED] - cost[a]) / arcs[a, USES + k]
            if loss < least:
                best, least = a, loss
    return best


@compiled
def fitting(a: int, q: int, limits: int, providers: int, arcs: Int32, slots: Float) -> int:
    """How many of q more members the summed limits let arc a take."""
    for k in range(limits):
        use = arcs[a, USES + k]
        if use > 0:
            slot = k * providers + arcs[a, PROVIDER]
            left = slots[slot, CAPACITY] - slots[slot, LOAD]
            if left < q * use:
                q = int(left // use)
    return q
