"""Problems whose optimum is known because it was planted with the prices that prove it."""

import numpy as np

from solver.params import Params
from solver.problem import Costs, Problem, SummedResource
from solver.solve import solve


def planted(members, providers, arcs_each, seed):
    """A problem and its optimum.

    Prices q[p] and worths v[c] are drawn first. An arc costs v[c] - q[p] * use, or more where it is not
    planted; a provider's capacity is exactly the load planted there. So by weak duality no flow is below
    sum(v) - sum(q * capacity), and the planted one meets it.
    """
    rng = np.random.default_rng(seed)
    provider = np.argsort(rng.random((members, providers)), axis=1)[:, :arcs_each]
    provider.sort(axis=1)
    price = rng.integers(0, 50, providers)
    use = rng.integers(1, 6, (members, arcs_each))
    worth = rng.integers(1_000, 2_000, members)
    chosen = rng.integers(0, arcs_each, members)
    dearer = rng.integers(1, 400, (members, arcs_each))
    row = np.arange(members)
    dearer[row, chosen] = 0
    capacity = np.zeros(providers, np.int64)
    np.add.at(capacity, provider[row, chosen], use[row, chosen])
    problem = Problem(
        providers=providers,
        count=np.ones(members, np.int32),
        indptr=np.arange(0, members * arcs_each + 1, arcs_each),
        provider=provider.ravel().astype(np.int32),
        tiers=(
            Costs(
                (worth[:, None] - price[provider] * use + dearer).ravel().astype(np.int64),
                np.full(members, 100_000, np.int64),
            ),
        ),
        summed=(SummedResource("load", use.ravel().astype(np.int32), capacity),),
    )
    return problem, int(worth.sum() - price @ capacity)


def test_a_planted_optimum_is_found_and_proven():
    problem, optimum = planted(1_500, 12, 5, seed=3)
    result = solve(problem, Params(seconds=60))
    assert (result.value, result.bound, result.termination) == (optimum, optimum, "optimal")


def test_at_scale_the_bound_meets_the_planted_optimum_and_the_plan_is_near_it():
    problem, optimum = planted(20_000, 60, 6, seed=4)
    result = solve(problem, Params(seconds=20, gap=0.02))
    assert result.bound <= optimum <= result.value
    assert result.bound > 0.99 * optimum
    assert result.value < 1.05 * optimum
