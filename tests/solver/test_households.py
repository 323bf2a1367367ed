"""Households are planned as one where they can be."""

import pytest

from data.scope import Scope
from data.standing import standing
from solver.build import build_problem
from tests import builders
from tests.builders import PRIMARY, assigned, eligibility, grouped, objective


def family(owners, allowed=None, facilities=None, movable="everyone", **columns):
    """Planning of household H: one member A0, A1, ... for each owner (None: nobody)."""
    made = builders.snapshot(
        providers=[{"provider_id": each, "max_panel": 9} for each in ("P1", "P2", "P3")],
        facilities=[{"facility_id": "F1"}],
        patients=[
            {
                "patient_id": f"A{k}",
                "household_id": "H",
                "facility_id": (facilities or [None] * len(owners))[k],
            }
            | columns
            for k in range(len(owners))
        ],
        assignments=[assigned(f"A{k}", owner) for k, owner in enumerate(owners) if owner],
    )
    weights = objective(movable, unassigned=24_000, continuity=400, preference=90)
    return build_problem(made, standing(made, PRIMARY), grouped(eligibility(made, allowed)), weights, Scope())


def test_members_without_a_provider_form_one_class_with_summed_uses_and_costs():
    planning = family([None, None, None])
    assert planning.problem.count.tolist() == [1]
    assert planning.problem.summed[0].use.tolist() == [3_000] * 3
    assert planning.left["unassigned"].tolist() == [3 * 24_000_000]
    assert planning.classes.patients.tolist() == [0, 1, 2]


def test_their_arcs_are_the_providers_who_may_take_all_of_them():
    planning = family([None, None], allowed={"A0": ["P1", "P2"], "A1": ["P2", "P3"]})
    assert planning.arcs.provider.tolist() == [1]


def test_a_household_whom_nobody_can_take_whole_is_split_and_noted():
    planning = family([None, None], allowed={"A0": ["P1"], "A1": ["P2"]})
    assert planning.problem.count.tolist() == [1, 1]
    assert planning.notes == ("households split because nobody could take them whole: 1",)


def test_members_with_the_same_provider_stay_or_go_together():
    planning = family(["P1", "P1"])
    assert planning.arcs.stay.tolist() == [True, False, False]
    assert planning.arcs.terms["continuity"].tolist() == [0, 800_000, 800_000]


def test_members_with_different_providers_are_planned_apart_and_noted():
    planning = family(["P1", "P2"])
    assert planning.problem.count.tolist() == [1, 1]
    assert planning.notes == ("households with several providers today, planned apart: 1",)


def test_a_member_without_a_provider_prefers_the_provider_of_the_others():
    planning = family([None, "P2", "P2"])
    alone = planning.arcs.terms["preference"][:3].tolist()
    assert alone == [90_000, 0, 90_000]


def test_members_prefer_the_provider_of_those_who_may_not_move():
    planning = family([None, None, "P3"], movable="unassigned")
    assert planning.problem.count.tolist() == [2]  # alike, but not bound: one household member is fixed
    assert planning.arcs.terms["preference"].tolist() == [90_000, 90_000, 0]


def test_who_asked_for_somebody_keeps_that_wish():
    planning = family([None, None, "P3"], movable="unassigned", requested_provider_id="P1")
    assert planning.arcs.terms["preference"].tolist() == [0, 90_000, 90_000]


@pytest.mark.parametrize("facilities", [["F1", None]])
def test_members_in_different_places_are_no_household(facilities):
    assert family([None, None], facilities=facilities).problem.count.tolist() == [1, 1]
