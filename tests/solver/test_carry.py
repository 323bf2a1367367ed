"""Who has whom becomes a flow again, on the same problem and on another; options have their prices."""

import numpy as np
import pytest

from data.objective import Term
from data.scope import Scope
from solver.carry import flow_of_providers, planned_providers
from solver.options import options_of
from solver.params import Params
from solver.planning import arcs_of_patients, make_plan
from solver.result import Result
from solver.solve import solve
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import FACTS, Proposal, random_flow, random_proposal, result_of


@pytest.mark.parametrize("seed", range(60))
def test_a_flow_comes_back_from_the_providers_that_it_gives(seed):
    planning = random_proposal(seed).build()
    flow = random_flow(planning, seed)
    arc = arcs_of_patients(planning, flow)
    provider = np.where(arc >= 0, np.append(planning.arcs.provider, -1)[arc], -1).astype(np.int32)
    again = flow_of_providers(planning, provider)
    left = planning.problem.count - np.bincount(planning.arcs.owner, flow, planning.problem.classes)
    owned = np.zeros(planning.problem.classes, np.bool_)
    owned[planning.arcs.owner[planning.arcs.stay]] = True
    if not left[owned].any():  # those who have somebody are never carried into having nobody
        assert (again == flow).all()


@pytest.mark.parametrize("seed", range(30))
def test_a_plan_is_read_back_as_the_flow_that_it_carries_out(seed):
    planning = random_proposal(seed).build()
    flow = random_flow(planning, seed)
    plan = make_plan(planning, result_of(planning.problem, flow), FACTS)
    owner = planning.subjects.standing.owner
    wanted = planned_providers(plan, planning.subjects.snapshot, owner)
    again = make_plan(planning, result_of(planning.problem, flow_of_providers(planning, wanted)), FACTS)
    assert again["moves"].equals(plan["moves"])
    assert again["left"].equals(plan["left"])


def test_moves_to_somebody_who_is_not_there_any_more_are_passed_over():
    planning = clinic()
    plan = make_plan(planning, solve(planning.problem, Params(seconds=5)), FACTS)
    assert plan["moves"]["to_provider_id"].to_pylist() == ["P2"]
    fewer = builders.snapshot(providers=[{"provider_id": "P1"}], patients=[{"patient_id": "A0"}])
    assert planned_providers(plan, fewer, np.array([0], np.int32)).tolist() == [0]


def clinic():
    """A0 has P1 and would have P2, who is asked for, for 300 points instead of a move of 100."""
    made = builders.snapshot(
        providers=[{"provider_id": each, "max_panel": 5} for each in ("P1", "P2")],
        patients=[{"patient_id": "A0", "requested_provider_id": "P2"}],
        assignments=[assigned("A0", "P1")],
    )
    wanted = objective(unassigned=24_000, continuity=Term("continuity", 100), preference=300)
    return Proposal(made, eligibility(made), wanted, Scope()).build()


def test_options_say_what_each_provider_would_cost_the_cheapest_first():
    planning = clinic()
    move, stay = options_of(planning, solve(planning.problem, Params(seconds=5)), 0, "P2")
    assert (move.provider_id, move.terms, move.total, move.chosen) == (
        "P2",
        (("continuity", 100.0),),
        100.0,
        True,
    )
    assert (stay.provider_id, stay.terms, stay.today) == ("P1", (("preference", 300.0),), True)


def test_the_price_of_room_is_part_of_an_option():
    planning = clinic()
    dear = (
        np.array([0.0, 50.0]),
    )  # 50 thousandths of a point for a thousandth of a place: 50 points a place
    result = Result("work_limit", planning.standing_flow, (), prices=dear, opening_prices=(np.zeros(2),))
    room = {each.provider_id: each.room for each in options_of(planning, result, 0, "")}
    assert room == {"P1": 0.0, "P2": 50.0}
