"""Timefold on one planning entity for each member, as its quickstarts would write it: constraint streams.

Hard: what is above a limit; medium: members left out; soft: everything else. Not a dependency: it is measured
where `pip install --pre timefold` (1.24.0b0) and a Java runtime, 17 or newer, are there.
"""

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import numpy.typing as npt
from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    ConstraintCollectors,
    ConstraintFactory,
    HardMediumSoftScore,
    Joiners,
    constraint_provider,
)

from solver.problem import NO_LIMIT, Problem
from solver.shed import feasible_part

Flow = npt.NDArray[np.int32]
MOST_SUMMED, NONE = 4, -1


@dataclass
class Arc:
    """A provider for a class: its slot at each limit (NONE where it uses nothing), and use; pair and room."""

    number: Annotated[int, PlanningId]
    cost: int
    slot0: int
    use0: int
    slot1: int
    use1: int
    slot2: int
    use2: int
    slot3: int
    use3: int
    pair: int
    room: int

    def __hash__(self):
        return self.number


@dataclass
class Ceiling:
    slot: int
    most: int


@dataclass
class Level:
    slot: int
    threshold: int
    slope: int


@dataclass
class Pair:
    number: int
    opening: int


@dataclass
class Room:
    number: int
    most: int


@planning_entity
@dataclass
class Member:
    id: Annotated[int, PlanningId]
    unassigned: int
    arcs: Annotated[list[Arc], ValueRangeProvider(id="arcs")]
    arc: Annotated[
        Arc | None, PlanningVariable(value_range_provider_refs=["arcs"], allows_unassigned=True)
    ] = field(default=None)


@planning_solution
@dataclass
class Panels:
    ceilings: Annotated[list[Ceiling], ProblemFactCollectionProperty]
    levels: Annotated[list[Level], ProblemFactCollectionProperty]
    pairs: Annotated[list[Pair], ProblemFactCollectionProperty]
    rooms: Annotated[list[Room], ProblemFactCollectionProperty]
    members: Annotated[list[Member], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore | None, PlanningScore] = field(default=None)


def loads(factory: ConstraintFactory):
    """Load of every slot, limit by limit."""
    return [
        factory.for_each(Member)
        .filter(lambda m: m.arc.slot0 >= 0)
        .group_by(lambda m: m.arc.slot0, ConstraintCollectors.sum(lambda m: m.arc.use0)),
        factory.for_each(Member)
        .filter(lambda m: m.arc.slot1 >= 0)
        .group_by(lambda m: m.arc.slot1, ConstraintCollectors.sum(lambda m: m.arc.use1)),
        factory.for_each(Member)
        .filter(lambda m: m.arc.slot2 >= 0)
        .group_by(lambda m: m.arc.slot2, ConstraintCollectors.sum(lambda m: m.arc.use2)),
        factory.for_each(Member)
        .filter(lambda m: m.arc.slot3 >= 0)
        .group_by(lambda m: m.arc.slot3, ConstraintCollectors.sum(lambda m: m.arc.use3)),
    ]


@constraint_provider
def constraints(factory: ConstraintFactory):
    return [
        *(
            load.join(Ceiling, Joiners.equal(lambda slot, used: slot, lambda each: each.slot))
            .filter(lambda slot, used, each: used > each.most)
            .penalize(HardMediumSoftScore.ONE_HARD, lambda slot, used, each: used - each.most)
            .as_constraint(f"limit {k}")
            for k, load in enumerate(loads(factory))
        ),
        *(
            load.join(Level, Joiners.equal(lambda slot, used: slot, lambda each: each.slot))
            .filter(lambda slot, used, each: used > each.threshold)
            .penalize(
                HardMediumSoftScore.ONE_SOFT, lambda slot, used, each: each.slope * (used - each.threshold)
            )
            .as_constraint(f"level {k}")
            for k, load in enumerate(loads(factory))
        ),
        factory.for_each(Member)
        .filter(lambda m: m.arc.pair >= 0)
        .group_by(lambda m: m.arc.room, ConstraintCollectors.count_distinct(lambda m: m.arc.pair))
        .join(Room, Joiners.equal(lambda room, opened: room, lambda each: each.number))
        .filter(lambda room, opened, each: opened > each.most)
        .penalize(HardMediumSoftScore.ONE_HARD, lambda room, opened, each: 1000 * (opened - each.most))
        .as_constraint("rooms"),
        factory.for_each(Member)
        .filter(lambda m: m.arc.pair >= 0)
        .group_by(lambda m: m.arc.pair)
        .join(Pair, Joiners.equal(lambda pair: pair, lambda each: each.number))
        .penalize(HardMediumSoftScore.ONE_SOFT, lambda pair, each: each.opening)
        .as_constraint("opening"),
        factory.for_each_including_unassigned(Member)
        .filter(lambda m: m.arc is None)
        .penalize(HardMediumSoftScore.ONE_MEDIUM, lambda m: m.unassigned)
        .as_constraint("left out"),
        factory.for_each(Member)
        .penalize(HardMediumSoftScore.ONE_SOFT, lambda m: m.arc.cost)
        .as_constraint("arcs"),
    ]


