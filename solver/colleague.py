"""One more provider who may take whom another may: what hiring would change."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT
from solver.build import Planning
from solver.classes import spans
from solver.costs import COST_UNIT
from solver.loads import NEW_PATIENTS
from solver.problem import Costs, DistinctResource, Excess, Int32, Int64, Problem, SummedResource
from solver.tiers import tier_of

Bool = npt.NDArray[np.bool_]


def with_colleague(planning: Planning, provider: int) -> tuple[Problem, Int64]:
    """The problem with one more provider (the last) who may take whom `provider` may, with equal maxima.

    Patients pinned to `provider` stay. Returns the problem, and for each of its arcs the arc of the former
    one (-1 for the colleague's).
    """
    problem = planning.problem
    theirs = np.flatnonzero((problem.provider == provider) & ~_pinned(planning)[problem.class_of_arc])
    ends = problem.indptr[problem.class_of_arc[theirs] + 1]
    source = np.insert(np.arange(problem.arcs), ends, theirs)
    copied = np.insert(np.zeros(problem.arcs, np.bool_), ends, True)
    moved = copied & planning.arcs.stay[source]
    lengths = np.diff(problem.indptr)
    np.add.at(lengths, problem.class_of_arc[theirs], 1)
    pairs = [_copied_pairs(each, source, copied, problem.providers) for each in problem.distinct]
    subjects, patients = planning.subjects, planning.arcs.patients[source]
    larger = replace(
        problem,
        providers=problem.providers + 1,
        indptr=spans(lengths),
        provider=np.where(copied, problem.providers, problem.provider[source]).astype(np.int32),
        tiers=tuple(
            _costs(planning, number, costs, provider, source, moved, pairs)
            for number, costs in enumerate(problem.tiers)
        ),
        summed=tuple(
            SummedResource(
                each.id,
                _used(each, source, moved, patients),
                np.append(each.capacity, load.limit.maximum[provider]).astype(np.int64),
            )
            for each, load in zip(problem.summed, subjects.summed, strict=True)
        ),
        distinct=tuple(
            replace(made, capacity=np.append(made.capacity, load.limit.maximum[provider]).astype(np.int64))
            for made, load in zip(pairs, subjects.distinct, strict=True)
        ),
        budgets=tuple(
            replace(each, use=np.where(moved, patients, each.use[source]).astype(np.int32))
            for each in problem.budgets
        ),
    )
    return larger, np.where(copied, -1, source)


def _pinned(planning: Planning) -> Bool:
    """Classes whose patients a person has decided about."""
    pinned = (planning.subjects.decisions.pin >= 0).astype(np.int64)
    return planning.classes.of_one_unit(pinned) > 0


def _used(each: SummedResource, source: Int64, moved: Bool, patients: Int32) -> Int32:
    """For the colleague everybody is a new patient."""
    use = each.use[source]
    return np.where(moved, patients * UNIT, use).astype(np.int32) if each.id == NEW_PATIENTS else use


def _copied_pairs(each: DistinctResource, source: Int64, copied: Bool, colleague: int) -> DistinctResource:
    """The colleague's pairs are new ones, closed at first."""
    pair = each.pair[source].astype(np.int64)
    known, number = np.unique(pair[copied & (pair >= 0)], return_inverse=True)
    pair[copied & (pair >= 0)] = len(each.pair_provider) + number
    return DistinctResource(
        each.id,
        pair.astype(np.int32),
        np.append(each.pair_provider, np.full(len(known), colleague, np.int32)),
        np.append(each.pair_open, np.zeros(len(known), np.bool_)),
        each.capacity,
    )


def _costs(
    planning: Planning,
    number: int,
    costs: Costs,
    provider: int,
    source: Int64,
    moved: Bool,
    pairs: list[DistinctResource],
) -> Costs:
    """Whoever leaves the provider for the colleague pays for the move, and new pairs for being opened."""
    arc = costs.arc[source]
    if tier_of(planning, "continuity") == number:
        arc = arc + np.where(moved, planning.left["continuity"][planning.arcs.owner[source]], 0)
    if tier_of(planning, "standing_violation") == number:
        against = planning.arcs.terms.get("standing_violation")
        arc = arc - np.where(moved, 0 if against is None else against[source], 0)
    weight = planning.subjects.objective.weight("opening") * COST_UNIT
    opening = tuple(
        np.append(
            each,
            np.full(
                len(made.pair_provider) - len(each),
                weight if tier_of(planning, "opening") == number else 0,
                np.int64,
            ),
        )
        for each, made in zip(costs.opening, pairs, strict=True)
    )
    excess = tuple(_colleagues(planning, each, provider) for each in costs.excess)
    crowding = tuple(_copied(each, each.threshold[provider], provider) for each in costs.crowding)
    return Costs(arc, costs.unassigned, opening, excess, costs.constant, costs.name, crowding)


def _colleagues(planning: Planning, excess: Excess, provider: int) -> Excess:
    """The same convex cost, from the whole load on: nothing of the colleague's is fixed."""
    threshold = excess.threshold[provider]
    if threshold < NO_LIMIT:
        threshold = threshold + planning.subjects.summed[excess.resource].fixed[provider]
    return _copied(excess, threshold, provider)


def _copied(excess: Excess, threshold: np.int64, provider: int) -> Excess:
    return Excess(
        excess.resource,
        np.append(excess.threshold, threshold).astype(np.int64),
        np.append(excess.slope, excess.slope[provider]),
    )
