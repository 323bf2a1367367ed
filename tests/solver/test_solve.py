"""The whole engine on tiny problems, against brute force."""

import pytest

from solver.params import Params
from solver.solve import solve
from solver.verify import evaluate, verify
from tests.solver.brute import best_value
from tests.solver.tiny import tiny


@pytest.mark.parametrize("block", range(10))
def test_the_optimum_is_what_brute_force_finds(block):
    for seed in range(block * 20, block * 20 + 20):
        problem = tiny(seed)
        best = best_value(problem)
        result = solve(problem, Params(seconds=20))
        assert tuple(tier.value for tier in result.tiers) == best, seed
        assert tuple(tier.bound for tier in result.tiers) == best, seed
        assert result.termination == "optimal"
        assert verify(problem, result.flow) == []
        assert tuple(evaluate(problem, costs, result.flow) for costs in problem.tiers) == best
