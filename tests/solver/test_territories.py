"""Borders between territories lose nobody and follow neighborhoods; what threads find keeps all limits."""

import numpy as np
import pytest

from solver.bound.lagrangian import bound_by_prices, relaxed_flow
from solver.clock import Clock
from solver.layout import layout_of
from solver.params import Params
from solver.search.shared import SharedAnnealing, SharedNeighborhoods
from solver.search.state import CARRIED, LOAD, OPENED, OUT, state_of
from solver.search.territories import FEWEST, Territories, territories_of
from solver.solve import silent, solve
from solver.stage import nobody_placed, stage_of
from solver.verify import left_out, verify
from solver.watch import Watch
from tests.solver.instances import TYPICAL, instance
from tests.solver.test_search import paced
from tests.solver.tiny import tiny

MEMBERS = 15_000
"""Of an instance with fifty providers around one town: two territories."""


@pytest.fixture(scope="module")
def stage():
    return stage_of(instance(MEMBERS, TYPICAL, seed=3), 0)


@pytest.fixture(scope="module")
def flow(stage):
    """Some are placed, some are left out, and limits may be exceeded."""
    found = relaxed_flow(stage, bound_by_prices(stage, 5))
    return np.where(np.random.default_rng(1).random(len(found)) < 0.8, found, 0).astype(np.int32)


def test_every_provider_and_every_member_is_in_one_territory(stage, flow):
    territories = Territories(stage, layout_of(stage), 3, seed=1)
    for _ in range(5):
        parts = territories.drawn(flow)
        assert sorted(np.concatenate([each.providers for each in parts])) == list(
            range(stage.problem.providers)
        )
        counted, joined = np.zeros(stage.problem.classes, int), np.zeros_like(flow)
        for each in parts:
            counted[each.classes] += each.stage.problem.count
            each.write(each.flow_of(flow), joined)
        has_arcs = np.diff(stage.problem.indptr) > 0
        assert (counted == np.where(has_arcs, stage.problem.count, 0)).all()
        assert (joined == flow).all()
        assert left_out(stage.problem, flow).sum() > 1_000


def test_territories_are_of_about_equal_size_and_change(stage, flow):
    territories = Territories(stage, layout_of(stage), 2, seed=1)
    drawn = [territories.drawn(flow) for _ in range(6)]
    for parts in drawn:
        arcs = [len(each.arcs) for each in parts]
        assert max(arcs) < 0.7 * sum(arcs)
    assert len({tuple(parts[0].providers) for parts in drawn}) == 6


def test_neighbors_are_more_often_together_than_chance_has_them():
    """Of two territories drawn at random half of all neighbors would be apart."""
    stage = stage_of(instance(40_000, TYPICAL, seed=5), 0)
    territories, problem = Territories(stage, layout_of(stage), 2, seed=2), stage.problem
    cut = []
    for _ in range(10):
        first = np.isin(np.arange(problem.providers), territories.drawn(nobody_placed(problem))[0].providers)
        here = first[problem.provider]
        share = np.bincount(problem.class_of_arc, here, problem.classes) / np.maximum(
            np.diff(problem.indptr), 1
        )
        cut.append(float(np.mean(2 * share * (1 - share))))
    assert np.mean(cut) < 0.35


def test_nothing_is_divided_where_a_budget_couples_all_or_few_are_there(stage):
    assert territories_of(stage, layout_of(stage), 2, 0).number == 2
    assert territories_of(stage, layout_of(stage), 8, 0).number == stage.problem.providers // FEWEST
    assert territories_of(stage, layout_of(stage), 1, 0) is None
    budgeted = next(problem for problem in map(tiny, range(100)) if problem.budgets)
    limited = stage_of(budgeted, 0)
    assert territories_of(limited, layout_of(limited), 8, 0) is None


def test_the_state_after_several_rounds_is_the_one_its_flow_implies(stage):
    layout, bound = layout_of(stage), bound_by_prices(stage, 20)
    start = relaxed_flow(stage, bound)
    run = SharedAnnealing(stage, layout, bound, start, 0, Territories(stage, layout, 2, 0))
    found = []
    run.run(paced(8), found.append)
    fresh = state_of(layout, stage.problem.class_of_arc, run.state.flow.astype(np.int32))
    assert run.chunks >= 8
    assert (run.state.flow != start).sum() > 100
    assert (fresh.slots[:, LOAD] == run.state.slots[:, LOAD]).all()
    assert (fresh.pairs[:, CARRIED] == run.state.pairs[:, CARRIED]).all()
    assert (fresh.rooms[:, OPENED] == run.state.rooms[:, OPENED]).all()
    assert (fresh.classes[:, OUT] == run.state.classes[:, OUT]).all()
    assert found
    assert not any(stage.faults(each) for each in found)


def test_a_round_that_begins_when_time_is_up_leaves_the_flow_as_it_is(stage):
    """Regression: its share of no time at all was a division by zero."""
    bound, nobody = bound_by_prices(stage, 5), nobody_placed(stage.problem)
    search = SharedNeighborhoods(stage, bound, 0, Territories(stage, layout_of(stage), 2, 0))
    over = Watch(Clock(Params(seconds=0.0), silent), lambda *_: None)
    assert (search._round(nobody, over) == nobody).all()


def test_two_threads_find_the_same_plan_again_and_tell_what_they_find(stage):
    told = []
    limits = Params(seconds=600, work=2.0, seed=7, workers=2)
    first = solve(stage.problem, limits, on_progress=told.append)
    second = solve(stage.problem, limits)
    assert verify(stage.problem, first.flow) == []
    assert (first.flow == second.flow).all()
    assert (first.value, first.bound) == (second.value, second.bound)
    assert first.termination == "work_limit"
    assert first.bound <= first.value < 1.2 * first.bound
    values = [each.value for each in told if each.value is not None]
    assert len(set(values)) > 3
    assert values == sorted(values, reverse=True)
