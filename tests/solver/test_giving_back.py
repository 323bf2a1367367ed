"""Members who would be given up go back, and newcomers make way for them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.scope import Scope
from solver.giving_back import giving_back
from solver.verify import left_out, verify
from tests import builders
from tests.builders import assigned, eligibility, grouped, objective
from tests.solver.proposals import Proposal
from tests.solver.test_round_trip import build


def crowded():
    """P1 has A and room for one more; B and C have nobody. Class of A: arc 0; class of B and C: arc 1."""
    made = builders.snapshot(
        providers=[{"provider_id": "P1", "max_panel": 2}],
        patients=[{"patient_id": each} for each in "ABC"],
        assignments=[assigned("A", "P1")],
    )
    return Proposal(made, grouped(eligibility(made)), objective(unassigned=1_000), Scope()).build()


def test_only_as_many_newcomers_make_way_as_needed():
    planning = crowded()
    assert giving_back(planning, np.array([0, 2], np.int32)).tolist() == [1, 1]


def test_a_flow_that_gives_nobody_up_is_kept():
    planning = crowded()
    assert giving_back(planning, np.array([1, 1], np.int32)).tolist() == [1, 1]


@given(st.integers(0, 100_000), st.integers(0, 100))
@settings(max_examples=60)
def test_the_result_is_feasible_and_leaves_out_nobody_who_has_somebody(seed, flow_seed):
    _, planning = build(seed)
    problem = planning.problem
    draw = np.random.default_rng(flow_seed)
    flow = np.zeros(problem.arcs, np.int32)
    for arc in draw.permutation(problem.arcs):
        tried = flow.copy()
        tried[arc] += 1
        flow = flow if verify(problem, tried) else tried
    kept = giving_back(planning, flow)
    assert not verify(problem, kept)
    owned = np.zeros(problem.classes, np.bool_)
    owned[planning.arcs.owner[planning.arcs.stay]] = True
    assert not left_out(problem, kept)[owned].any()
