"""No bound is above the optimum, and prices make it tight where limits bind."""

import pytest

from solver.bound.floor import floor_bound
from solver.bound.lagrangian import bound_by_prices
from solver.exact.fix import fixed_by_price
from solver.exact.highs import Effort
from solver.exact.model import most_flow
from solver.exact.prove import prove
from solver.params import Params
from solver.solve import solve
from solver.stage import Stage, nobody_placed, stage_of
from tests.solver.brute import every_flow
from tests.solver.instances import TIGHT, instance
from tests.solver.tiny import tiny


def optimum(stage: Stage) -> int:
    return min(stage.value(flow) for flow in every_flow(stage.problem) if not stage.faults(flow))


@pytest.mark.parametrize("block", range(4))
def test_a_bound_is_never_above_the_optimum(block):
    for seed in range(block * 25, block * 25 + 25):
        stage = stage_of(tiny(seed), 0)
        best = optimum(stage)
        assert floor_bound(stage) <= best, seed
        assert floor_bound(stage) <= bound_by_prices(stage, 25).value <= best, seed


def test_a_bound_under_a_ceiling_of_a_former_tier_is_never_above_the_optimum():
    seeds = [seed for seed in range(60) if len(tiny(seed).tiers) == 2]
    assert len(seeds) > 20
    for seed in seeds:
        problem = tiny(seed)
        stage = stage_of(problem, 1, (optimum(stage_of(problem, 0)),))
        assert bound_by_prices(stage, 25).value <= optimum(stage), seed


def test_fixing_by_price_keeps_an_optimal_flow():
    for seed in range(100, 160):
        stage = stage_of(tiny(seed), 0)
        best = optimum(stage)
        most = fixed_by_price(stage, bound_by_prices(stage, 25), best + 1)
        assert prove(stage, most, None, Effort(10)).bound == best, seed
        assert (most <= most_flow(stage.problem)).all()


def test_prices_lift_the_bound_near_the_optimum_of_a_tight_problem():
    problem = instance(1_000, TIGHT, seed=1)
    stage = stage_of(problem, 0)
    result = solve(problem, Params(seconds=60))
    assert result.termination == "optimal"
    bound = bound_by_prices(stage, 150)
    assert floor_bound(stage) < bound.value <= result.value
    assert bound.value > 0.97 * result.value
    assert stage.value(nobody_placed(problem)) > result.value
