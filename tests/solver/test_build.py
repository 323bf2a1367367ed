"""What the problem says of small hand-made snapshots; every figure is derived by hand."""

from datetime import date

import numpy as np
import pytest

from data.errors import ContradictionError
from data.objective import Objective, Term
from data.scope import Scope
from data.standing import standing
from solver.build import build_problem
from solver.costs import COST_UNIT
from solver.measure import term_costs
from solver.problem import NO_LIMIT
from tests import builders
from tests.builders import PRIMARY, assigned, default, eligibility, grouped, objective

EVERYONE = Scope()
WEIGHTS = {"unassigned": 24_000, "standing_violation": 18_000}


def build(made, of=None, scope=EVERYONE, allowed=None, **weights):
    """Planning of a snapshot where the rules allow everything, unless said otherwise."""
    of = of or grouped(eligibility(made, allowed))
    wanted = objective(**(WEIGHTS | weights))
    return build_problem(made, standing(made, PRIMARY), of, wanted, scope)


def arcs(planning):
    """Providers (ids) of every class's arcs, `*` marking the stay arc."""
    ids = planning.subjects.snapshot.provider_ids
    found = [[] for _ in range(planning.problem.classes)]
    for who, whom, stay in zip(planning.arcs.owner, planning.arcs.provider, planning.arcs.stay, strict=True):
        found[who].append(ids[whom] + "*" * bool(stay))
    return found


def cost(planning, term, provider):
    """Points of a term on the first class's arc to the provider (row)."""
    arc = list(planning.arcs.provider[: planning.arcs.indptr[1]]).index(provider)
    return planning.arcs.terms.get(term, np.zeros(99))[arc] / COST_UNIT


def one_patient(owner="P1", providers=None, **columns):
    """Patient A with two providers, P1 having the patient."""
    rows = providers or [{"provider_id": "P1"}, {"provider_id": "P2"}]
    return builders.snapshot(
        providers=rows,
        patients=[{"patient_id": "A"} | columns],
        assignments=[assigned("A", owner)] if owner else [],
    )


def test_equal_patients_form_one_class_and_others_do_not():
    made = builders.snapshot(
        providers=[{"provider_id": "P1"}, {"provider_id": "P2"}],
        patients=[{"patient_id": each} for each in "ABC"] + [{"patient_id": "D", "panel_weight": 2.0}],
        assignments=[assigned("C", "P1")],
    )
    # A and B are alike; C has somebody, D takes more of a panel
    assert sorted(build(made).problem.count.tolist()) == [1, 1, 2]


def test_the_owner_at_work_is_always_an_arc_even_where_the_rules_exclude_the_pair():
    planning = build(one_patient(), allowed={"A": ["P2"]})
    assert arcs(planning) == [["P1*", "P2"]]


def test_a_provider_who_has_left_is_no_arc():
    gone = [{"provider_id": "P1", "ends_on": date(2026, 11, 30)}, {"provider_id": "P2"}]
    assert arcs(build(one_patient(providers=gone))) == [["P2"]]


def test_patients_who_may_not_move_use_capacity():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 5}],
        patients=[{"patient_id": "A"}, {"patient_id": "B", "panel_weight": 3.0}],
        assignments=[assigned("B", "P1")],
    )
    planning = build(made, movable="unassigned")
    assert planning.problem.members == 1
    assert planning.problem.summed[0].capacity.tolist() == [2_000]  # 5 less B's 3


def test_patients_outside_the_scope_are_fixed():
    made = builders.snapshot(
        providers=[{"provider_id": "P1"}],
        facilities=[{"facility_id": "F1"}, {"facility_id": "F2"}],
        patients=[{"patient_id": "A", "facility_id": "F1"}, {"patient_id": "B", "facility_id": "F2"}],
    )
    planning = build(made, scope=Scope(facilities=("F1",)))
    assert planning.classes.patients.tolist() == [0]


