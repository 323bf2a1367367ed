"""A soft target of a distinct limit, with its price: from the limit to the plan, by hand and by search."""

from dataclasses import replace

import numpy as np
import pytest

from data.eligibility import NO_LIMIT
from data.objective import Objective, Term
from data.plan import Plan, TermValue
from data.scope import Scope
from solver.bound.floor import floor_bound
from solver.bound.lagrangian import bound_by_prices
from solver.check import check
from solver.costs import COST_UNIT, crowding
from solver.loads import distinct_load
from solver.measure import term_costs
from solver.params import Params
from solver.planning import make_plan
from solver.problem import Costs, DistinctResource, Excess, Problem, ProblemError
from solver.solve import solve
from solver.stage import stage_of
from solver.verify import evaluate, verify
from tests import builders
from tests.builders import assigned, eligibility, grouped, objective
from tests.solver.instances import TIGHT, instance
from tests.solver.proposals import FACTS, Proposal
from tests.solver.test_check import spoiled

NOBODY = np.zeros(0, np.int32)


def charges_of(maximum, target, weight=600):
    """(threshold, slope) of what one provider's facilities are charged; the limits in whole facilities."""
    made = builders.snapshot(providers=[{"provider_id": "P"}])
    limit = replace(
        builders.facilities(made),
        maximum=np.array([maximum], np.int64),
        target=np.array([target], np.int64),
    )
    load = distinct_load(limit, NOBODY, NOBODY.astype(bool), NOBODY.astype(bool))
    found = crowding(objective(target=weight), (load,))
    return [(int(each.threshold[0]), int(each.slope[0])) for each in found]


def test_a_pair_above_the_target_costs_its_per_cents_of_the_maximum():
    # one of 8 is 12.5 %, at 600 a per cent 7,500
    assert charges_of(8, 6_000) == [(6, 7_500 * COST_UNIT)]


def test_of_a_target_between_two_numbers_the_first_pair_above_costs_its_part():
    # the sixth of 8 is 0.4 above 5.6: 3,000; from the seventh on each costs 7,500
    assert charges_of(8, 5_600) == [(5, 3_000 * COST_UNIT), (6, 4_500 * COST_UNIT)]


def test_what_only_warns_is_charged_for_per_cents_of_its_target():
    assert charges_of(NO_LIMIT, 4_000) == [(4, 15_000 * COST_UNIT)]


def test_without_a_target_nothing_is_charged():
    assert charges_of(8, NO_LIMIT) == []


def clinic(most=4, target=0.5, patients="ABC", **second):
    """Dr. X has one patient in each of the facilities F0, F1, ...; Dr. Y has nobody."""
    made = builders.snapshot(
        providers=[
            {"provider_id": "X", "name": "Dr. X", "max_facilities": most},
            {"provider_id": "Y", "name": "Dr. Y", "max_facilities": most, **second},
        ],
        facilities=[{"facility_id": f"F{k}"} for k in range(len(patients))],
        patients=[{"patient_id": each, "facility_id": f"F{k}"} for k, each in enumerate(patients)],
        assignments=[assigned(each, "X") for each in patients],
    )
    return made, grouped(eligibility(made, distinct=[builders.facilities(made, target=target)]))


def proposed(made, of, wanted=None, **weights):
    """The proposal and its best plan, checked."""
    wanted = wanted or objective(**({"unassigned": 24_000, "continuity": 400, "opening": 300} | weights))
    asked = Proposal(made, of, wanted, Scope())
    planning = asked.build()
    result = solve(planning.problem, Params(seconds=20.0, work=5.0))
    assert result.termination == "optimal"
    plan = make_plan(planning, result, FACTS)
    assert faults(asked, plan) == set()
    return asked, plan


def faults(asked, plan):
    found = check(asked.snapshot, asked.standing, asked.eligibility, asked.objective, asked.scope, plan)
    return {(each.code, each.where) for each in found}


def term(plan, name):
    return next((each.before, each.after) for each in plan.header.terms if each.name == name)


