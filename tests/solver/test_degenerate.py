"""Input at the edges: nothing to do, nowhere to go, one of each. Never a crash, always a valid answer."""

import numpy as np
import pytest

from solver.params import Params
from solver.problem import NO_LIMIT, Costs, DistinctResource, Excess, Problem, SummedResource
from solver.solve import solve


def problem(count, targets, providers, capacity=NO_LIMIT, unassigned=50, room=NO_LIMIT):
    """Classes with the given arcs at cost 10, use 1, one key each; every provider has the same capacity."""
    provider = np.array([p for each in targets for p in each], dtype=np.int32)
    arcs = len(provider)
    return Problem(
        providers=providers,
        count=np.array(count, dtype=np.int32),
        indptr=np.concatenate([[0], np.cumsum([len(each) for each in targets])]).astype(np.int64),
        provider=provider,
        tiers=(
            Costs(
                np.full(arcs, 10, np.int64),
                np.full(len(count), unassigned, np.int64),
                (np.full(arcs, 3, np.int64),),
                (Excess(0, np.full(providers, NO_LIMIT), np.full(providers, 5, np.int64)),),
            ),
        ),
        summed=(SummedResource("panel", np.ones(arcs, np.int32), np.full(providers, capacity, np.int64)),),
        distinct=(
            DistinctResource(
                "keys",
                np.arange(arcs, dtype=np.int32),
                provider,
                np.zeros(arcs, np.bool_),
                np.full(providers, room, np.int64),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (problem([], [], 0), 0),
        (problem([], [], 3), 0),
        (problem([4], [[]], 0), 4 * 50),  # no provider at all
        (problem([4, 1], [[], []], 2), 5 * 50),  # no arc at all
        (problem([0], [[0]], 1), 0),  # a class without members
        (problem([0, 0, 3], [[0], [1], []], 2), 3 * 50),  # several, and nobody to place who could be
        (problem([2], [[0, 1]], 2, capacity=0), 2 * 50),
        (problem([2], [[0, 1]], 2, room=0), 2 * 50),
        (problem([1], [[0]], 1), 10 + 3),  # one of each
        (problem([3], [[0, 1]], 2, capacity=2), 3 * 10 + 2 * 3),
        (problem([3], [[0]], 1, unassigned=0), 0),
        (problem([1], [[0]], 1, unassigned=2**61), 13),  # huge, but the sum fits
    ],
)
def test_the_edges_are_solved_to_proven_optimality(given, value):
    result = solve(given, Params(seconds=10))
    assert (result.value, result.bound, result.termination) == (value, value, "optimal")


def test_the_prices_have_one_entry_for_each_provider():
    result = solve(problem([3], [[0, 1]], 2, capacity=1), Params(seconds=10))
    assert [len(each) for each in result.prices] == [2]
    assert [len(each) for each in result.opening_prices] == [2]
