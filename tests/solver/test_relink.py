"""Path relinking over units: within limits, never below the optimum, the optimum where that is known."""

from dataclasses import replace

import numpy as np
import pytest

from solver.bound.lagrangian import bound_by_prices
from solver.layout import layout_of
from solver.params import Params
from solver.problem import NO_LIMIT, Costs, Excess, Problem, SummedResource
from solver.search.chain import BEST, COST, FIGURES, PENALTY, descend, reset
from solver.search.relink import Relinking
from solver.search.units import LEAST_PRICE, is_assignment, units_of
from solver.solve import solve
from solver.stage import stage_of
from solver.verify import left_out, verify
from tests.benchmarks.assignments import assignment, text_of
from tests.benchmarks.gap import problem_of
from tests.solver.brute import best_value


def small(seed: int) -> Problem:
    """Up to 4 classes of up to 2, 3 providers, up to 2 limits; not everybody can always be placed."""
    rng = np.random.default_rng(seed)
    classes, providers = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    chosen = rng.random((classes, providers)) < 0.8
    arcs = int(chosen.sum())
    return Problem(
        providers=providers,
        count=rng.integers(0, 3, classes).astype(np.int32),
        indptr=np.append(0, np.cumsum(chosen.sum(axis=1))).astype(np.int64),
        provider=np.nonzero(chosen)[1].astype(np.int32),
        tiers=(Costs(rng.integers(0, 30, arcs), rng.integers(0, 100, classes)),),
        summed=tuple(
            SummedResource(
                f"load{k}",
                rng.integers(0, 5, arcs).astype(np.int32),
                np.where(rng.random(providers) < 0.2, NO_LIMIT, rng.integers(0, 10, providers)),
            )
            for k in range(rng.integers(1, 3))
        ),
    )


def generated(kind: str, agents: int, jobs: int, seed: int) -> Problem:
    return problem_of(text_of(*assignment(kind, agents, jobs, seed)))


def relinking(problem: Problem, seed: int = 0) -> Relinking:
    stage = stage_of(problem, 0)
    layout = layout_of(stage)
    assert is_assignment(stage, layout)
    return Relinking(units_of(stage, layout, bound_by_prices(stage, 20)), seed)


def test_the_optimum_of_small_problems_is_found():
    tried = 0
    for seed in range(60):
        problem = small(seed)
        if problem.members == 0 or problem.arcs == 0:
            continue
        tried += 1
        run = relinking(problem)
        for _ in range(12):
            run.run()
        assert verify(problem, run.flow) == [], seed
        assert run.units.stage.value(run.flow) == run.value == best_value(problem)[0], seed
    assert tried > 40


def test_two_jobs_that_only_fit_the_other_way_round_are_exchanged():
    """Each agent has room for 5. As they are: 1 + 1, uses 6 and 6. Exchanged: 3 + 4, uses 5 and 5."""
    problem = problem_of("2 2  1 4 3 1  6 5 5 6  5 5")
    run = relinking(problem)
    run.run()
    assert run.flow.tolist() == [0, 1, 1, 0]
    assert run.value == 3 + 4


def test_a_job_that_fits_nowhere_is_left_out_and_the_others_placed():
    """Uses of 9 against room for 5; being left out costs one more than the dearest plan, 2 + 3 + 1."""
    problem = problem_of("2 2  1 3 2 2  2 9 2 9  5 5")
    run = relinking(problem)
    run.run()
    assert left_out(problem, run.flow).tolist() == [0, 1]
    assert run.value == 1 + 6


def test_penalties_never_fade_so_far_that_a_broken_limit_counts_as_kept():
    """Uses of 1 against room for 2 each and nothing binds: only penalties fall, for a thousand descents."""
    problem = problem_of("2 3  1 2 7  3 5 1  1 1 1  1 1 1  2 2")
    run = relinking(problem)
    for _ in range(300):
        run.run()
    assert run.over.min() >= LEAST_PRICE
    assert verify(problem, run.flow) == []
    assert run.value == 1 + 2 + 1


def test_a_descent_never_raises_cost_and_penalty_and_its_figures_are_those_of_its_assignment():
    problem = generated("d", 5, 40, seed=3)
    units = relinking(problem).units
    tables, over = units.tables, 2.0 * units.price
    rng = np.random.default_rng(0)
    for _ in range(20):
        at = rng.integers(0, 5, 40)
        load, now, best = np.zeros_like(tables.capacity), np.zeros(FIGURES), at.copy()
        now[BEST] = np.inf
        reset(tables, over, at, load, now)
        before = now[COST] + now[PENALTY]
        descend(tables, over, rng.permutation(40), at, load, now, best)
        assert now[COST] + now[PENALTY] < before
        fresh, figures = np.zeros_like(load), np.zeros(FIGURES)
        reset(tables, over, at, fresh, figures)
        assert (fresh == load).all()
        assert now[[COST, PENALTY]] == pytest.approx(figures[[COST, PENALTY]])
        if np.isfinite(now[BEST]):
            flow = units.flow_of(best)
            assert verify(problem, flow) == []
            assert units.stage.value(flow) == now[BEST]


def test_flows_and_places_of_units_are_the_same_thing():
    for seed in range(60):
        problem = small(seed)
        if problem.members == 0 or problem.arcs == 0:
            continue
        units, flow = relinking(problem).units, np.zeros(problem.arcs, np.int32)
        for c in range(problem.classes):
            span = np.arange(problem.indptr[c], problem.indptr[c + 1])
            if len(span):
                flow[np.random.default_rng(seed).choice(span, problem.count[c])] += 1
                flow[span[0]] += problem.count[c] - flow[span].sum()
        flow = np.maximum(flow, 0)
        assert (units.flow_of(units.places_of(flow)) == flow).all(), seed
        assert (units.places_of(flow) == problem.providers).sum() == left_out(problem, flow).sum()


def test_costs_above_a_target_are_not_those_of_units():
    problem = small(1)
    excess = Excess(0, np.ones(problem.providers, np.int64), np.ones(problem.providers, np.int64))
    costs = replace(problem.tiers[0], excess=(excess,))
    stage = stage_of(replace(problem, tiers=(costs,)), 0)
    assert not is_assignment(stage, layout_of(stage))


def test_the_same_seed_and_work_give_the_same_plan_side_by_side_or_not():
    """Work for a round with the exact engine and one with a second walk of trees."""
    problem = generated("d", 15, 60, seed=1)
    params = Params(seconds=600, work=1.9, seed=7)
    first, second = (solve(problem, replace(params, workers=workers)) for workers in (1, 2))
    assert (first.flow == second.flow).all()
    assert (first.value, first.bound) == (second.value, second.bound)


@pytest.mark.parametrize("kind", "abcde")
def test_generated_instances_of_the_literature_are_solved_near_the_bound(kind):
    problem = generated(kind, 5, 100, seed=11)
    result = solve(problem, Params(seconds=1.5, seed=1, workers=2))
    assert left_out(problem, result.flow).sum() == 0
    assert result.bound <= result.value <= 1.01 * result.bound
