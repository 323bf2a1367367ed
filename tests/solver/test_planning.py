"""From a flow to statements, moves, reasons and the rows that people read."""

from datetime import date

import numpy as np
import pytest

from data.eligibility import Funnel
from data.objective import Objective
from data.scope import Scope
from data.standing import standing
from solver.build import build_problem
from solver.check import CheckFailedError, check
from solver.params import Params
from solver.planning import make_plan, prove
from solver.result import Result
from solver.solve import solve
from tests import builders
from tests.builders import PRIMARY, TODAY, assigned, default, eligibility, grouped, objective
from tests.solver.proposals import FACTS, Proposal, result_of

GONE = date(2026, 11, 30)
WEIGHTS = {"unassigned": 24_000, "standing_violation": 18_000, "continuity": 400}


def propose(made, allowed=None, of=None, scope=None, **weights):
    """The best plan, checked; the rules allow everything unless said otherwise."""
    wanted = weights.pop("wanted", None) or objective(**(WEIGHTS | weights))
    proposal = Proposal(made, of or grouped(eligibility(made, allowed)), wanted, scope or Scope())
    planning = proposal.build()
    plan = make_plan(planning, solve(planning.problem, Params(seconds=20.0, work=5.0)), FACTS)
    assert not check(made, proposal.standing, proposal.eligibility, wanted, proposal.scope, plan), (
        "the checker refuses the plan"
    )
    return plan


def rows(plan, table, *columns):
    """Some columns of one of the plan's tables."""
    return [tuple(row[column] for column in columns) for row in plan[table].to_pylist()]


def departure(patients, assignments, more=()):
    """P1 has left; P2 can take everybody. Patients A0, A1, ... live in facility F1."""
    return builders.snapshot(
        providers=[{"provider_id": "P1", "name": "Dr. Gone", "ends_on": GONE}, {"provider_id": "P2"}, *more],
        facilities=[{"facility_id": "F1", "name": "Oak Hill"}],
        patients=[{"patient_id": f"A{k}", "facility_id": "F1"} for k in range(patients)],
        assignments=assignments,
    )


def test_a_facility_whose_patients_all_follow_gets_one_new_default():
    plan = propose(departure(3, [default("F1", "P1", row_id=7)]))
    assert rows(plan, "statements", "action", "kind", "facility_id", "to_provider_id", "row_id") == [
        ("open", "facility", "F1", "P2", 7)
    ]
    assert rows(plan, "statements", "from_provider_id", "reason") == [
        ("P1", "3 patients of Oak Hill go to P2.")
    ]
    assert rows(plan, "moves", "patient_id", "via", "reason_code") == [
        (f"A{k}", "facility", "PROVIDER_LEAVES") for k in range(3)
    ]


def test_a_patient_with_an_own_row_keeps_one():
    plan = propose(departure(3, [default("F1", "P1"), assigned("A0", "P1", row_id=9)]))
    assert rows(plan, "statements", "kind", "patient_id", "to_provider_id", "row_id") == [
        ("facility", None, "P2", 1),
        ("patient", "A0", "P2", 9),
    ]
    assert rows(plan, "moves", "via") == [("patient",), ("facility",), ("facility",)]


def test_an_own_row_of_somebody_else_is_not_touched_by_a_new_default():
    plan = propose(
        departure(3, [default("F1", "P1"), assigned("A0", "P3")], more=[{"provider_id": "P3"}]),
        allowed={"A1": ["P2"], "A2": ["P2"]},
    )
    assert rows(plan, "statements", "kind", "patient_id") == [("facility", None)]


def test_who_is_not_to_follow_the_new_default_gets_an_own_row():
    three = {f"A{k}": ["P2"] for k in range(3)}
    plan = propose(
        departure(4, [default("F1", "P1")], more=[{"provider_id": "P3"}]), allowed=three | {"A3": ["P3"]}
    )
    assert rows(plan, "statements", "kind", "patient_id", "to_provider_id") == [
        ("facility", None, "P2"),
        ("patient", "A3", "P3"),
    ]


def test_one_patient_alone_is_a_patient_row_not_a_default():
    # a default would need one statement too: of equals, the facility stays as it is
    plan = propose(departure(1, [default("F1", "P1")]))
    assert rows(plan, "statements", "kind") == [("patient",)]


def test_a_facility_with_a_patient_outside_the_scope_keeps_its_default():
    plan = propose(departure(4, [default("F1", "P1")]), scope=Scope(patients=("A0", "A1", "A2")))
    assert rows(plan, "statements", "kind") == [("patient",)] * 3
    assert rows(plan, "left", "patient_id", "reason_code") == [("A3", "OUT_OF_SCOPE")]