def over_the_maximum():
    """P1 has 3 of 2 patients; C has nobody."""
    return builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 2}, {"provider_id": "P2", "max_panel": 9}],
        patients=[{"patient_id": each} for each in "ABCD"],
        assignments=[assigned(each, "P1") for each in "ABD"],
    )


def test_nobody_is_added_to_a_provider_over_the_maximum_and_stayers_may_stay():
    planning = build(over_the_maximum(), overload=5_000)
    assert sorted(arcs(planning)) == [["P1*", "P2"], ["P2"]]
    assert planning.problem.summed[0].capacity.tolist() == [3_000, 9_000]


def test_the_excess_over_the_maximum_costs_overload():
    planning = build(over_the_maximum(), overload=5_000)
    # one unit above the maximum of 2: 50 %, 5,000 points each
    assert term_costs(planning, planning.standing_flow)["overload"] == 50 * 5_000 * COST_UNIT


def test_a_provider_over_the_facility_limit_opens_no_other_facility():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_facilities": 1}, {"provider_id": "P2"}],
        facilities=[{"facility_id": each} for each in ("F1", "F2", "F3")],
        patients=[{"patient_id": f"A{k}", "facility_id": f"F{k}"} for k in (1, 2, 3)]
        + [{"patient_id": "B1", "facility_id": "F1"}],
        assignments=[assigned("A1", "P1"), assigned("A2", "P1")],
    )
    planning = build(made)
    # two facilities of one: F3 is not opened, but B1 may join F1
    assert sorted(arcs(planning)) == [["P1", "P2"], ["P1*", "P2"], ["P1*", "P2"], ["P2"]]
    assert planning.problem.distinct[0].capacity.tolist() == [2, NO_LIMIT]


def test_only_new_pairs_cost_opening():
    made = builders.snapshot(
        providers=[{"provider_id": "P1"}, {"provider_id": "P2"}],
        facilities=[{"facility_id": "F1"}],
        patients=[{"patient_id": "A", "facility_id": "F1"}],
        assignments=[default("F1", "P1")],
    )
    assert build(made, opening=300).problem.tiers[0].opening[0].tolist() == [0, 300 * COST_UNIT]


def test_pairs_held_open_by_those_who_may_not_move_are_open_anyway():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_facilities": 1}],
        facilities=[{"facility_id": "F1"}, {"facility_id": "F2"}],
        patients=[{"patient_id": "A", "facility_id": "F1"}, {"patient_id": "B", "facility_id": "F2"}],
        assignments=[assigned("B", "P1")],
    )
    limit = build(made, movable="unassigned").problem.distinct[0]
    assert limit.pair_open.tolist() == [False, True]
    assert limit.room.tolist() == [0]


def test_new_patients_are_limited_and_stayers_do_not_count():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_new_patients": 3}, {"provider_id": "P2"}],
        patients=[{"patient_id": "A"}],
        assignments=[assigned("A", "P1")],
    )
    limit = build(made).problem.summed[1]
    assert limit.id == "new-patients"
    assert limit.use.tolist() == [0, 1000]
    assert limit.capacity.tolist() == [3_000, NO_LIMIT]


def test_the_budget_counts_moves_away_from_providers_at_work():
    made = builders.snapshot(
        providers=[{"provider_id": "P1"}, {"provider_id": "P2"}],
        patients=[{"patient_id": "A"}, {"patient_id": "B"}],
        assignments=[assigned("A", "P1")],
    )
    budget = build(made, max_moves=7).problem.budgets[0]
    assert (budget.use.tolist(), budget.most) == ([0, 1, 0, 0], 7)


