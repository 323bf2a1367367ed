"""Knapsacks: their bound never above an optimum, no arc of a better assignment dropped, trees exact."""

from itertools import product

import numpy as np
import pytest

from solver.bound.lagrangian import bound_by_prices
from solver.clock import Clock
from solver.exact.fix import fixed_by_price
from solver.layout import layout_of
from solver.params import Params
from solver.problem import Problem
from solver.search.branch import CLOSED, FOUND, Piece, branch, planted, targeted
from solver.search.deepening import QUICK, Deepening, can_deepen
from solver.search.packing import Packing, packing_of
from solver.search.relink import Relinking
from solver.search.rounds import Rounds
from solver.search.subsets import LONGEST, Subsets
from solver.search.trees import Trees
from solver.search.units import is_assignment, units_of
from solver.solve import solve
from solver.stage import stage_of
from solver.verify import evaluate, verify
from solver.watch import Watch
from tests.benchmarks.gap import problem_of
from tests.solver.brute import best_value, every_flow
from tests.solver.test_relink import generated, small


def packing(problem: Problem, steps: int = 60) -> Packing | None:
    stage = stage_of(problem, 0)
    assert is_assignment(stage, layout_of(stage))
    bound = bound_by_prices(stage, 20)
    found = packing_of(units_of(stage, layout_of(stage), bound), bound)
    if found is not None:
        found.climb(steps, np.inf, lambda _: False)
    return found


def climbed(problem: Problem, steps: int = 60) -> Packing:
    found = packing(problem, steps)
    assert found is not None
    return found


def packed() -> list[tuple[int, Problem]]:
    """Small problems whose units fill knapsacks."""
    problems = [(seed, small(seed)) for seed in range(120)]
    return [
        (seed, each)
        for seed, each in problems
        if each.members and each.arcs and len(each.summed) == 1 and packing(each, 1) is not None
    ]


def test_the_bound_of_knapsacks_is_never_above_the_optimum():
    problems = packed()
    assert len(problems) > 30
    for seed, problem in problems:
        assert climbed(problem).value <= best_value(problem)[0], seed


def test_two_jobs_of_three_fit_and_whole_jobs_prove_more_than_prices_on_room():
    """One agent with room 5 for jobs of 3, cost 1, or being left out for 4 (dearest plan 3, plus one).

    One job fits: 1 + 4 + 4 = 9. By prices on room 5/3 of a job fits: 12 - 5/3 * 3 = 7.
    """
    problem = problem_of("1 3  1 1 1  3 3 3  5")
    assert bound_by_prices(stage_of(problem, 0), 200).value == 7
    assert climbed(problem).value == 9 == best_value(problem)[0]


def test_arcs_of_every_better_assignment_are_kept():
    dropped = 0
    for seed, problem in packed():
        stage = stage_of(problem, 0)
        optimum = best_value(problem)[0]
        bound = climbed(problem).improved(bound_by_prices(stage, 20))
        most = fixed_by_price(stage, bound, optimum + 1)
        flows = [flow for flow in every_flow(problem) if not verify(problem, flow)]
        best = [flow for flow in flows if evaluate(problem, problem.tiers[0], flow) == optimum]
        assert all((flow <= most).all() for flow in best), seed
        dropped += int((most < problem.count[problem.class_of_arc]).sum())
    assert dropped > 20


@pytest.mark.parametrize("kind", "cde")
def test_the_bound_of_knapsacks_is_above_that_of_prices_on_hard_instances(kind):
    problem = generated(kind, 10, 45, seed=3)
    stage = stage_of(problem, 0)
    prices, knapsacks = bound_by_prices(stage, 200), climbed(problem, 200)
    found = solve(problem, Params(seconds=600, work=0.5, seed=1))
    assert prices.value < knapsacks.value <= found.value
    assert prices.value < found.bound <= found.value