def test_a_facility_with_a_patient_who_is_left_keeps_its_default():
    plan = propose(departure(3, [default("F1", "P1")]), allowed={"A0": []})
    assert rows(plan, "statements", "kind") == [("patient",)] * 2
    assert rows(plan, "left", "patient_id", "provider_id") == [("A0", "P1")]


def test_a_program_level_default_replaces_what_the_primary_level_implied():
    made = builders.snapshot(
        programs=[{"program_id": "CCM"}],
        providers=[{"provider_id": "P1", "ends_on": GONE}, {"provider_id": "P2"}],
        facilities=[{"facility_id": "F1"}],
        patients=[{"patient_id": f"A{k}", "facility_id": "F1", "programs": ["CCM"]} for k in range(2)],
        assignments=[default("F1", "P1", row_id=5)],
    )
    plan = propose(made, of=eligibility(made, slot=builders.Slot("program:CCM")))
    # the primary row 5 is not closed: it belongs to another level
    assert rows(plan, "statements", "kind", "level", "row_id") == [("facility", "program:CCM", 0)]


def test_statements_that_say_something_else_are_refused():
    made = departure(2, [default("F1", "P1")])
    planning = Proposal(made, eligibility(made), objective(**WEIGHTS), Scope()).build()
    nothing = make_plan(planning, result_of(planning.problem, planning.standing_flow), FACTS)["statements"]
    with pytest.raises(CheckFailedError, match="give 2 patients another provider than planned: A0, A1"):
        prove(planning.subjects, nothing, planning.subjects.population, np.array([1, 1]))


def test_nothing_held_is_a_plan_that_changes_nothing():
    made = departure(2, [default("F1", "P1")])
    planning = Proposal(made, eligibility(made), objective(**WEIGHTS), Scope()).build()
    value = result_of(planning.problem, planning.standing_flow).tiers
    plan = make_plan(planning, Result("cancelled", None, value), FACTS)
    assert (plan.header.counts.left, plan["statements"].num_rows) == (2, 0)


def test_nobody_is_given_up_even_where_the_flow_says_so():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 1}],
        patients=[{"patient_id": "A"}, {"patient_id": "B"}],
        assignments=[assigned("A", "P1")],
    )
    planning = Proposal(made, eligibility(made), objective(**WEIGHTS), Scope()).build()
    # arcs: A stays, B joins; this flow leaves A out in favor of B
    plan = make_plan(planning, result_of(planning.problem, np.array([0, 1], np.int32)), FACTS)
    assert rows(plan, "left", "patient_id") == [("B",)]
    assert plan["moves"].num_rows == 0
    # the value told is that of the plan: B without a provider
    assert plan.header.outcome.value == 24_000


def test_the_first_ids_stay_and_the_next_go():
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 9}, {"provider_id": "P2"}],
        patients=[{"patient_id": each} for each in "ABCD"],
        assignments=[assigned(each, "P1") for each in "ABCD"],
    )
    planning = Proposal(made, grouped(eligibility(made)), objective(**WEIGHTS), Scope()).build()
    assert planning.problem.count.tolist() == [4]
    plan = make_plan(planning, result_of(planning.problem, np.array([3, 1], np.int32)), FACTS)
    assert rows(plan, "moves", "patient_id", "to_provider_id") == [("D", "P2")]


def two_providers(**more):
    """Four patients with Dr. X, panel 2 of whom are too many; Dr. Y has room for nine."""
    return builders.snapshot(
        providers=[
            {"provider_id": "X", "name": "Dr. X", "latitude": 42.0, "longitude": -71.0} | more.get("x", {}),
            {"provider_id": "Y", "name": "Dr. Y", "latitude": 42.0, "longitude": -71.0} | more.get("y", {}),
        ],
        patients=[
            {"patient_id": each, "latitude": 42.0, "longitude": -71.0} | more.get("patient", {})
            for each in more.get("patients", "ABCD")
        ],
        assignments=[assigned(each, "X") for each in more.get("patients", "ABCD")],
        pins=more.get("pins", []),
    )


def reason_of(plan):
    """Codes and sentences of the moves, without repetition."""
    return sorted(set(rows(plan, "moves", "reason_code", "reason")))


def test_a_move_for_want_of_room_names_both_panels():
    plan = propose(two_providers(x={"max_panel": 2}, y={"max_panel": 8}), overload=5_000)
    sentence = "Dr. X is at 200 % of panel (4 of 2), over the maximum; "
    sentence += "Dr. Y at 25 % of panel (2 of 8) after the plan."
    assert reason_of(plan) == [("OVER_LIMIT", sentence)]
    assert plan.header.counts.move == 2


