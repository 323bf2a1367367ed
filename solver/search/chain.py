"""Descent over assignments of units: shifts, swaps and ejection chains, limits as penalties.

Tables are explained in `units`. The state: `at[u]`, the provider of every unit; `load[p, k]`; `now`, the
figures named below; `best`, the cheapest assignment met that keeps all limits. Every move that is looked at
is noted there if it keeps them, taken or not.

Yagiura, Ibaraki, Glover, "An ejection chain approach for the generalized assignment problem", INFORMS Journal
on Computing 16 (2004).
"""

import numpy as np

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int64
from solver.search.units import Tables

COST, PENALTY, TRIED, LOCAL, BEST = 0, 1, 2, 3, 4
"""Cost and penalty of the state, moves looked at, cheapest within limits in this descent and ever."""

FIGURES = 5
LONGEST = 6
"""Units that one chain moves beside the one that starts it."""

TINY = 1e-7
WITHIN = 1e-5
"""Penalty up to which limits count as kept: rounding alone; a unit of use costs a hundred times as much."""


@compiled
def reset(tables: Tables, over: Float, at: Int64, load: Float, now: Float) -> None:
    """What follows from `at`."""
    load[:] = 0.0
    now[COST] = now[PENALTY] = 0.0
    for u in range(len(at)):
        now[COST] += tables.cost[u, at[u]]
        for k in range(load.shape[1]):
            load[at[u], k] += tables.use[u, at[u], k]
    for p in range(len(load)):
        for k in range(load.shape[1]):
            now[PENALTY] += over[p, k] * max(0.0, load[p, k] - tables.capacity[p, k])


@compiled
def charged(above: float, by: float, over: float) -> float:
    """Change of the penalty of a limit that stands that much above (or below) its capacity."""
    after = above + by
    if after > 0.0:
        return over * (by if above > 0.0 else after)
    return -over * above if above > 0.0 else 0.0


@compiled
def rise(p: int, sign: float, u: int, use: Float, capacity: Float, over: Float, load: Float) -> float:
    """Change of the penalty of provider p when unit u comes (sign 1) or leaves (-1)."""
    change = charged(load[p, 0] - capacity[p, 0], sign * use[u, p, 0], over[p, 0])
    for k in range(1, load.shape[1]):
        change += charged(load[p, k] - capacity[p, k], sign * use[u, p, k], over[p, k])
    return change


@compiled
def trade(p: int, comes: int, leaves: int, use: Float, capacity: Float, over: Float, load: Float) -> float:
    """Change of the penalty of provider p when one unit comes for another."""
    by = use[comes, p, 0] - use[leaves, p, 0]
    change = charged(load[p, 0] - capacity[p, 0], by, over[p, 0])
    for k in range(1, load.shape[1]):
        by = use[comes, p, k] - use[leaves, p, k]
        change += charged(load[p, k] - capacity[p, k], by, over[p, k])
    return change


@compiled
def place(u: int, p: int, use: Float, at: Int64, load: Float) -> None:
    """Move unit u to provider p."""
    for k in range(load.shape[1]):
        load[at[u], k] -= use[u, at[u], k]
        load[p, k] += use[u, p, k]
    at[u] = p


@compiled
def record(now: Float, change: float) -> bool:
    """Note a move within all limits, cheaper than any in this descent; whether nothing was cheaper ever."""
    now[LOCAL] = now[COST] + change
    if now[LOCAL] >= now[BEST] - 0.5:
        return False
    now[BEST] = now[LOCAL]
    return True


@compiled
def descend(
    tables: Tables, over: Float, order: Int64, at: Int64, load: Float, now: Float, best: Int64
) -> None:
    """Down to where no shift, swap or chain pays; units take turns as `order` says."""
    now[LOCAL] = np.inf
    reset(tables, over, at, load, now)
    if now[PENALTY] <= WITHIN and record(now, 0.0):
        best[:] = at
    while True:
        shift_all(tables, over, order, at, load, now, best)
        if swap_all(tables, over, order, at, load, now, best):
            continue
        if not chain_all(tables, over, order, at, load, now, best):
            return


@compiled
def shift_all(
    tables: Tables, over: Float, order: Int64, at: Int64, load: Float, now: Float, best: Int64
) -> None:
    """Move single units until none gains."""
    cost, use, capacity, start, candidate, _, _ = tables
    idle, turn = 0, 0
    while idle < len(order):
        u = order[turn]
        turn = (turn + 1) % len(order)
        p, idle = at[u], idle + 1
        leaves = rise(p, -1.0, u, use, capacity, over, load)
        to, gain, part = -1, -TINY, 0.0
        room, below = WITHIN - now[PENALTY], now[LOCAL] - now[COST]
        for t in range(start[u], start[u + 1]):
            q = candidate[t]
            if q == p:
                continue
            penalty = leaves + rise(q, 1.0, u, use, capacity, over, load)
            change = cost[u, q] - cost[u, p]
            if penalty <= room and change < below:
                below = change
                if record(now, change):
                    best[:] = at
                    best[u] = q
            if change + penalty < gain:
                to, gain, part = q, change + penalty, penalty
        now[TRIED] += start[u + 1] - start[u]
        if to >= 0:
            place(u, to, use, at, load)
            now[COST] += gain - part
            now[PENALTY] += part
            idle = 0


