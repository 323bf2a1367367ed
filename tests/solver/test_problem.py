"""A problem says everything that is wrong with it at once."""

from dataclasses import replace

import numpy as np
import pytest

from solver.problem import Budget, ProblemError, SummedResource
from tests.solver.test_verify import PROBLEM


def faults_of(**changes):
    with pytest.raises(ProblemError) as caught:
        replace(PROBLEM, **changes)
    return caught.value.problems


def test_every_fault_is_told_at_once():
    found = faults_of(
        summed=(SummedResource("panel", np.array([3, -3, 4, 4], np.int32), np.array([7, 6])),),
        budgets=(Budget("moves", np.array([0, 1, 0, 1], np.int32), -2),),
    )
    assert found == (
        "limit panel: a use or a capacity is negative",
        "budget moves: a use or the most is negative",
    )


def test_providers_of_a_class_must_ascend():
    assert faults_of(provider=np.array([1, 0, 0, 1], np.int32)) == (
        "the providers of a class are not ascending and distinct",
    )


def test_costs_that_could_overflow_are_refused_in_a_sentence():
    huge = replace(PROBLEM.tiers[0], unassigned=np.array([2**61, 2**61]))
    assert faults_of(tiers=(huge,)) == (
        "objective total: the sum of all costs could exceed 2^62; give it in larger units",
    )


def test_an_arc_may_not_name_a_pair_of_another_provider():
    wrong = replace(PROBLEM.distinct[0], pair=np.array([1, 0, 2, 3], np.int32))
    assert faults_of(distinct=(wrong,)) == ("limit facilities: an arc's pair belongs to another provider",)
