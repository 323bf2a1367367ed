"""What the search hands back keeps every limit, is never below the optimum, and repeats itself."""

import numpy as np
import pytest

from solver.bound.lagrangian import bound_by_prices, relaxed_flow
from solver.clock import Clock
from solver.layout import layout_of
from solver.params import Params
from solver.search.anneal import LONGEST_MOVE
from solver.search.pace import Pace
from solver.search.schedule import Annealing
from solver.search.state import CARRIED, LOAD, OPENED, OUT, state_of
from solver.solve import silent, solve
from solver.stage import stage_of
from solver.verify import left_out, verify
from tests.solver.brute import best_value
from tests.solver.instances import TIGHT, instance
from tests.solver.tiny import tiny


def paced(chunks):
    """A schedule of so many chunks, with all the time it needs."""
    return Pace(Clock(Params(seconds=600), silent), 0.0, 600.0, chunks)


def annealing(problem, seed=0):
    stage = stage_of(problem, 0)
    bound = bound_by_prices(stage, 20)
    return Annealing(stage, layout_of(stage), bound, relaxed_flow(stage, bound), seed)


def test_every_flow_found_keeps_the_limits_and_is_not_below_the_optimum():
    for seed in range(60):
        problem = tiny(seed)
        run, flows = annealing(problem), []
        run.run(paced(2), flows.append)
        assert flows
        best = best_value(problem)[0]
        for flow in flows:
            limits = [each for each in verify(problem, flow) if not each.startswith("budget")]
            assert limits == [], seed
            if not verify(problem, flow):
                assert run.stage.value(flow) >= best, seed


def test_the_state_after_many_moves_is_the_one_its_flow_implies():
    problem = instance(2_000, TIGHT)
    run = annealing(problem)
    run.run(paced(3), lambda flow: None)
    fresh = state_of(run.layout, problem.class_of_arc, run.state.flow.astype(np.int32))
    assert (fresh.slots[:, LOAD] == run.state.slots[:, LOAD]).all()
    assert (fresh.pairs[:, CARRIED] == run.state.pairs[:, CARRIED]).all()
    assert (fresh.rooms[:, OPENED] == run.state.rooms[:, OPENED]).all()
    assert (fresh.classes[:, OUT] == run.state.classes[:, OUT]).all()
    assert LONGEST_MOVE > 0


@pytest.mark.slow
def test_the_same_seed_and_work_give_the_same_plan():
    problem = instance(4_000, TIGHT)
    first, second = (solve(problem, Params(seconds=600, work=2.0, seed=7)) for _ in range(2))
    assert (first.flow == second.flow).all()
    assert (first.value, first.bound) == (second.value, second.bound)
    assert first.termination == "work_limit"


def test_a_start_that_breaks_limits_is_repaired_and_a_feasible_one_never_made_worse():
    problem = instance(6_000, TIGHT)
    crowded = np.zeros(problem.arcs, np.int32)
    first = problem.indptr[:-1][np.diff(problem.indptr) > 0]
    crowded[first] = problem.count[np.diff(problem.indptr) > 0]
    assert verify(problem, crowded)
    repaired = solve(problem, Params(seconds=6), crowded)
    assert verify(problem, repaired.flow) == []
    assert left_out(problem, repaired.flow).sum() < 0.05 * problem.members
    again = solve(problem, Params(seconds=0.0), repaired.flow)
    assert again.value <= repaired.value
    assert again.termination == "time_limit"
