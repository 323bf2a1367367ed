"""A part of a stage that can be solved alone: an independent component, or some providers set free."""

from dataclasses import dataclass

import numpy as np

from solver.problem import (
    NO_LIMIT,
    Bool,
    Costs,
    DistinctResource,
    Excess,
    Int32,
    Int64,
    Problem,
    SummedResource,
)
from solver.stage import Ceiling, Stage, nobody_placed
from solver.verify import evaluate


@dataclass(frozen=True)
class Part:
    """A stage of its own and where it comes from: arc k of the part is arc `arcs[k]` of the whole.

    So are its classes and providers, in ascending order.
    """

    stage: Stage
    arcs: Int64
    classes: Int64
    providers: Int64

    def flow_of(self, whole: Int32) -> Int32:
        """The part's share of a flow of the whole."""
        return whole[self.arcs]

    def write(self, flow: Int32, whole: Int32) -> None:
        """Put a flow of the part into a flow of the whole, in place."""
        whole[self.arcs] = flow


def whole_of(stage: Stage) -> Part:
    """All of a stage."""
    problem = stage.problem
    return Part(stage, *(np.arange(each) for each in (problem.arcs, problem.classes, problem.providers)))


def part_of(
    stage: Stage, free: Bool, count: Int32, held: Int32 | None = None, among: Int64 | None = None
) -> Part:
    """The arcs to providers in `free`, for `count[c]` members of every class c (the rest stay as they are).

    Only arcs `among` (ascending) are looked at, if given. `held` is the flow that stays: the one outside
    `free`, whose cost is taken off every ceiling; it may use no provider in `free`. Classes without members
    or arcs in the part are left away, so a class that has no arc at all must be counted by the caller.
    """
    problem = stage.problem
    class_of_arc = problem.class_of_arc
    if among is None:
        arcs = np.flatnonzero(free[problem.provider] & (count[class_of_arc] > 0))
    else:
        arcs = among[free[problem.provider[among]] & (count[class_of_arc[among]] > 0)]
    classes, index = np.unique(class_of_arc[arcs].astype(np.int64), return_inverse=True)
    picker = _Picker(
        arcs=arcs,
        classes=classes,
        providers=np.flatnonzero(free),
        pairs=tuple(each.pairs_of(arcs) for each in problem.distinct),
        whole=problem.distinct,
    )
    provider = np.full(problem.providers, -1, np.int32)
    provider[picker.providers] = np.arange(len(picker.providers), dtype=np.int32)
    part = Problem(
        providers=len(picker.providers),
        count=count[classes].astype(np.int32),
        indptr=np.searchsorted(index, np.arange(len(classes) + 1)).astype(np.int64),
        provider=provider[problem.provider[arcs]],
        tiers=(picker.costs(stage.costs),),
        summed=tuple(
            SummedResource(each.id, each.use[arcs], each.capacity[picker.providers])
            for each in problem.summed
        ),
        distinct=tuple(
            picker.distinct(each, pairs, provider)
            for each, pairs in zip(problem.distinct, picker.pairs, strict=True)
        ),
    )
    ceilings = tuple(
        Ceiling(own, each.most - _outside(stage, each.costs, held, part, own))
        for each in stage.ceilings
        for own in (picker.costs(each.costs),)
    )
    return Part(Stage(part, part.tiers[0], ceilings), arcs, classes, picker.providers)


def _outside(stage: Stage, costs: Costs, held: Int32 | None, part: Problem, own: Costs) -> int:
    """What is paid outside the part: all of `held`, less what the part pays when it places nobody."""
    whole = stage.problem
    held = nobody_placed(whole) if held is None else held
    return evaluate(whole, costs, held) - evaluate(part, own, nobody_placed(part))


@dataclass(frozen=True)
class _Picker:
    arcs: Int64
    classes: Int64
    providers: Int64
    pairs: tuple[Int64, ...]
    whole: tuple[DistinctResource, ...]

    def costs(self, costs: Costs) -> Costs:
        return Costs(
            arc=costs.arc[self.arcs],
            unassigned=costs.unassigned[self.classes],
            opening=tuple(each[pairs] for each, pairs in zip(costs.opening, self.pairs, strict=True)),
            excess=tuple(
                Excess(each.resource, each.threshold[self.providers], each.slope[self.providers])
                for each in costs.excess
            ),
            name=costs.name,
            crowding=tuple(self.crowding(each) for each in costs.crowding),
        )

    def crowding(self, each: Excess) -> Excess:
        """Pairs that are open anyway and not part of it are taken off the threshold."""
        distinct, pairs = self.whole[each.resource], self.pairs[each.resource]
        shown = pairs[distinct.pair_open[pairs]]
        elsewhere = distinct.held - np.bincount(distinct.pair_provider[shown], minlength=len(distinct.held))
        threshold = np.where(each.threshold >= NO_LIMIT, NO_LIMIT, each.threshold - elsewhere)
        return Excess(each.resource, threshold[self.providers], each.slope[self.providers])

    def distinct(self, each: DistinctResource, pairs: Int64, provider: Int32) -> DistinctResource:
        renumbered = np.full(len(each.pair_provider) + 1, -1, np.int32)  # the last entry answers for -1
        renumbered[pairs] = np.arange(len(pairs), dtype=np.int32)
        return DistinctResource(
            id=each.id,
            pair=renumbered[each.pair[self.arcs]],
            pair_provider=provider[each.pair_provider[pairs]],
            pair_open=each.pair_open[pairs],
            capacity=each.room[self.providers]
            + np.bincount(
                provider[each.pair_provider[pairs]][each.pair_open[pairs]], minlength=len(self.providers)
            ),
        )
