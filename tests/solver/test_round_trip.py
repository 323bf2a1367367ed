"""Snapshot to problem to flow to plan to check: nothing is lost on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ContradictionError
from solver.check import check
from solver.measure import term_costs
from solver.params import Params
from solver.planning import make_plan
from solver.solve import solve
from solver.verify import evaluate, verify
from tests.solver.proposals import FACTS, random_flow, random_proposal, result_of

SEEDS = st.integers(0, 1_000_000)


def build(seed):
    """A random proposal without contradicting pins, and its planning."""
    while True:
        proposal = random_proposal(seed)
        try:
            return proposal, proposal.build()
        except ContradictionError:
            seed += 1_000_003


@given(SEEDS)
@settings(max_examples=60)
def test_a_plan_made_of_any_feasible_flow_passes_the_independent_check(seed):
    proposal, planning = build(seed)
    flow = random_flow(planning, seed)
    plan = make_plan(planning, result_of(planning.problem, flow), FACTS)
    found = check(
        proposal.snapshot,
        proposal.standing,
        proposal.eligibility,
        proposal.objective,
        proposal.scope,
        plan,
    )
    assert not found, "\n".join(map(str, found))


@given(SEEDS)
@settings(max_examples=30)
def test_doing_nothing_is_feasible_and_changes_nothing(seed):
    _, planning = build(seed)
    flow = planning.standing_flow
    assert not verify(planning.problem, flow)
    plan = make_plan(planning, result_of(planning.problem, flow), FACTS)
    assert plan["moves"].num_rows == plan["statements"].num_rows == 0
    assert all(term.before == term.after for term in plan.header.terms)


@given(SEEDS)
@settings(max_examples=60)
def test_the_terms_of_a_flow_add_up_to_the_value_that_the_problem_gives_it(seed):
    _, planning = build(seed)
    flow = random_flow(planning, seed)
    values = sum(evaluate(planning.problem, costs, flow) for costs in planning.problem.tiers)
    assert sum(term_costs(planning, flow).values()) == values


@pytest.mark.parametrize("seed", range(25))
def test_the_plan_of_the_best_flow_passes_the_check_and_gives_nobody_up(seed):
    proposal, planning = build(seed)
    result = solve(planning.problem, Params(seconds=20.0, work=5.0))
    plan = make_plan(planning, result, FACTS)
    found = check(
        proposal.snapshot,
        proposal.standing,
        proposal.eligibility,
        proposal.objective,
        proposal.scope,
        plan,
    )
    assert not found, "\n".join(map(str, found))
    left = proposal.snapshot.positions("patients", plan["left"]["patient_id"])
    assert not np.any(proposal.standing.in_force[left])
