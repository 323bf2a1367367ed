"""Plans side by side, on plans small enough to count by hand."""

import pytest

from data.scope import Scope
from solver.compare import compare
from solver.params import Params
from solver.planning import make_plan
from solver.solve import solve
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import FACTS, Proposal


def plan(most, weight=24_000, name="plan"):
    """A0 has P1; A1 and A2 have nobody; P1 takes `most` patients in all."""
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": most}],
        patients=[{"patient_id": each} for each in ("A0", "A1", "A2")],
        assignments=[assigned("A0", "P1")],
    )
    wanted = objective(unassigned=weight, continuity=400)
    planning = Proposal(made, eligibility(made), wanted, Scope()).build()
    return make_plan(planning, solve(planning.problem, Params(seconds=5)), FACTS).renamed(plan_id=name)


def row(comparison, name):
    return next(each for each in comparison.rows if each.name == name)


def test_every_row_has_a_value_for_every_plan_and_the_best_is_marked():
    compared = compare([plan(2, name="small"), plan(3, name="large")])
    assert compared.plan_ids == ("small", "large")
    assert row(compared, "left without a provider").values == (1.0, 0.0)
    assert row(compared, "left without a provider").best == (1,)
    assert row(compared, "assigned").values == (1.0, 2.0)
    assert row(compared, "assigned").best == (1,)
    assert row(compared, "moved").best == ()  # nobody moves in either


def test_terms_are_in_points_of_the_first_plan():
    # one patient without a provider in both; the second plan's preset weighs that twice as much
    compared = compare([plan(2), plan(2, weight=48_000)])
    assert row(compared, "unassigned").values == (24_000.0, 24_000.0)
    assert row(compared, "total").values == (24_000.0, 24_000.0)
    assert row(compared, "total").best == ()


def test_the_fullest_panel_is_told_in_per_cent():
    compared = compare([plan(2), plan(4)])
    values = next(each.values for each in compared.rows if each.name.endswith("fullest, %"))
    assert values == (100.0, 75.0)  # 2 of 2; 3 of 4


def test_one_plan_alone_cannot_be_compared():
    with pytest.raises(ValueError, match="two plans"):
        compare([plan(2)])