@pytest.mark.parametrize(
    ("columns", "points"),
    [
        ({}, 400),  # the weight alone
        ({"acuity": 3}, 800),  # times 1 + 0.5 * (3 - 1)
        ({"tenure_months": 35}, 480),  # two completed years: times 1 + 0.1 * 2
        ({"tenure_months": 200}, 600),  # five years at most: times 1 + 0.1 * 5
        ({"transition_until": date(2027, 1, 1)}, 2_000),  # times 5 in an open transition
        ({"transition_until": builders.TODAY}, 400),  # the transition is over on that day
    ],
)
def test_continuity_grows_with_acuity_tenure_and_an_open_transition(columns, points):
    term = Term("continuity", 400, by_acuity=0.5, by_tenure=0.1, transition=5.0)
    planning = build(one_patient(**columns), continuity=term)
    assert cost(planning, "continuity", 0) == 0
    assert cost(planning, "continuity", 1) == points


def test_patients_without_a_provider_cost_by_acuity_and_owned_ones_far_more():
    term = Term("unassigned", 1_000, by_acuity=0.25)
    alone = build(one_patient(owner=None, acuity=3), unassigned=term)
    assert alone.left["unassigned"].tolist() == [1_500 * COST_UNIT]  # 1 + 0.25 * 2
    owned = build(one_patient(acuity=3), unassigned=term)
    # twenty of the highest acuity: 20 * 1,000 * (1 + 0.25 * 4)
    assert owned.left["unassigned"].tolist() == [40_000 * COST_UNIT]


def test_an_objective_must_say_what_a_patient_without_a_provider_costs():
    with pytest.raises(ValueError, match="needs a weight for the term unassigned"):
        build(one_patient(), unassigned=0)


def test_staying_against_a_rule_and_soft_rules_cost():
    made = one_patient()
    of = eligibility(made, penalty={("A", "P2"): 30}, not_ok=["A"], standing_penalty={"A": 20})
    planning = build(made, of=of, rules=2)
    assert cost(planning, "standing_violation", 0) == 18_000
    assert cost(planning, "standing_violation", 1) == 0
    assert (cost(planning, "rules", 0), cost(planning, "rules", 1)) == (40, 60)


def test_travel_is_charged_by_the_mile_from_the_facility_and_neutral_where_unknown():
    made = builders.snapshot(
        providers=[
            {"provider_id": "P1", "latitude": 42.0, "longitude": -71.0},
            {"provider_id": "P2", "latitude": 43.0, "longitude": -71.0},
            {"provider_id": "P3"},
        ],
        facilities=[{"facility_id": "F1", "latitude": 42.1, "longitude": -71.0}],
        patients=[{"patient_id": "A", "facility_id": "F1", "latitude": 0.0, "longitude": 0.0}],
        assignments=[assigned("A", "P1")],
    )
    planning = build(made, travel=10)
    # one degree of latitude is 3958.7613 * pi / 180 = 69.0934 miles
    assert cost(planning, "travel", 0) == pytest.approx(69.093, abs=0.001)  # 0.1 degrees, 10 points a mile
    assert cost(planning, "travel", 1) == pytest.approx(621.841, abs=0.001)  # 0.9 degrees
    # unknown: the median of today's pairs, which is A's 6.909 miles
    assert cost(planning, "travel", 2) == pytest.approx(69.093, abs=0.001)


def test_balance_is_convex_in_utilization():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 10}],
        patients=[{"patient_id": f"A{k}"} for k in range(10)],
        assignments=[assigned(f"A{k}", "P1") for k in range(10)],
    )
    planning = build(made, balance=50)
    # full: pieces start at 1, 3, 5, 7 and 9 units, each 10 points a unit steeper: 10 * (9 + 7 + 5 + 3 + 1)
    assert term_costs(planning, planning.standing_flow)["balance"] == 250 * COST_UNIT


def test_the_target_costs_for_each_per_cent_above_it():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 4}],
        patients=[{"patient_id": each} for each in "ABCD"],
        assignments=[assigned(each, "P1") for each in "ABCD"],
    )
    of = eligibility(made, summed=[builders.panel(made, builders.arcs_of(made), target=0.5)])
    planning = build(made, of=of, target=150)
    assert term_costs(planning, planning.standing_flow)["target"] == 7_500 * COST_UNIT  # 4 of 2: 50 % of 4


