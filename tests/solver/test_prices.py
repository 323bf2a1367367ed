"""Where help helps most: on clinics where the answer can be counted."""

import numpy as np
import pytest

from data.scope import Scope
from solver.colleague import with_colleague
from solver.params import Params
from solver.prices import helps, prices, with_more_room
from solver.solve import solve
from solver.verify import evaluate, verify
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import Proposal, random_flow, random_proposal

QUICK = Params(seconds=10.0)


def clinic(patients=3):
    """Near (1 place) and Far (0 places): each patient without a provider costs 24,000."""
    made = builders.snapshot(
        providers=[
            {"provider_id": "P1", "name": "Dr. Near", "max_panel": 1},
            {"provider_id": "P2", "name": "Dr. Far", "max_panel": 0},
        ],
        patients=[{"patient_id": f"A{k}"} for k in range(patients)],
    )
    allowed = {f"A{k}": ["P1"] for k in range(patients)}
    return Proposal(made, eligibility(made, allowed), objective(unassigned=24_000), Scope()).build()


def test_a_place_is_worth_the_patient_who_gets_it_and_a_colleague_as_many_as_fit():
    planning = clinic()
    result = solve(planning.problem, QUICK)
    assert result.flow.sum() == 1
    found = {(each.kind, each.provider_id): each for each in helps(planning, result, params=QUICK)}
    place, hire = found["place", "P1"], found["hire", "P1"]
    assert (place.points, place.patients, place.proven) == (24_000.0, 1, True)
    assert (hire.points, hire.patients, hire.proven) == (24_000.0, 1, True)  # a colleague has one place too
    assert place.estimate == pytest.approx(24_000, rel=0.01)
    assert ("place", "P2") not in found, "nobody may go to P2, so that a place there is worth nothing"


def test_prices_are_in_points_for_one_whole_unit():
    planning = clinic()
    result = solve(planning.problem, QUICK)
    (price,) = [each for each in prices(planning, result) if each.limit_id == "panel"]
    assert price.points == pytest.approx(24_000, rel=0.01)


def test_nothing_helps_where_everybody_is_placed():
    planning = clinic(patients=1)
    result = solve(planning.problem, QUICK)
    assert all(not each.points and not each.patients for each in helps(planning, result, params=QUICK))


def test_one_more_unit_is_a_thousand_thousandths_and_only_where_asked():
    problem = with_more_room(clinic(), "panel", 0)
    assert problem.summed[0].capacity.tolist() == [2000, 0]


@pytest.mark.parametrize("seed", range(40))
def test_a_colleague_changes_nothing_for_those_who_stay(seed):
    proposal = random_proposal(seed)
    planning = proposal.build()
    flow = random_flow(planning, seed)
    for provider in range(planning.problem.providers):
        larger, source = with_colleague(planning, provider)
        start = np.where(source >= 0, np.append(flow, 0)[source], 0).astype(np.int32)
        assert not verify(larger, start)
        for costs, before in zip(larger.tiers, planning.problem.tiers, strict=True):
            assert evaluate(larger, costs, start) == evaluate(planning.problem, before, flow)


def test_a_patient_of_a_full_provider_pays_for_the_move_to_the_colleague():
    # P1 is over its maximum of 1 with two patients: 50 % over at 40 a per cent is worth the 400 of a move
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 1}],
        patients=[{"patient_id": each} for each in ("A0", "A1")],
        assignments=[assigned(each, "P1") for each in ("A0", "A1")],
    )
    wanted = objective(unassigned=24_000, continuity=400, overload=40)
    planning = Proposal(made, eligibility(made), wanted, Scope()).build()
    larger, _ = with_colleague(planning, 0)
    result = solve(larger, QUICK)
    # today 100 per cent above the maximum: 4,000 points; then none, and one move: 400
    assert evaluate(planning.problem, planning.problem.tiers[0], planning.standing_flow) == 4_000_000
    assert result.value == 400_000
