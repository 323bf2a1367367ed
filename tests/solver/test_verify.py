"""The checker catches every kind of wrong flow, with its amount."""

import numpy as np
import pytest

from solver.problem import Budget, Costs, DistinctResource, Excess, Problem, SummedResource
from solver.verify import evaluate, verify

# Two classes (2 and 1 members), two providers, arcs (0,0) (0,1) (1,0) (1,1); loads 3 3 4 4; pairs 0 1 2 3.
PROBLEM = Problem(
    providers=2,
    count=np.array([2, 1], np.int32),
    indptr=np.array([0, 2, 4]),
    provider=np.array([0, 1, 0, 1], np.int32),
    tiers=(
        Costs(
            arc=np.array([10, 20, 30, 40]),
            unassigned=np.array([100, 200]),
            opening=(np.array([1, 2, 3, 4]),),
            excess=(Excess(0, np.array([5, 5]), np.array([7, 7])),),
            constant=1000,
        ),
    ),
    summed=(SummedResource("panel", np.array([3, 3, 4, 4], np.int32), np.array([7, 6])),),
    distinct=(
        DistinctResource(
            "facilities",
            np.array([0, 1, 2, 3], np.int32),
            np.array([0, 1, 0, 1], np.int32),
            np.array([True, False, False, False]),
            np.array([2, 1]),
        ),
    ),
    budgets=(Budget("moves", np.array([0, 1, 0, 1], np.int32), 2),),
)


def flow(*members):
    return np.array(members, dtype=np.int32)


def test_a_good_flow_breaks_nothing_and_costs_what_the_terms_add_up_to():
    good = flow(1, 1, 1, 0)
    assert verify(PROBLEM, good) == []
    # 1000 + arcs 10 + 20 + 30, pair 0 is open anyway, pairs 1 and 2 cost 2 + 3; loads 7 and 3: 2 above 5
    assert evaluate(PROBLEM, PROBLEM.tiers[0], good) == 1000 + 60 + 5 + 2 * 7


def test_members_left_out_are_paid_for():
    assert evaluate(PROBLEM, PROBLEM.tiers[0], flow(0, 1, 0, 0)) == 1000 + 20 + 2 + 100 + 200


@pytest.mark.parametrize(
    ("mutant", "finding"),
    [
        (flow(-1, 1, 1, 0), "arc 0: its flow is negative (-1)"),
        (flow(1, 1, 1, 1), "class 1: 1 more placed than its 1 members"),
        (flow(2, 0, 1, 0), "limit panel, provider 0: load 10 is 3 above the capacity 7"),
        (flow(0, 1, 0, 1), "limit facilities, provider 1: 2 pairs are opened, 1 more than there is room for"),
        (flow(0, 2, 0, 1), "budget moves: 3 used, 1 above the most (2)"),
        (flow(0, 2, 0, 1), "limit panel, provider 1: load 10 is 4 above the capacity 6"),
    ],
)
def test_a_mutant_is_caught_with_its_amount(mutant, finding):
    assert any(each.startswith(finding) for each in verify(PROBLEM, mutant))


def test_a_flow_of_the_wrong_shape_or_kind_is_one_finding():
    assert len(verify(PROBLEM, flow(1, 1))) == 1
    assert len(verify(PROBLEM, np.zeros(4))) == 1
