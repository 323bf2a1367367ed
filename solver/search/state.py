"""A flow with everything that follows from it, kept up to date one change at a time.

Compiled code gets plain tables, not objects (a tuple of twenty arrays costs more to pass than a move):

| table | row | columns |
|---|---|---|
| arcs | arc | provider, class, use of each summed limit, pair of each distinct limit (-1: none) |
| slots | limit * providers + provider | LOAD, CAPACITY, OVER (penalty for a unit above) |
| levels | level of a slot, see Layout | THRESHOLD, SLOPE |
| pairs | pair | CARRIED (members), OPENING (cost), its room slot |
| rooms | distinct limit * providers + provider | OPENED, ROOM, CROWD (penalty for a pair too many); from
  TARGETS on the threshold and the slope of each of its levels, if any room has levels |
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
OPENED, ROOM, CROWD, TARGETS = 0, 1, 2, 3
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
    """The tables that change: flow and cost of every arc, and see the module.

    `target_room`, `target_slope`: row and column of the slope of every level of a room slot in `rooms`.
    """

    flow: Int64
    cost: Float
    slots: Float
    levels: Float
    pairs: Float
    rooms: Float
    classes: Float
    target_room: Int64
    target_slope: Int64

    def copy(self) -> "State":
        """A state of its own."""
        return State(*(each.copy() for each in vars(self).values()))

    def priced(self, prices: Prices, over: Float, crowd: Float) -> None:
        """Put an objective and penalties in."""
        self.cost[:] = prices.arc
        self.levels[:, SLOPE] = prices.slope[: len(self.levels)]
        self.rooms[self.target_room, self.target_slope] = prices.slope[len(self.levels) :]
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
    rooms, target_room, target_slope = _rooms(layout)
    rooms[:, OPENED] = np.bincount(layout.pair_slot[pairs[:, CARRIED] > 0], minlength=len(rooms))
    levels = np.zeros((layout.level_ptr[len(slots)], 2))
    slots[:, CAPACITY] = layout.capacity
    levels[:, THRESHOLD], pairs[:, PLACE] = layout.level_threshold[: len(levels)], layout.pair_slot
    classes = np.zeros((len(out), 2))
    classes[:, OUT] = out
    cost = np.zeros(len(flow))
    return State(wide, cost, slots, levels, pairs, rooms, classes, target_room, target_slope)


def _rooms(layout: Layout) -> tuple[Float, Int64, Int64]:
    """The table of room slots without what is open, and where the slopes of its levels are."""
    ptr = layout.level_ptr[len(layout.capacity) :]
    room = np.repeat(np.arange(len(layout.room)), np.diff(ptr))
    column = TARGETS + 2 * (np.arange(len(room)) - (ptr - ptr[0])[room])
    rooms = np.zeros((len(layout.room), column.max(initial=TARGETS - 2) + 2))
    rooms[:, ROOM], rooms[:, TARGETS::2] = layout.room, np.inf
    rooms[room, column] = layout.level_threshold[ptr[0] :]
    return rooms, room.astype(np.int64), (column + 1).astype(np.int64)


def _grouped(label: Int32, groups: int) -> tuple[Int64, Int64]:
    """CSR of positions by label."""
    order = np.argsort(label, kind="stable")
    ptr = np.searchsorted(label[order], np.arange(groups + 1))
    return ptr.astype(np.int64), order


@compiled
def add(  # noqa: C901 - calls would cost more than what they do
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
            opened = rooms[room, OPENED]
            change += pairs[o, OPENING]
            if opened >= rooms[room, ROOM]:
                change += rooms[room, CROWD]
            for target in range(TARGETS, rooms.shape[1], 2):
                if opened >= rooms[room, target]:
                    change += rooms[room, target + 1]
            rooms[room, OPENED] = opened + 1
        elif carried + q == 0:
            opened = rooms[room, OPENED] - 1
            rooms[room, OPENED] = opened
            change -= pairs[o, OPENING]
            if opened >= rooms[room, ROOM]:
                change -= rooms[room, CROWD]
            for target in range(TARGETS, rooms.shape[1], 2):
                if opened >= rooms[room, target]:
                    change -= rooms[room, target + 1]
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
            opened = rooms[room, OPENED]
            change += pairs[o, OPENING]
            if opened >= rooms[room, ROOM]:
                change += rooms[room, CROWD]
            for target in range(TARGETS, rooms.shape[1], 2):
                if opened >= rooms[room, target]:
                    change += rooms[room, target + 1]
    return change


@compiled
def opens_nothing(a: int, limits: int, arcs: Int32, pairs: Float) -> bool:
    """Whether every pair of the arc carries somebody already."""
    for column in range(USES + limits, arcs.shape[1]):
        if arcs[a, column] >= 0 and pairs[arcs[a, column], CARRIED] == 0:
            return False
    return True
