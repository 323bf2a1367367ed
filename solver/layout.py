"""A stage as flat arrays for compiled code: a slot for each limit at each provider, a number for each pair.

Slots of summed limits: limit k at provider p is slot k * providers + p. Room slots of distinct limits:
likewise, numbered for themselves. Pairs of all distinct limits are numbered through; pairs that are open
anyway cost nothing more and use no room, so an arc does not mention them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from solver.problem import NO_LIMIT, Costs, DistinctResource, Int32, Int64, Problem
from solver.stage import Stage

Float = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """One objective over the layout: cost of every arc, of a member left out, of a pair, slope of a level."""

    arc: Float
    unassigned: Float
    opening: Float
    slope: Float
    constant: float


@dataclass(frozen=True)
class Layout:
    """See the module. `level_*`: thresholds of convex costs, ascending within each slot; those of the room
    slots (in newly opened pairs) come after those of all slots.

    `objectives[0]` is what the stage minimizes, the others belong to its ceilings.
    """

    providers: int
    limits: int
    members: Float
    indptr: Int64
    provider: Int32
    use: Int32
    pair: Int32
    capacity: Float
    room: Float
    pair_slot: Int32
    level_ptr: Int64
    level_threshold: Float
    objectives: tuple[Prices, ...]
    ceiling: Float
    group_ptr: Int64
    group_class: Int32
    group_pair_ptr: Int64
    group_pair: Int32

    def blended(self, weights: Float) -> Prices:
        """The objective plus `weights[g]` times what ceiling g is on."""
        first = self.objectives[0]
        if not weights.any():
            return first
        terms = list(zip((1.0, *weights), self.objectives, strict=True))
        return Prices(
            arc=sum((w * each.arc for w, each in terms), np.zeros(1)),
            unassigned=sum((w * each.unassigned for w, each in terms), np.zeros(1)),
            opening=sum((w * each.opening for w, each in terms), np.zeros(1)),
            slope=sum((w * each.slope for w, each in terms), np.zeros(1)),
            constant=float(sum(w * each.constant for w, each in terms)),
        )


def layout_of(stage: Stage) -> Layout:
    """Lay a stage out."""
    problem = stage.problem
    every = (stage.costs, *(each.costs for each in stage.ceilings))
    slot, threshold, slopes = _levels(problem, every)
    pair, pair_slot = _pairs(problem)
    label, pair_label = _groups(problem, pair, len(pair_slot))
    group_ptr, group_class = _members_of(label, label)
    group_pair_ptr, group_pair = _members_of(label, pair_label)
    return Layout(
        providers=problem.providers,
        limits=len(problem.summed),
        members=problem.count.astype(np.float64),
        indptr=problem.indptr,
        provider=problem.provider,
        use=_columns([each.use for each in problem.summed], problem.arcs),
        pair=pair,
        capacity=_capacity(problem),
        room=np.concatenate([np.zeros(0), *(_room(each) for each in problem.distinct)]),
        pair_slot=pair_slot,
        level_ptr=np.searchsorted(slot, np.arange(_slots(problem) + _room_slots(problem) + 1)),
        level_threshold=threshold,
        objectives=tuple(_prices(problem, costs, own) for costs, own in zip(every, slopes, strict=True)),
        ceiling=np.array([each.most for each in stage.ceilings], dtype=np.float64),
        group_ptr=group_ptr,
        group_class=group_class,
        group_pair_ptr=group_pair_ptr,
        group_pair=group_pair,
    )


def _prices(problem: Problem, costs: Costs, slope: Float) -> Prices:
    standing = 0
    for excess in costs.crowding:
        above = np.maximum(problem.distinct[excess.resource].held - excess.threshold, 0)
        standing += int(excess.slope @ above)
    return Prices(
        arc=costs.arc.astype(np.float64),
        unassigned=costs.unassigned.astype(np.float64),
        opening=np.concatenate([np.zeros(0), *(each.astype(np.float64) for each in costs.opening)]),
        slope=slope,
        constant=float(costs.constant + standing),
    )


def _room(distinct: DistinctResource) -> Float:
    return np.where(distinct.capacity >= NO_LIMIT, np.inf, distinct.room)


def _slots(problem: Problem) -> int:
    return problem.providers * len(problem.summed)


def _room_slots(problem: Problem) -> int:
    return problem.providers * len(problem.distinct)


def _capacity(problem: Problem) -> Float:
    capacity = np.concatenate([np.zeros(0), *(each.capacity for each in problem.summed)])
    return np.where(capacity >= NO_LIMIT, np.inf, capacity)


def _columns(columns: list[Int32], rows: int) -> Int32:
    """Columns side by side, rows contiguous."""
    if not columns:
        return np.zeros((rows, 0), np.int32)
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int32))


def _levels(problem: Problem, every: tuple[Costs, ...]) -> tuple[Int64, Float, list[Float]]:
    """Slot and threshold of every level, sorted, and its slope under each objective.

    Room slots follow the others; what their pairs that are open anyway cost is in the constant.
    """
    slots, thresholds, slopes, owners = (
        [np.zeros(0, np.int64)],
        [np.zeros(0)],
        [np.zeros(0)],
        [np.zeros(0, int)],
    )
    for owner, costs in enumerate(every):
        charged = [(0, each.threshold, each) for each in costs.excess]
        for each in costs.crowding:
            left = np.maximum(each.threshold - problem.distinct[each.resource].held, 0)
            charged.append((_slots(problem), left, each))
        for first, threshold, excess in charged:
            at = np.flatnonzero((excess.slope > 0) & (excess.threshold < NO_LIMIT))
            slots.append(first + excess.resource * problem.providers + at)
            thresholds.append(threshold[at].astype(np.float64))
            slopes.append(excess.slope[at].astype(np.float64))
            owners.append(np.full(len(at), owner))
    slot, begin, slope, owner_of = (np.concatenate(each) for each in (slots, thresholds, slopes, owners))
    order = np.lexsort((begin, slot))
    own = [np.where(owner_of == owner, slope, 0.0)[order] for owner in range(len(every))]
    return slot[order], begin[order], own


def _pairs(problem: Problem) -> tuple[Int32, Int32]:
    """Pairs of every arc (one column for each distinct limit), and the room slot of every pair."""
    columns, slots = [], [np.zeros(0, np.int32)]
    offset = 0
    for d, distinct in enumerate(problem.distinct):
        pair = distinct.pair.copy()
        named = pair >= 0
        pair[named] = np.where(distinct.pair_open[pair[named]], -1, pair[named] + offset)
        columns.append(pair)
        slots.append((d * problem.providers + distinct.pair_provider).astype(np.int32))
        offset += len(distinct.pair_provider)
    return _columns(columns, problem.arcs), np.concatenate(slots)


def _groups(problem: Problem, pair: Int32, pairs: int) -> tuple[Int64, Int64]:
    """Group of every class and pair: classes that share pairs, directly or through others, can be priced
    alone.
    """
    classes = problem.classes
    arc, d = np.nonzero(pair >= 0)
    edges = (np.ones(len(arc), np.bool_), (problem.class_of_arc[arc], classes + pair[arc, d]))
    graph = coo_array(edges, shape=(classes + pairs, classes + pairs))
    _, label = connected_components(graph, directed=False)
    return label[:classes].astype(np.int64), label[classes:].astype(np.int64)


def _members_of(groups: Int64, label: Int64) -> tuple[Int64, Int32]:
    """CSR of what carries the labels of `groups`, in ascending order of label."""
    kept = np.flatnonzero(np.isin(label, groups))
    order = kept[np.argsort(label[kept], kind="stable")]
    starts = np.searchsorted(label[order], np.unique(groups))
    return np.append(starts, len(order)).astype(np.int64), order.astype(np.int32)