def test_a_move_below_the_target_says_so():
    made = two_providers(x={"max_panel": 5}, y={"max_panel": 8})
    of = eligibility(made, summed=[builders.panel(made, builders.arcs_of(made), target=0.6)])
    plan = propose(made, of=of, target=500)
    sentence = "Dr. X is at 80 % of panel (4 of 5), above the target; "
    sentence += "Dr. Y at 12 % of panel (1 of 8) after the plan."
    assert reason_of(plan) == [("OVER_TARGET", sentence)]


def test_a_move_for_balance_says_so():
    plan = propose(two_providers(x={"max_panel": 4}, y={"max_panel": 4}), balance=5_000)
    sentence = "Dr. X is at 100 % of panel (4 of 4); Dr. Y at 50 % of panel (2 of 4) after the plan."
    assert reason_of(plan) == [("BALANCE", sentence)]
    assert plan.header.counts.move == 2


def test_a_move_to_somebody_closer_names_the_miles():
    plan = propose(two_providers(x={"latitude": 43.0}, patients="A"), travel=10)
    assert reason_of(plan) == [("CLOSER", "Dr. Y is 69.1 miles closer than Dr. X.")]  # one degree


def test_a_move_away_from_a_violated_rule_says_so():
    made = two_providers(patients="A")
    plan = propose(made, of=eligibility(made, not_ok=["A"]))
    assert reason_of(plan) == [("RULE_NOT_MET", "The rules no longer allow Dr. X here; they allow Dr. Y.")]


def test_a_move_for_soft_rules_names_the_points():
    made = two_providers(patients="A")
    plan = propose(made, of=eligibility(made, standing_penalty={"A": 600}), rules=1)
    assert reason_of(plan) == [("RULE_NOT_MET", "Soft rules speak for Dr. Y over Dr. X (600 points).")]


def test_a_wish_and_a_decision_are_requests():
    wish = propose(two_providers(patients="A", patient={"requested_provider_id": "Y"}), preference=900)
    assert reason_of(wish) == [("REQUESTED", "Asked for Dr. Y.")]
    pins = [{"patient_id": "A", "provider_id": "Y", "kind": "pin"}]
    assert reason_of(propose(two_providers(patients="A", pins=pins))) == [
        ("REQUESTED", "A person has decided for Dr. Y.")
    ]


def test_a_move_that_only_serves_others_makes_room():
    made = builders.snapshot(
        providers=[{"provider_id": "X", "name": "Dr. X", "max_panel": 1}, {"provider_id": "Y"}],
        patients=[{"patient_id": "A"}, {"patient_id": "B"}],
        assignments=[assigned("A", "X")],
    )
    plan = propose(made, allowed={"B": ["X"]})
    assert rows(plan, "moves", "patient_id", "reason_code", "reason") == [
        ("A", "MAKES_ROOM", "Makes room at Dr. X for 1 who are better off there."),
        ("B", "NOBODY_AT_WORK", "Has had nobody; the rules allow Dr. X, then at 100 % of panel (1 of 1)."),
    ]


def test_one_who_joins_the_household_is_kept_together():
    made = builders.snapshot(
        providers=[{"provider_id": "X"}, {"provider_id": "Y", "name": "Dr. Y"}],
        patients=[{"patient_id": each, "household_id": "H"} for each in "AB"],
        assignments=[assigned("A", "X"), assigned("B", "Y")],
    )
    plan = propose(made, scope=Scope(patients=("A",)), preference=900)
    assert reason_of(plan) == [("KEEPS_TOGETHER", "The rest of the household is with Dr. Y.")]


def test_a_household_leaves_together_when_one_member_must():
    made = builders.snapshot(
        providers=[{"provider_id": "X"}, {"provider_id": "Y", "name": "Dr. Y"}],
        patients=[{"patient_id": each, "household_id": "H"} for each in "AB"],
        assignments=[assigned("A", "X"), assigned("B", "X")],
    )
    plan = propose(made, of=eligibility(made, not_ok=["B"]))
    assert rows(plan, "moves", "patient_id", "reason_code") == [
        ("A", "KEEPS_TOGETHER"),
        ("B", "RULE_NOT_MET"),
    ]


def test_a_facility_given_up_for_a_full_list_goes_together():
    made = builders.snapshot(
        providers=[{"provider_id": "X", "name": "Dr. X", "max_facilities": 1}, {"provider_id": "Y"}],
        facilities=[{"facility_id": "F1"}, {"facility_id": "F2"}],
        patients=[{"patient_id": "A", "facility_id": "F1"}, {"patient_id": "B", "facility_id": "F2"}],
        assignments=[assigned("A", "X")],
    )
    plan = propose(made, allowed={"B": ["X"]})
    assert rows(plan, "moves", "reason_code")[0] == ("FACILITY_TOGETHER",)