def test_thresholds_are_shifted_by_those_who_may_not_move_and_the_rest_is_constant():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 8}],
        patients=[{"patient_id": each} for each in "ABCD"],
        assignments=[assigned(each, "P1") for each in "ABC"],
    )
    of = eligibility(made, summed=[builders.panel(made, builders.arcs_of(made), target=0.25)])
    tier = build(made, of=of, target=150, movable="unassigned").problem.tiers[0]
    # three fixed patients are one unit, 12.5 % of 8, above the target of 2
    assert tier.constant == 1_875 * COST_UNIT
    assert tier.excess[0].threshold.tolist() == [0]


def test_who_asked_for_somebody_and_gets_somebody_else_costs_preference():
    planning = build(one_patient(requested_provider_id="P2"), preference=90)
    assert (cost(planning, "preference", 0), cost(planning, "preference", 1)) == (90, 0)


def test_tiers_are_kept_in_order_and_unnamed_terms_come_last():
    terms = (Term("unassigned", 1), Term("travel", 1), Term("continuity", 1), Term("opening", 0))
    wanted = Objective("strict", "Strict", terms, tiers=(("unassigned",), ("opening",), ("continuity",)))
    made = one_patient()
    planning = build_problem(made, standing(made, PRIMARY), eligibility(made), wanted, Scope())
    # opening has no weight: its tier is left out
    assert [tier.name for tier in planning.problem.tiers] == ["unassigned", "continuity", "travel"]


def pinned(*pins, owner="P1", **more):
    """Patient A of `owner` with (kind, provider) decisions; the rules allow P1 and P2."""
    return builders.snapshot(
        providers=[{"provider_id": each} for each in ("P1", "P2", "P3")],
        patients=[{"patient_id": "A"}],
        assignments=[assigned("A", owner)] if owner else [],
        pins=[{"patient_id": "A", "kind": kind, "provider_id": each} | more for kind, each in pins],
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (pinned(("pin", "P2"), owner=None), ["P2"]),
        (pinned(("pin", "P2")), ["P1*", "P2"]),
        (pinned(("pin", "P1")), ["P1*"]),
        (pinned(("ban", "P2"), owner=None), ["P1"]),
        (pinned(("ban", "P1")), ["P1*", "P2"]),
        (pinned(("pin", "P3"), owner=None), ["P1", "P2"]),  # the rules exclude P3: kept out
        (pinned(("pin", "P2"), level="program:CCM", owner=None), ["P1", "P2"]),  # another slot
    ],
)
def test_pins_and_bans_choose_the_arcs(made, expected):
    assert arcs(build(made, allowed={"A": ["P1", "P2"]})) == [expected]


@pytest.mark.parametrize("decision", [("pin", "P2"), ("ban", "P1")])
def test_staying_against_a_decision_costs_like_a_violated_rule(decision):
    assert cost(build(pinned(decision)), "standing_violation", 0) == 18_000


def test_all_contradicting_pins_are_named():
    made = builders.snapshot(
        providers=[{"provider_id": each} for each in ("P1", "P2")],
        patients=[{"patient_id": each} for each in "AB"],
        pins=[
            {"patient_id": who, "kind": "pin", "provider_id": whom} for who in "AB" for whom in ("P1", "P2")
        ],
    )
    with pytest.raises(ContradictionError) as refused:
        build(made)
    assert refused.value.conflicts == (
        "patient A is pinned to P1 and P2",
        "patient B is pinned to P1 and P2",
    )


def test_rules_evaluated_for_other_owners_are_refused():
    made = one_patient()
    with pytest.raises(ValueError, match="other owners of 1 patients"):
        build(made, of=eligibility(one_patient(owner="P2")))


def test_nothing_at_all_is_a_problem_too():
    planning = build(builders.snapshot())
    assert (planning.problem.classes, planning.problem.arcs) == (0, 0)
