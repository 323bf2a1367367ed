"""Classes with very many arcs: priced on few of them, bounded on all."""

import time

import numpy as np

from solver.exact.model import most_flow
from solver.narrow import KEPT, cheapest, is_wide, narrowed
from solver.params import Params
from solver.problem import Costs, Problem, SummedResource
from solver.solve import solve
from solver.stage import nobody_placed, stage_of
from solver.verify import left_out, verify


def dense(members: int, providers: int, seed: int = 0) -> Problem:
    """Single members, every pair an arc; a provider has room for none to three."""
    rng = np.random.default_rng(seed)
    arcs = members * providers
    return Problem(
        providers=providers,
        count=np.ones(members, np.int32),
        indptr=np.arange(0, arcs + 1, providers),
        provider=np.tile(np.arange(providers, dtype=np.int32), members),
        tiers=(Costs(rng.integers(100, 1_000_000, arcs), np.full(members, 10**9)),),
        summed=(
            SummedResource("panel", np.full(arcs, 1000, np.int32), 1000 * rng.integers(0, 4, providers)),
        ),
    )


def test_everybody_is_placed_where_every_pair_is_an_arc():
    problem = dense(200, 1_500)
    assert is_wide(problem)
    started = time.monotonic()
    result = solve(problem, Params(seconds=20))
    assert time.monotonic() - started < 30  # the limit, and ten for machines that are busy
    assert left_out(problem, result.flow).sum() == 0
    assert verify(problem, result.flow) == []
    assert result.gap < 0.05


def test_the_bound_of_a_narrowed_stage_holds_for_all_of_its_arcs():
    problem = dense(150, 1_400, seed=1)
    stage = stage_of(problem, 0)
    found = narrowed(stage, nobody_placed(problem), most_flow(problem), 60, lambda bound: False)
    result = solve(problem, Params(seconds=20))
    assert found.bound.value <= result.value
    assert found.bound.value > 0.95 * result.value
    assert found.part.stage.problem.arcs < 10 * KEPT * problem.classes


def test_the_cheapest_usable_arcs_of_every_class_are_marked():
    # class 0 has costs 5 3 9 1, of which 1 may not be used; class 1 has one arc; class 2 none
    indptr = np.array([0, 4, 5, 5])
    cost = np.array([5.0, 3.0, 9.0, 1.0, 7.0])
    usable = np.array([True, True, True, False, True])
    assert cheapest(indptr, cost, usable, 2).tolist() == [True, True, False, False, True]