def pieces(seed: int) -> tuple[Piece, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    providers, units = int(rng.integers(1, 4)), int(rng.integers(1, 7))
    cost = rng.integers(1, 20, (providers, units)).astype(float)
    allowed = rng.random((providers, units)) < 0.8
    cost[~allowed] = np.inf
    use = rng.integers(0, 6, (providers, units))
    return Piece(cost, use, 1e-6), rng.integers(0, 12, providers), allowed


def cheapest(piece: Piece, capacity: np.ndarray) -> float:
    """Of all assignments, by trying them."""
    providers, units = piece.cost.shape
    least = np.inf
    for places in product(range(providers), repeat=units):
        load = np.bincount(places, piece.use[places, range(units)], providers)
        if (load <= capacity).all():
            least = min(least, float(piece.cost[places, range(units)].sum()))
    return least


def test_a_tree_finds_the_optimum_or_that_there_is_none_below_its_target():
    found, nothing = 0, 0
    for seed in range(400):
        piece, capacity, allowed = pieces(seed)
        optimum = cheapest(piece, capacity)
        for target in (optimum + 3.0, optimum) if np.isfinite(optimum) else (1000.0,):
            now, best = targeted(target), np.full(piece.cost.shape[1], -1)
            tree = planted(capacity, np.zeros(len(best)), allowed)
            for budget in (0.0, 5.0, 100.0, 1e9):  # it goes on where it stopped
                branch(piece, tree, budget, now, best)
            assert now[CLOSED] == 1.0, seed
            if target == optimum or np.isinf(optimum):
                assert np.isinf(now[FOUND]), seed
                nothing += 1
            else:
                assert now[FOUND] == optimum == piece.cost[best, range(len(best))].sum(), seed
                load = np.bincount(best, piece.use[best, range(len(best))], len(capacity))
                assert (load <= capacity).all(), seed
                found += 1
    assert found > 100
    assert nothing > 100


def test_subsets_improve_an_assignment_within_limits_and_a_tree_over_everybody_proves_it():
    problem = generated("d", 3, 18, seed=5)
    stage, run = stage_of(problem, 0), climbed(problem)
    flow = solve(problem, Params(seconds=600, work=0.001, seed=1)).flow
    assert flow is not None
    value = float(stage.value(flow))
    subsets = Subsets(run, run.units.places_of(flow), value, seed=(2,))
    while subsets.bound < subsets.value and subsets.work < 5.0:
        subsets.run()
    better = run.units.flow_of(subsets.best)
    assert subsets.bound == subsets.value
    assert verify(problem, better) == []
    assert evaluate(problem, problem.tiers[0], better) == subsets.value <= value
    assert solve(problem, Params(seconds=600, work=5.0, seed=3)).value == subsets.value


def test_deepening_raises_the_bound_to_the_optimum_and_never_above_it():
    deepened = 0
    for seed, problem in packed():
        run, optimum = climbed(problem, 1), best_value(problem)[0]
        if not can_deepen(run):
            continue
        deepening, found = Deepening(run), np.inf
        optimum -= problem.tiers[0].constant
        known = float(optimum + seed % 3)  # as good as the best, or a little above
        for _ in range(40):
            if deepening.bound < known:
                better = deepening.run(known)
                if better is not None:
                    places, known = better
                    flow = run.units.flow_of(places)
                    assert not verify(problem, flow), seed
                    found = evaluate(problem, problem.tiers[0], flow) - problem.tiers[0].constant
                    assert found == known
            assert deepening.bound <= optimum, seed
        assert deepening.bound == known == optimum, seed
        assert found == optimum or seed % 3 == 0, seed
        deepened += 1
    assert deepened > 20


def test_a_bound_from_a_walk_holds_when_another_walk_begins():
    """Regression: what one walk had proved was taken for a proof of the next one's best."""
    problem = generated("d", 3, 18, seed=5)
    run = climbed(problem)
    places = run.units.places_of(solve(problem, Params(seconds=600, work=0.001, seed=1)).flow)
    value = float(run.cost[places, range(18)].sum())
    trees = Trees(run, places, value, seed=(2,))
    while not trees.proven and trees.work < 5.0:
        trees.run(5.0)
    assert trees.proven
    optimum = trees.known
    trees.begin(places, optimum + 50.0)
    assert (trees.known, trees.bound, trees.proven) == (optimum, optimum, True)


def test_trees_over_all_units_promise_to_end_only_where_there_is_time_for_what_is_expected():
    deepening = Deepening(climbed(generated("d", 20, 100, seed=1), 300))
    value = deepening.bound + 30.0
    assert deepening.promising(value, 0.0), "the first levels are quick"
    while deepening.entries < 30 * QUICK and deepening.promising(value, 1e10):
        deepening.run(value)
    assert not deepening.promising(value, 1e10)
    assert deepening.promising(value, 1e30)
    assert deepening.promising(deepening.bound + 1.0, 1e11), "one level more"


def test_hard_instances_of_five_agents_are_proven_optimal_by_trees_over_all_units():
    """Type d, 300 arcs: trees over all units prove what the tenth of the work for HiGHS does not."""
    for seed in (1, 2):
        found = solve(generated("d", 5, 60, seed), Params(seconds=600, work=20.0, seed=seed, workers=2))
        assert found.value == found.bound, seed


def test_a_part_that_has_nothing_better_is_left_before_all_work_is_done():
    """The whole may have more: so its watch does not end the search."""
    problem = generated("d", 5, 60, seed=1)
    stage, run = stage_of(problem, 0), climbed(problem, 200)
    bound = run.improved(bound_by_prices(stage, 20))
    start = solve(problem, Params(seconds=600, work=0.001, seed=1)).flow
    assert start is not None
    kept = [start]
    watch = Watch(Clock(Params(seconds=600, work=100.0), lambda _: None), lambda *_: None)
    relinking = Relinking(run.units, seed=1)
    Rounds(stage, bound, relinking, run, watch, kept.append, entire=False, beside=False).run(start)
    assert watch.bound is None
    assert watch.clock.spent < 50.0
    assert stage.value(kept[-1]) == solve(problem, Params(seconds=600, work=20.0, seed=1)).bound


def test_trees_are_given_the_lengths_of_the_universal_sequence():
    problem = generated("d", 3, 18, seed=5)
    run = climbed(problem, 1)
    subsets = Subsets(run, np.zeros(18, np.int64), 0.0, seed=(0,))
    lengths = [subsets._next_length() for _ in range(63)]
    assert lengths[:15] == [1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8]
    assert max(lengths) == LONGEST
