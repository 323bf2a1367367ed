"""A flow with everything that follows from it, kept up to date one change at a time.

Compiled code gets plain tables, not objects (a tuple of twenty arrays costs more to pass than a move):

| table | row | columns |
|---|---|---|
| arcs | arc | provider, class, use of each summed limit, pair of each distinct limit (-1: none) |
| slots | limit * providers + provider | LOAD, CAPACITY, OVER (penalty for a unit above) |
| levels | level, see Layout | THRESHOLD, SLOPE |
| pairs | pair | CARRIED (members), OPENING (cost), its room slot |
| rooms | distinct limit * providers + provider | OPENED, ROOM, CROWD (penalty for a pair too many) |
| classes | class | OUT (members), UNASSIGNED (cost of one) |
"""

from dataclasses import dataclass

import numpy as np

from data.compiled import compiled
from solver.layout import Float, Layout, Prices
from solver.problem import Int32, Int64

PROVIDER, CLASS, USES = 0, 1, 2
LOAD, CAPACITY, OVER = 0, 1, 2
THRESHOLD, SLOPE = 0, 1
CARRIED, OPENING, PLACE = 0, 1, 2
OPENED, ROOM, CROWD = 0, 1, 2
OUT, UNASSIGNED = 0, 1


@dataclass(frozen=True)
class Network:
    """What no move changes. `arc_of_pair[pair_ptr[o]:pair_ptr[o + 1]]` are the arcs of pair o; `arc_at`,
    `pair_at` those of a provider; `rank` lists the arcs of each class, most promising first.
    """

    limits: int
    providers: int
    arcs: Int32
    indptr: Int64
    level_ptr: Int64
    pair_ptr: Int64
    arc_of_pair: Int32
    arc_ptr: Int64
    arc_at: Int32
    pair_at_ptr: Int64
    pair_at: Int32
    rank: Int32


@dataclass(frozen=True)
class State:
    """The tables that change: flow and cost of every arc, and see the module."""

    flow: Int64
    cost: Float
    slots: Float
    levels: Float
    pairs: Float
    rooms: Float
    classes: Float

    def copy(self) -> "State":
        """A state of its own."""
        return State(*(each.copy() for each in vars(self).values()))

    def priced(self, prices: Prices, over: Float, crowd: Float) -> None:
        """Put an objective and penalties in."""
        self.cost[:] = prices.arc
        self.levels[:, SLOPE] = prices.slope
        self.pairs[:, OPENING] = prices.opening
        self.classes[:, UNASSIGNED] = prices.unassigned
        self.slots[:, OVER] = over
        self.rooms[:, CROWD] = crowd


def network_of(layout: Layout, class_of_arc: Int32, promise: Float) -> Network:
    """Index a layout for search; a lower `promise` makes an arc more likely to be tried."""
    rows, columns = np.nonzero(layout.pair >= 0)
    pair_ptr, order = _grouped(layout.pair[rows, columns], len(layout.pair_slot))
    arc_ptr, arc_at = _grouped(layout.provider, layout.providers)
    pair_at_ptr, pair_at = _grouped(layout.pair_slot % max(layout.providers, 1), layout.providers)
    names = np.stack([layout.provider, class_of_arc], axis=1).astype(np.int32)
    return Network(
        limits=layout.limits,
        providers=layout.providers,
        arcs=np.ascontiguousarray(np.concatenate([names, layout.use, layout.pair], axis=1)),
        indptr=layout.indptr,
        level_ptr=layout.level_ptr.astype(np.int64),
        pair_ptr=pair_ptr,
        arc_of_pair=rows[order].astype(np.int32),
        arc_ptr=arc_ptr,
        arc_at=arc_at.astype(np.int32),
        pair_at_ptr=pair_at_ptr,
        pair_at=pair_at.astype(np.int32),
        rank=np.lexsort((promise, class_of_arc)).astype(np.int32),
    )


def state_of(layout: Layout, class_of_arc: Int32, flow: Int32) -> State:
    """Everything that follows from a flow; costs and penalties are still zero."""
    wide = flow.astype(np.int64)
    out = layout.members.copy()
    np.subtract.at(out, class_of_arc, wide.astype(np.float64))
    slots = np.zeros((len(layout.capacity), 3))
    for k in range(layout.limits):
        at = k * layout.providers + layout.provider
        np.add.at(slots[:, LOAD], at, (wide * layout.use[:, k]).astype(np.float64))
    pairs = np.zeros((len(layout.pair_slot), 3))
    for d in range(layout.pair.shape[1]):
        named = layout.pair[:, d] >= 0
        np.add.at(pairs[:, CARRIED], layout.pair[named, d], wide[named].astype(np.float64))
    rooms = np.zeros((len(layout.room), 3))
    rooms[:, OPENED] = np.bincount(layout.pair_slot[pairs[:, CARRIED] > 0], minlength=len(rooms))
    levels = np.zeros((len(layout.level_threshold), 2))
    slots[:, CAPACITY], rooms[:, ROOM] = layout.capacity, layout.room
    levels[:, THRESHOLD], pairs[:, PLACE] = layout.level_threshold, layout.pair_slot
    classes = np.zeros((len(out), 2))
    classes[:, OUT] = out
    return State(wide, np.zeros(len(flow)), slots, levels, pairs, rooms, classes)