@compiled
def swap_all(
    tables: Tables, over: Float, order: Int64, at: Int64, load: Float, now: Float, best: Int64
) -> bool:
    """Exchange every unit once with the one that gains most; whether any did."""
    cost, use, capacity, start, candidate, first, unit = tables
    any_gain = False
    for u in order:
        p = at[u]
        other, gain, part = -1, -TINY, 0.0
        room, below = WITHIN - now[PENALTY], now[LOCAL] - now[COST]
        for t in range(start[u], start[u + 1]):
            q = candidate[t]
            if q == p:
                continue
            for s in range(first[p], first[p + 1]):
                v = unit[s]
                if at[v] != q:
                    continue
                change = cost[u, q] - cost[u, p] + cost[v, p] - cost[v, q]
                penalty = trade(p, v, u, use, capacity, over, load)
                penalty += trade(q, u, v, use, capacity, over, load)
                if penalty <= room and change < below:
                    below = change
                    if record(now, change):
                        best[:] = at
                        best[u], best[v] = q, p
                if change + penalty < gain:
                    other, gain, part = v, change + penalty, penalty
            now[TRIED] += first[p + 1] - first[p]
        if other >= 0:
            q = at[other]
            place(u, q, use, at, load)
            place(other, p, use, at, load)
            now[COST] += gain - part
            now[PENALTY] += part
            any_gain = True
    return any_gain


@compiled
def chain_all(  # noqa: C901 - one loop over everybody: a call for each link would cost more than it
    tables: Tables, over: Float, order: Int64, at: Int64, load: Float, now: Float, best: Int64
) -> bool:
    """Take every unit out once, let others move up into the hole one after another, put it in: who gained.

    The cheapest unit moves up each time, be it at a loss; the chain is cut where it gains most.
    """
    cost, use, capacity, start, candidate, first, unit = tables
    moved, came_from = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    used = np.full(len(at), -1)
    any_gain = False
    for turn, u in enumerate(order):
        home = hole = at[u]
        used[u] = turn
        change, penalty = -cost[u, home], rise(home, -1.0, u, use, capacity, over, load)
        for k in range(load.shape[1]):
            load[home, k] -= use[u, home, k]
        to, length, gain, part = -1, 0, -TINY, 0.0
        room, below = WITHIN - now[PENALTY], now[LOCAL] - now[COST]
        links = 0
        while links < LONGEST:
            v, more, extra = next_link(cost, use, capacity, first, unit, over, hole, turn, used, at, load)
            now[TRIED] += first[hole + 1] - first[hole] + start[u + 1] - start[u]
            if v < 0:
                break
            used[v] = turn
            moved[links], came_from[links] = v, at[v]
            place(v, hole, use, at, load)
            hole, links = came_from[links], links + 1
            change, penalty = change + more, penalty + extra
            for t in range(start[u], start[u + 1]):
                q = candidate[t]
                if q == home:
                    continue
                paid = penalty + rise(q, 1.0, u, use, capacity, over, load)
                whole = change + cost[u, q]
                if paid <= room and whole < below:
                    below = whole
                    if record(now, whole):
                        best[:] = at
                        best[u] = q
                if whole + paid < gain:
                    to, length, gain, part = q, links, whole + paid, paid
        while links > length:
            links -= 1
            place(moved[links], came_from[links], use, at, load)
        if to >= 0:
            at[u] = to
            now[COST] += gain - part
            now[PENALTY] += part
            any_gain = True
        for k in range(load.shape[1]):
            load[at[u], k] += use[u, at[u], k]
    return any_gain


@compiled
def next_link(
    cost: Float, use: Float, capacity: Float, first: Int64, unit: Int64, over: Float, hole: int, turn: int,
    used: Int64, at: Int64, load: Float,
) -> tuple[int, float, float]:  # fmt: skip
    """The unit not moved in this turn that costs least in the hole; its cost and penalty, -1 for nobody."""
    found, least, change, penalty = -1, np.inf, 0.0, 0.0
    single = load.shape[1] == 1  # by far the most usual; with the hole's own figures it is twice as fast
    above, dear = load[hole, 0] - capacity[hole, 0], over[hole, 0]
    for s in range(first[hole], first[hole + 1]):
        v = unit[s]
        p = at[v]
        if p == hole or used[v] == turn:
            continue
        if single:
            extra = charged(above, use[v, hole, 0], dear)
            extra += charged(load[p, 0] - capacity[p, 0], -use[v, p, 0], over[p, 0])
        else:
            extra = rise(hole, 1.0, v, use, capacity, over, load)
            extra += rise(p, -1.0, v, use, capacity, over, load)
        more = cost[v, hole] - cost[v, p]
        if more + extra < least:
            found, least, change, penalty = v, more + extra, more, extra
    return found, change, penalty
