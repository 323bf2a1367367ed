"""Cancel, time and progress."""

import time

import numpy as np
import pytest

from solver.components import components_of
from solver.params import Params
from solver.solve import solve
from solver.stage import stage_of
from solver.verify import verify
from tests.solver.instances import TIGHT, instance


def test_a_cancelled_run_ends_within_two_seconds_with_a_feasible_flow():
    problem = instance(6_000, TIGHT)
    started = time.monotonic()
    result = solve(problem, Params(seconds=60, cancelled=lambda: time.monotonic() - started > 4))
    assert result.termination == "cancelled"
    assert time.monotonic() - started < 4 + 2 + 4  # four more for machines that are busy
    assert verify(problem, result.flow) == []


@pytest.mark.parametrize("members", [6_000, 45_000], ids=["one component", "several components"])
def test_several_workers_hear_of_a_cancellation_in_the_midst_of_their_work(members):
    """Regression: with several components nobody did; the run went on until its time was up."""
    problem, began = instance(members, TIGHT), time.monotonic()
    found = components_of(stage_of(problem, 0))
    assert (len([each for each in found if len(each.providers) > 9]) > 1) == (members > 6_000)
    seen = set()

    def cancelled():
        return "improve" in seen

    limits = Params(seconds=120, workers=2, cancelled=cancelled)
    result = solve(problem, limits, on_progress=lambda progress: seen.add(progress.phase))
    assert result.termination == "cancelled"
    assert time.monotonic() - began < 60
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