def _grouped(label: Int32, groups: int) -> tuple[Int64, Int64]:
    """CSR of positions by label."""
    order = np.argsort(label, kind="stable")
    ptr = np.searchsorted(label[order], np.arange(groups + 1))
    return ptr.astype(np.int64), order


@compiled
def add(
    a: int, q: int, limits: int, providers: int, arcs: Int32, level_ptr: Int64, flow: Int64, cost: Float,
    slots: Float, levels: Float, pairs: Float, rooms: Float,
) -> float:  # fmt: skip
    """Put q != 0 more members on arc a; what that changes in cost. OUT is not touched."""
    change = cost[a] * q
    for k in range(limits):
        use = arcs[a, USES + k]
        if use == 0:
            continue
        slot = k * providers + arcs[a, PROVIDER]
        load = slots[slot, LOAD]
        later = load + q * use
        slots[slot, LOAD] = later
        for level in range(level_ptr[slot], level_ptr[slot + 1]):
            threshold = levels[level, THRESHOLD]
            change += levels[level, SLOPE] * (max(0.0, later - threshold) - max(0.0, load - threshold))
        capacity = slots[slot, CAPACITY]
        if load > capacity or later > capacity:
            change += slots[slot, OVER] * (max(0.0, later - capacity) - max(0.0, load - capacity))
    for column in range(USES + limits, arcs.shape[1]):
        o = arcs[a, column]
        if o < 0:
            continue
        carried = pairs[o, CARRIED]
        pairs[o, CARRIED] = carried + q
        room = int(pairs[o, PLACE])
        if carried == 0:
            change += pairs[o, OPENING]
            change += one_more(room, limits * providers, level_ptr, levels, rooms)
            rooms[room, OPENED] += 1
        elif carried + q == 0:
            rooms[room, OPENED] -= 1
            change -= pairs[o, OPENING]
            change -= one_more(room, limits * providers, level_ptr, levels, rooms)
    flow[a] += q
    return change


@compiled
def price_of(
    a: int, q: int, limits: int, providers: int, arcs: Int32, level_ptr: Int64, cost: Float,
    slots: Float, levels: Float, pairs: Float, rooms: Float,
) -> float:  # fmt: skip
    """What q > 0 more members on arc a would cost, without doing it."""
    change = cost[a] * q
    for k in range(limits):
        slot = k * providers + arcs[a, PROVIDER]
        more = float(q * arcs[a, USES + k])
        later = slots[slot, LOAD] + more
        for level in range(level_ptr[slot], level_ptr[slot + 1]):
            above = later - levels[level, THRESHOLD]
            if above > 0.0:
                change += levels[level, SLOPE] * min(more, above)
        above = later - slots[slot, CAPACITY]
        if above > 0.0 and more > 0.0:
            change += slots[slot, OVER] * min(more, above)
    for column in range(USES + limits, arcs.shape[1]):
        o = arcs[a, column]
        if o >= 0 and pairs[o, CARRIED] == 0:
            room = int(pairs[o, PLACE])
            change += pairs[o, OPENING]
            change += one_more(room, limits * providers, level_ptr, levels, rooms)
    return change


@compiled
def one_more(room: int, slots: int, level_ptr: Int64, levels: Float, rooms: Float) -> float:
    """What one more open pair costs a room slot beside its opening: levels reached, and a pair too many."""
    opened, change = rooms[room, OPENED], 0.0
    for level in range(level_ptr[slots + room], level_ptr[slots + room + 1]):
        if opened >= levels[level, THRESHOLD]:
            change += levels[level, SLOPE]
    if opened >= rooms[room, ROOM]:
        change += rooms[room, CROWD]
    return change


@compiled
def opens_nothing(a: int, limits: int, arcs: Int32, pairs: Float) -> bool:
    """Whether every pair of the arc carries somebody already."""
    for column in range(USES + limits, arcs.shape[1]):
        if arcs[a, column] >= 0 and pairs[arcs[a, column], CARRIED] == 0:
            return False
    return True