def solve_by_timefold(problem: Problem, hint: Flow, seconds: float, seed: int) -> tuple[Flow, int]:
    """The flow found within the time, beginning with `hint`, and how many members broke limits in it.

    Those are taken out. Starting the Java machine and handing the problem over are not part of the time.
    """
    if len(problem.summed) > MOST_SUMMED or len(problem.distinct) > 1 or problem.budgets:
        raise ValueError(f"written for {MOST_SUMMED} summed limits, one distinct limit and no budget")
    if any(costs.crowding for costs in problem.tiers):
        raise ValueError("written for distinct limits without a soft target")
    config = SolverConfig(
        solution_class=Panels,
        entity_class_list=[Member],
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=constraints),
        termination_config=TerminationConfig(spent_limit=Duration(milliseconds=int(seconds * 1000))),
        random_seed=seed,
    )
    found = SolverFactory.create(config).build_solver().solve(panels_of(problem, hint))
    flow = np.zeros(problem.arcs, np.int32)
    for member in found.members:
        if member.arc is not None:
            flow[member.arc.number] += 1
    kept = feasible_part(problem, flow)
    return kept, int(flow.sum() - kept.sum())


def panels_of(problem: Problem, hint: Flow) -> Panels:
    """The problem as Timefold's facts and entities."""
    (costs,) = problem.tiers
    slots = range(problem.providers * len(problem.summed))
    capacity = np.concatenate([each.capacity for each in problem.summed])
    levels = [
        Level(excess.resource * problem.providers + p, max(int(excess.threshold[p]), 0), int(excess.slope[p]))
        for excess in costs.excess
        for p in range(problem.providers)
        if excess.slope[p] > 0 and excess.threshold[p] < NO_LIMIT
    ]
    distinct = problem.distinct[0]
    closed = np.flatnonzero(~distinct.pair_open)
    arcs, members = arcs_of(problem), []
    for c in range(problem.classes):
        own = range(problem.indptr[c], problem.indptr[c + 1])
        here = [arcs[a] for a in own for _ in range(hint[a])]
        choices = [arcs[a] for a in own]
        for number in range(problem.count[c]):
            arc = here[number] if number < len(here) else None
            members.append(Member(len(members), int(costs.unassigned[c]), choices, arc))
    return Panels(
        [Ceiling(slot, int(capacity[slot])) for slot in slots if capacity[slot] < NO_LIMIT],
        levels,
        [Pair(int(o), int(costs.opening[0][o])) for o in closed],
        [Room(p, int(distinct.room[p])) for p in range(problem.providers)],
        members,
    )


def arcs_of(problem: Problem) -> list[Arc]:
    """Every arc as a fact."""
    (costs,) = problem.tiers
    distinct = problem.distinct[0]
    pair = np.where(
        (distinct.pair >= 0) & ~np.append(distinct.pair_open, True)[distinct.pair], distinct.pair, NONE
    )
    columns = []
    for k in range(MOST_SUMMED):
        if k < len(problem.summed):
            use = problem.summed[k].use
            columns += [np.where(use > 0, k * problem.providers + problem.provider, NONE), use]
        else:
            columns += [np.full(problem.arcs, NONE), np.zeros(problem.arcs, np.int32)]
    table = np.stack([np.arange(problem.arcs), costs.arc, *columns, pair, problem.provider], axis=1)
    return [Arc(*row) for row in table.tolist()]
