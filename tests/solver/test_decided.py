"""A plan that gives everybody exactly whom people decided, also of patients who are alike."""

import numpy as np
import pytest

from data.scope import Scope
from solver.check import check
from solver.planning import arcs_of_patients, make_decided_plan
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import FACTS, Proposal, random_flow, random_proposal

WEIGHTS = {"unassigned": 24_000, "standing_violation": 18_000, "continuity": 400}


def decided(made, wanted, of=None):
    """The plan in which the named patients go to the named providers, and what the checker says of it."""
    proposal = Proposal(made, of or builders.grouped(eligibility(made)), objective(**WEIGHTS), Scope())
    planned = proposal.standing.owner.copy()
    for patient, provider in wanted.items():
        planned[made.position("patients", patient)] = made.position("providers", provider)
    plan = make_decided_plan(proposal.build(), planned, FACTS)
    found = check(made, proposal.standing, proposal.eligibility, proposal.objective, Scope(), plan)
    return plan, [str(each) for each in found]


def alike(**limits):
    """A0 to A3 are alike and have P1; P2 could have them."""
    return builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 9.0}, {"provider_id": "P2", "max_panel": 9.0} | limits],
        patients=[{"patient_id": f"A{k}"} for k in range(4)],
        assignments=[assigned(f"A{k}", "P1") for k in range(4)],
    )


def test_of_patients_who_are_alike_exactly_the_named_ones_go():
    plan, violations = decided(alike(), {"A0": "P2", "A2": "P2"})
    assert violations == []
    moves = zip(*(plan["moves"][name].to_pylist() for name in ("patient_id", "to_provider_id")), strict=True)
    assert list(moves) == [("A0", "P2"), ("A2", "P2")]
    assert plan.header.outcome.termination == "decided"
    # nobody is left and nothing is soft: two moves at 400 points; without a move it would cost nothing
    assert (plan.header.outcome.value, plan.header.outcome.bound) == (800.0, 0.0)


def test_a_decision_beyond_a_limit_is_made_and_found_by_the_checker():
    _, violations = decided(alike(max_panel=1.0), {"A0": "P2", "A1": "P2"})
    assert violations == ["LIMIT P2: panel 2000 of 1000 thousandths"]


def test_who_may_not_go_where_they_should_stays():
    made = alike()
    plan, violations = decided(made, {"A0": "P2", "A1": "P2"}, eligibility(made, {"A1": ["P1"]}))
    assert (violations, plan["moves"]["patient_id"].to_pylist()) == ([], ["A0"])


@pytest.mark.parametrize("seed", range(30))
def test_what_a_feasible_flow_gives_can_be_decided_and_passes_the_checker(seed):
    proposal = random_proposal(seed)
    planning = proposal.build()
    arc = arcs_of_patients(planning, random_flow(planning, seed))
    planned = proposal.standing.owner.copy()
    planned[arc >= 0] = planning.arcs.provider[arc[arc >= 0]]
    plan = make_decided_plan(planning, planned.astype(np.int32), FACTS)
    found = check(
        proposal.snapshot, proposal.standing, proposal.eligibility, proposal.objective, proposal.scope, plan
    )
    assert found == []