def test_a_facility_above_the_target_goes_where_it_costs_less():
    # three of four facilities are one, 25 %, above the target of two: 15,000; a move and an opening cost 700
    _, plan = proposed(*clinic(), target=600)
    assert (term(plan, "target"), term(plan, "opening"), plan.header.counts.move) == (
        (15_000, 0),
        (0, 300),
        1,
    )
    (move,) = plan["moves"].to_pylist()
    sentence = "Dr. X is at 75 % of facilities (3 of 4), above the target; "
    sentence += "Dr. Y at 25 % of facilities (1 of 4) after the plan."
    assert (move["reason_code"], move["reason"]) == ("OVER_TARGET", sentence)
    loads = [
        (row["before"], row["after"], row["target"], row["maximum"]) for row in plan["loads"].to_pylist()
    ]
    assert loads[-2:] == [(3.0, 2.0, 2.0, 4.0), (0.0, 1.0, 2.0, 4.0)]


def test_a_facility_above_the_target_stays_where_moving_costs_more():
    # at 20 a per cent: 500 for the excess, 700 for the way out
    _, plan = proposed(*clinic(), target=20)
    assert (term(plan, "target"), plan.header.counts.move) == ((500, 500), 0)


def test_use_beyond_target_and_maximum_today_is_no_reason_to_fail():
    made, of = clinic(most=2, patients="ABCDE", max_panel=0)
    _, plan = proposed(made, of, target=600)
    # five of two, target one: 200 %, and Dr. Y may take nobody
    assert (term(plan, "target"), plan.header.counts.move, plan.header.counts.left) == ((120_000,) * 2, 0, 0)


def test_the_hard_maximum_stays_hard_above_a_target():
    made = builders.snapshot(
        providers=[{"provider_id": each, "max_facilities": 1} for each in "XY"],
        facilities=[{"facility_id": f"F{k}"} for k in range(3)],
        patients=[{"patient_id": each, "facility_id": f"F{k}"} for k, each in enumerate("ABC")],
        assignments=[assigned("A", "X")],
    )
    of = grouped(eligibility(made, distinct=[builders.facilities(made, target=0.4)]))
    _, plan = proposed(made, of, target=10)
    # each may have one facility and is 60 % above the target with it; the third patient has no place
    assert (term(plan, "target"), plan.header.counts.left) == ((600, 1_200), 1)


@pytest.mark.parametrize(("first", "moves"), [("target", 1), ("continuity", 0)])
def test_strict_tiers_charge_it_in_the_tier_of_the_target(first, moves):
    terms = tuple(Term(name, 10) for name in ("unassigned", "target", "continuity"))
    rest = "continuity" if first == "target" else "target"
    wanted = Objective("strict", "Strict", terms, tiers=(("unassigned",), (first,), (rest,)))
    made, of = clinic()
    planning = Proposal(made, of, wanted, Scope()).build()
    charged = [costs.name for costs in planning.problem.tiers if costs.crowding]
    assert charged == ["target"]
    assert proposed(made, of, wanted)[1].header.counts.move == moves


def test_terms_count_those_who_may_not_move_too():
    made, of = clinic(patients="ABC")
    wanted = replace(objective(unassigned=1, target=600), movable="unassigned")
    planning = Proposal(made, of, wanted, Scope()).build()
    assert term_costs(planning, planning.standing_flow)["target"] == 15_000 * COST_UNIT
    assert evaluate(planning.problem, planning.problem.tiers[0], planning.standing_flow) == 15_000 * COST_UNIT


SPOILED = {
    "its term before": lambda plan: plan.renamed(terms=_other(plan, before=0.0)),
    "its term after": lambda plan: plan.renamed(terms=_other(plan, after=15_000.0)),
}


def _other(plan, **values):
    return tuple(replace(each, **values) if each.name == "target" else each for each in plan.header.terms)


@pytest.mark.parametrize("kind", SPOILED)
def test_the_checker_recounts(kind):
    asked, plan = proposed(*clinic(), target=600)
    assert isinstance(plan.header.terms[0], TermValue)
    assert ("TERMS", "target") in faults(asked, SPOILED[kind](plan))


