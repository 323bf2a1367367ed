"""The first flow keeps every limit, and costs no more than placing nobody."""

import numpy as np
import pytest

from solver.first_fit import first_fit
from solver.problem import Costs, DistinctResource, Problem, SummedResource
from solver.verify import evaluate, verify
from tests.solver.tiny import tiny


@pytest.mark.parametrize("seed", range(200))
def test_it_keeps_every_limit_and_is_no_worse_than_nobody(seed):
    problem = tiny(seed)
    flow = first_fit(problem)
    assert not verify(problem, flow)
    costs = problem.tiers[0]
    assert evaluate(problem, costs, flow) <= evaluate(problem, costs, np.zeros(problem.arcs, np.int32))


def test_the_larger_facility_gets_the_only_place():
    # one provider, one facility place, 5 panel places; facility 0 has 1 patient, facility 1 has 3
    problem = Problem(
        providers=1,
        count=np.array([1, 3], np.int32),
        indptr=np.array([0, 1, 2], np.int64),
        provider=np.zeros(2, np.int32),
        tiers=(Costs(np.array([1, 2], np.int64), np.array([100, 100], np.int64), (np.zeros(2, np.int64),)),),
        summed=(SummedResource("panel", np.ones(2, np.int32), np.array([5], np.int64)),),
        distinct=(
            DistinctResource(
                "facilities",
                np.array([0, 1], np.int32),
                np.zeros(2, np.int32),
                np.zeros(2, np.bool_),
                np.ones(1, np.int64),
            ),
        ),
    )
    assert first_fit(problem).tolist() == [0, 3]