def test_the_left_are_told_what_removed_everybody_and_the_nearest_way_out():
    made = builders.snapshot(
        providers=[
            {"provider_id": "P1", "max_panel": 1, "latitude": 42.0, "longitude": -71.0},
            {"provider_id": "P2", "name": "Dr. Near", "latitude": 43.0, "longitude": -71.0},
        ],
        patients=[{"patient_id": each, "latitude": 42.0, "longitude": -71.0} for each in "AB"],
        assignments=[assigned("A", "P1")],
    )
    plan = propose(made, allowed={"B": ["P1"]}, movable="unassigned")
    nearest = "Nearest with room is Dr. Near, 69.1 miles away, whom a rule excludes."
    assert rows(plan, "left", "considered", "eligible", "reason_code", "reason", "ways_out") == [
        (
            2,
            1,
            "NOBODY_WITH_ROOM",
            "2 considered, 1 after “May take the patient”, 0 with room.",
            f"A higher limit “Panel” opens 1 of 1 eligible. {nearest}",
        )
    ]


def test_the_funnel_names_the_rule_that_removes_most():
    made = builders.snapshot(
        providers=[{"provider_id": f"P{k}", "max_panel": 0} for k in range(4)], patients=[{"patient_id": "A"}]
    )
    of = eligibility(made, {"A": []})
    funnel = Funnel(("l", "i"), ("Licensed", "Insured"), np.array([[4, 1, 0]], np.int32))
    plan = propose(made, of=builders.replace(of, funnel=funnel))
    assert rows(plan, "left", "reason_code", "reason", "ways_out") == [
        (
            "NOBODY_ELIGIBLE",
            "4 considered, 1 after “Licensed”, 0 after “Insured”.",
            "“Licensed” removes most (3); “Insured” removes the last 1.",
        )
    ]


def review(made, **more):
    return rows(propose(made, **more), "review", "patient_id", "provider_id", "reason_code")


def test_those_who_stay_against_something_are_listed_for_review():
    made = two_providers(patients="A", y={"max_panel": 0})
    assert review(made, of=eligibility(made, not_ok=["A"])) == [("A", "X", "RULE_NOT_MET")]

    def decided(kind, provider):
        pins = [{"patient_id": "A", "provider_id": provider, "kind": kind}]
        return two_providers(patients="A", y={"max_panel": 0}, pins=pins)

    assert review(decided("ban", "X")) == [("A", "X", "BANNED_PAIR")]
    assert review(decided("pin", "Y")) == [("A", "X", "PIN_WITHOUT_ROOM")]
    assert review(decided("pin", "Y"), allowed={"A": ["X"]}) == [("A", "Y", "PIN_AGAINST_RULE")]


def test_loads_are_told_before_and_after_in_units():
    plan = propose(two_providers(x={"max_panel": 2}, y={"max_panel": 8}), overload=5_000)
    panel = [row for row in plan["loads"].to_pylist() if row["limit_id"] == "panel"]
    assert [(row["provider_id"], row["before"], row["after"], row["maximum"]) for row in panel] == [
        ("X", 4.0, 2.0, 2.0),
        ("Y", 0.0, 2.0, 8.0),
    ]


def test_terms_are_told_before_and_after_in_points():
    plan = propose(two_providers(x={"max_panel": 2}, y={"max_panel": 8}), overload=5_000)
    told = {term.name: (term.before, term.after) for term in plan.header.terms}
    # two units, 100 %, over the maximum of 2 before; two moves of 400 after
    assert (told["overload"], told["continuity"]) == ((500_000.0, 0.0), (0.0, 800.0))


def test_the_header_tells_where_the_plan_comes_from():
    made = departure(3, [default("F1", "P1")])
    header = propose(made).header
    assert (header.plan_id, header.kind, header.effective_on) == ("plan-1", "rebalance", TODAY)
    assert (header.counts.population, header.counts.move, header.counts.statements) == (3, 3, 1)
    assert header.rules is not None
    assert header.objective == objective(**WEIGHTS)
    assert header.outcome is not None
    assert header.outcome.termination == "optimal"


def test_strict_tiers_make_a_plan_too():
    weights = objective(**WEIGHTS)
    strict = Objective("strict", "Strict", weights.terms, tiers=(("unassigned",), ("continuity",)))
    plan = propose(departure(3, [default("F1", "P1")]), wanted=strict)
    assert plan.header.counts.move == 3


def test_the_standing_owner_is_what_the_snapshot_says():
    made = departure(2, [default("F1", "P1")])
    planning = build_problem(made, standing(made, PRIMARY), eligibility(made), objective(**WEIGHTS), Scope())
    assert planning.standing_flow.tolist() == [0] * planning.problem.arcs  # nobody has anybody at work
