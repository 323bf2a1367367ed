"""Cancel, time and progress."""

import time

import numpy as np

from solver.params import Params
from solver.solve import solve
from solver.verify import verify
from tests.solver.instances import TIGHT, instance


def test_a_cancelled_run_ends_within_two_seconds_with_a_feasible_flow():
    problem = instance(6_000, TIGHT)
    started = time.monotonic()
    result = solve(problem, Params(seconds=60, cancelled=lambda: time.monotonic() - started > 4))
    assert result.termination == "cancelled"
    assert time.monotonic() - started < 4 + 2 + 4  # four more for machines that are busy
    assert verify(problem, result.flow) == []


def test_progress_is_told_at_least_once_a_second_with_values_that_fall_and_bounds_that_rise():
    seen = []
    solve(instance(6_000, TIGHT), Params(seconds=8), on_progress=seen.append)
    values = [each.value for each in seen if each.value is not None]
    bounds = [each.bound for each in seen if each.bound is not None]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert np.diff([each.seconds for each in seen]).max() < 2.5
    assert seen[-1].phase == "done"