def test_the_checker_catches_a_wrong_target_in_the_loads():
    asked, plan = proposed(*clinic(), target=600)
    last = plan["loads"].num_rows - 1
    wrong = spoiled(plan, "loads", last, target=3.0)
    assert isinstance(wrong, Plan)
    assert faults(asked, wrong) == {("LOADS", "Y")}


def test_the_checker_catches_a_plan_priced_by_another_target():
    asked, plan = proposed(*clinic(), target=600)
    stricter = replace(asked.eligibility, distinct=(builders.facilities(asked.snapshot, target=0.25),))
    assert ("TERMS", "target") in faults(replace(asked, eligibility=stricter), plan)


def keys_of_one(count=3, threshold=1, slope=100, capacity=NO_LIMIT, held=0):
    """One provider; `count` classes of one member with a key each, of which `held` are open anyway."""
    pairs = np.arange(count, dtype=np.int32)
    costs = Costs(
        np.zeros(count, np.int64),
        np.full(count, 1_000),
        (np.zeros(count, np.int64),),
        crowding=(Excess(0, np.array([threshold]), np.array([slope])),),
    )
    return Problem(
        providers=1,
        count=np.ones(count, np.int32),
        indptr=np.arange(count + 1),
        provider=np.zeros(count, np.int32),
        tiers=(costs,),
        distinct=(
            DistinctResource("keys", pairs, np.zeros(count, np.int32), pairs < held, np.array([capacity])),
        ),
    )


@pytest.mark.parametrize(
    ("problem", "best"),
    [
        (keys_of_one(), 200),  # three keys, two above the target
        (keys_of_one(held=2), 200),  # those that are open anyway count
        (keys_of_one(capacity=np.int64(2)), 1_100),  # one stays out: two keys, one above
        (keys_of_one(slope=3_000), 2_000),  # dearer than leaving out: one key alone
        (keys_of_one(threshold=NO_LIMIT), 0),
        (keys_of_one(threshold=0, held=3, capacity=np.int64(0)), 300),  # all beyond the maximum today
    ],
)
def test_the_bound_meets_the_optimum_and_the_search_finds_it(problem, best):
    stage = stage_of(problem, 0)
    assert floor_bound(stage) <= bound_by_prices(stage, 100).value <= best
    result = solve(problem, Params(seconds=20.0))
    assert (result.termination, result.value, result.bound) == ("optimal", best, best)
    assert evaluate(problem, problem.tiers[0], result.flow) == best


def test_a_place_costs_no_more_than_its_price_where_there_is_no_maximum():
    bound = bound_by_prices(stage_of(keys_of_one(count=6), 0), 100)
    assert bound.multipliers.room.tolist() == [pytest.approx(100)]
    assert bound.value == 500


def test_a_price_for_a_limit_that_is_not_there_is_refused():
    problem = keys_of_one()
    wrong = (
        Excess(1, np.array([1]), np.array([1])),
        Excess(0, np.array([1, 2]), np.array([1, 2])),
        Excess(0, np.array([1]), np.array([-1])),
    )
    with pytest.raises(ProblemError) as caught:
        replace(problem, tiers=(replace(problem.tiers[0], crowding=wrong),))
    assert len(caught.value.problems) == 3


def crowded(members, share=0.6, slope=4_300_000):
    """A generated problem whose providers have a target of a share of their facility places."""
    problem = instance(members, TIGHT, seed=2)
    target = (problem.distinct[0].capacity * share).astype(np.int64)
    price = Excess(0, target, np.full(problem.providers, slope))
    return replace(problem, tiers=(replace(problem.tiers[0], crowding=(price,)),))


def test_the_search_pays_attention_to_it_and_the_bound_stays_below():
    problem = crowded(2_500)
    costs = problem.tiers[0]
    blind = replace(problem, tiers=(replace(costs, crowding=()),))
    limits = Params(seconds=60.0, work=0.2, seed=1, workers=1)
    aware, without = solve(problem, limits), solve(blind, limits)
    assert not verify(problem, aware.flow)
    assert without.bound < aware.bound <= aware.value == evaluate(problem, costs, aware.flow)
    assert aware.value < evaluate(problem, costs, without.flow)
    again = solve(problem, limits)
    assert (again.flow == aware.flow).all()
