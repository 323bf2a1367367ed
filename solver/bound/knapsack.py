"""Providers as knapsacks: what is left of an assignment once the duty to place every unit has a price.

With `worth[u]` paid for placing unit u, every provider alone takes the units that gain most in its room.
All that is paid, less all that is gained, is a bound on the cost of any assignment, never below that of
prices on limits: rooms are filled by whole units. Arrays are [provider, unit]: `cost`, `use` (whole numbers,
as is `room[p]`) and `allowed`; `free` marks the units that are not placed for good.

Fisher, Jaikumar, Van Wassenhove, "A multiplier adjustment method for the generalized assignment problem",
Management Science 32 (1986); Posta, Ferland, Michelon, "An exact method with variable fixing for solving the
generalized assignment problem", Computational Optimization and Applications 52 (2012).
"""

import numpy as np

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Bool, Int64

LANES = 8
"""Entries that the processor computes at once."""


@compiled
def gainful(
    p: int, cost: Float, use: Int64, room: Int64, worth: Float, free: Bool, allowed: Bool, item: Int64
) -> int:
    """The units that provider p could gain by, into `item`; how many."""
    found = 0
    for u in range(len(worth)):
        if free[u] and allowed[p, u] and worth[u] > cost[p, u] and use[p, u] <= room[p]:
            item[found] = u
            found += 1
    return found


@compiled
def add_item(before: Float, after: Float, gain: float, use: int, room: int) -> None:
    """The most gain by room, with one item more.

    Written so that eight entries are computed at once: slices of one length, without `max`.
    """
    for r in range(use):
        after[r] = before[r]
    left, taken, most = before[use : room + 1], before[: room + 1 - use], after[use : room + 1]
    for r in range(len(most)):
        most[r] = left[r] if left[r] > taken[r] + gain else taken[r] + gain


@compiled
def pack(
    cost: Float, use: Int64, room: Int64, worth: Float, free: Bool, allowed: Bool, chosen: Bool, table: Float
) -> tuple[float, int]:
    """The gain of all providers together and the entries computed; `chosen` says who takes whom."""
    total, entries = 0.0, 0
    item = np.empty(len(worth), np.int64)
    chosen[:] = False
    for p in range(len(cost)):
        items = gainful(p, cost, use, room, worth, free, allowed, item)
        table[0, : room[p] + 1] = 0.0
        for t in range(items):
            u = item[t]
            add_item(table[t], table[t + 1], worth[u] - cost[p, u], use[p, u], room[p])
        entries += items * (room[p] + 1)
        left = room[p]
        total += table[items, left]
        for t in range(items - 1, -1, -1):
            if table[t + 1, left] != table[t, left]:
                chosen[p, item[t]] = True
                left -= use[p, item[t]]
    return total, entries


@compiled
def surcharge(
    cost: Float, use: Int64, room: Int64, worth: Float, free: Bool, allowed: Bool, table: Float, back: Float,
    dearer: Float,
) -> tuple[float, int]:  # fmt: skip
    """As `pack`; `dearer[p, u]` is what the bound rises by when unit u goes to provider p and nowhere else.

    What it gains less there, and what every other provider gains less that would have taken it.
    """
    total, entries = 0.0, 0
    item, lanes = np.empty(len(worth), np.int64), np.empty(LANES)
    own, lost = np.zeros(cost.shape), np.zeros(len(worth))
    dearer[:] = np.inf
    for p in range(len(cost)):
        items = gainful(p, cost, use, room, worth, free, allowed, item)
        fill(p, items, item, cost, use, room[p], worth, table, back)
        entries += 4 * items * (room[p] + 1)
        most = table[items, room[p]]
        total += most
        for t in range(items):
            u = item[t]
            own[p, u] = most - without(table[t], back[t + 1], room[p], lanes)
            lost[u] += own[p, u]
            gained = worth[u] - cost[p, u] + without(table[t], back[t + 1], room[p] - use[p, u], lanes)
            dearer[p, u] = most - gained
        for u in range(len(worth)):
            if free[u] and allowed[p, u] and worth[u] <= cost[p, u] and use[p, u] <= room[p]:
                dearer[p, u] = most - table[items, room[p] - use[p, u]] + cost[p, u] - worth[u]
    for p in range(len(cost)):
        dearer[p] += lost - own[p]
    return total, entries


@compiled
def fill(
    p: int, items: int, item: Int64, cost: Float, use: Int64, room: int, worth: Float, table: Float,
    back: Float,
) -> None:  # fmt: skip
    """`table[t]`: the most gain by room of the first t items; `back[t]`: that of all others."""
    table[0, : room + 1] = 0.0
    back[items, : room + 1] = 0.0
    for t in range(items):
        u = item[t]
        add_item(table[t], table[t + 1], worth[u] - cost[p, u], use[p, u], room)
    for t in range(items - 1, -1, -1):
        u = item[t]
        add_item(back[t + 1], back[t], worth[u] - cost[p, u], use[p, u], room)


@compiled
def without(before: Float, after: Float, room: int, lanes: Float) -> float:
    """The most gain in so much room of the items before one and those after it.

    Written so that `lanes` are computed at once; the sums are never below zero.
    """
    lanes[:] = 0.0
    wide = (room + 1) // LANES * LANES
    for r in range(0, wide, LANES):
        here, there = before[r : r + LANES], after[room + 1 - r - LANES : room + 1 - r]
        for j in range(LANES):
            total = here[j] + there[LANES - 1 - j]
            lanes[j] = total if total > lanes[j] else lanes[j]
    most = lanes.max()
    for r in range(wide, room + 1):
        most = max(most, before[r] + after[room - r])
    return most
