"""Input at the edges: nothing to do, nowhere to go, one of each. Never a crash, always a valid answer."""

import numpy as np
import pytest

from data.scope import Scope
from solver.check import check
from solver.params import Params
from solver.planning import make_plan
from solver.problem import (
    NO_LIMIT,
    Costs,
    DistinctResource,
    Excess,
    Problem,
    ProblemError,
    SummedResource,
)
from solver.solve import solve
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import FACTS, Proposal


def problem(count, targets, providers, capacity=NO_LIMIT, unassigned=50, room=NO_LIMIT):
    """Classes with the given arcs at cost 10, use 1, one key each; every provider has the same capacity."""
    provider = np.array([p for each in targets for p in each], dtype=np.int32)
    arcs = len(provider)
    return Problem(
        providers=providers,
        count=np.array(count, dtype=np.int32),
        indptr=np.concatenate([[0], np.cumsum([len(each) for each in targets])]).astype(np.int64),
        provider=provider,
        tiers=(
            Costs(
                np.full(arcs, 10, np.int64),
                np.full(len(count), unassigned, np.int64),
                (np.full(arcs, 3, np.int64),),
                (Excess(0, np.full(providers, NO_LIMIT), np.full(providers, 5, np.int64)),),
            ),
        ),
        summed=(SummedResource("panel", np.ones(arcs, np.int32), np.full(providers, capacity, np.int64)),),
        distinct=(
            DistinctResource(
                "keys",
                np.arange(arcs, dtype=np.int32),
                provider,
                np.zeros(arcs, np.bool_),
                np.full(providers, room, np.int64),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (problem([], [], 0), 0),
        (problem([], [], 3), 0),
        (problem([4], [[]], 0), 4 * 50),  # no provider at all
        (problem([4, 1], [[], []], 2), 5 * 50),  # no arc at all
        (problem([0], [[0]], 1), 0),  # a class without members
        (problem([0, 0, 3], [[0], [1], []], 2), 3 * 50),  # several, and nobody to place who could be
        (problem([2], [[0, 1]], 2, capacity=0), 2 * 50),
        (problem([2], [[0, 1]], 2, room=0), 2 * 50),
        (problem([1], [[0]], 1), 10 + 3),  # one of each
        (problem([3], [[0, 1]], 2, capacity=2), 3 * 10 + 2 * 3),
        (problem([3], [[0]], 1, unassigned=0), 0),
        (problem([1], [[0]], 1, unassigned=2**61), 13),  # huge, but the sum fits
    ],
)
def test_the_edges_are_solved_to_proven_optimality(given, value):
    result = solve(given, Params(seconds=10))
    assert (result.value, result.bound, result.termination) == (value, value, "optimal")


def test_the_prices_have_one_entry_for_each_provider():
    result = solve(problem([3], [[0, 1]], 2, capacity=1), Params(seconds=10))
    assert [len(each) for each in result.prices] == [2]
    assert [len(each) for each in result.opening_prices] == [2]


def small(patients, providers=({"provider_id": "P1", "max_panel": 2}, {"provider_id": "P2", "max_panel": 2}),
          pins=(), **given):  # fmt: skip
    """A clinic from the snapshot on, planned and checked; the plan's counts."""
    made = builders.snapshot(
        providers=list(providers),
        patients=[{"patient_id": each} for each in patients],
        assignments=[assigned(each, held) for each, held in patients.items() if held],
        pins=[{"patient_id": each, "provider_id": to, "kind": "pin"} for each, to in pins],
    )
    proposal = Proposal(made, eligibility(made, **given), objective(**WEIGHTS), Scope())
    planning = proposal.build()
    result = solve(planning.problem, Params(seconds=10), planning.standing_flow)
    assert result.termination == "optimal"
    plan = make_plan(planning, result, FACTS)
    found = check(made, proposal.standing, proposal.eligibility, proposal.objective, Scope(), plan)
    assert not found
    counts = plan.header.counts
    return counts.assign, counts.move, counts.keep, counts.left


WEIGHTS = {"unassigned": 24_000, "standing_violation": 18_000, "continuity": 400}


def test_nobody_eligible_for_anybody_leaves_everybody_as_they_are():
    assert small({"A0": "P1", "A1": None}, allowed={"A0": [], "A1": []}) == (0, 0, 1, 1)


def test_everything_pinned_goes_where_it_is_pinned():
    pins = [("A0", "P2"), ("A1", "P1"), ("A2", "P2")]
    assert small({"A0": "P1", "A1": "P1", "A2": None}, pins=pins) == (1, 1, 1, 0)


def test_no_capacity_at_all_adds_nobody_and_keeps_who_is_there():
    nothing = ({"provider_id": "P1", "max_panel": 0}, {"provider_id": "P2", "max_panel": 0})
    assert small({"A0": "P1", "A1": None}, nothing) == (0, 0, 1, 1)


def test_limits_that_are_exceeded_today_are_no_reason_to_fail():
    over = ({"provider_id": "P1", "max_panel": 1},)
    assert small({"A0": "P1", "A1": "P1", "A2": "P1", "A3": None}, over) == (0, 0, 3, 1)


def test_one_patient_and_one_provider_are_enough():
    assert small({"A0": None}, ({"provider_id": "P1", "max_panel": 1},)) == (1, 0, 0, 0)


def test_weights_too_large_for_whole_numbers_are_refused_before_anything_overflows():
    made = builders.snapshot(providers=[{"provider_id": "P1"}], patients=[{"patient_id": "A0"}])
    for weights in ({"unassigned": 10**12 + 1}, {"unassigned": 1, "continuity": 10**30}):
        with pytest.raises(ProblemError, match="cannot be summed exactly"):
            Proposal(made, eligibility(made), objective(**weights), Scope()).build()
    heaviest = Proposal(made, eligibility(made), objective(unassigned=10**12), Scope()).build()
    assert heaviest.problem.tiers[0].unassigned.tolist() == [10**15]
