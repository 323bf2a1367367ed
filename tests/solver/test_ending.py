"""A run ends when it should, and so does its process."""

import os
import subprocess
import sys
import time

import pytest

from solver.params import Params
from solver.side_by_side import balanced, run_side_by_side
from solver.solve import solve
from solver.verify import verify
from tests.solver.instances import TYPICAL, instance

HARD = (
    "import time; started = time.monotonic()\n"
    "from solver.params import Params; from solver.solve import solve\n"
    "from tests.solver.instances import TIGHT, instance\n"
    "problem = instance(2_500, TIGHT, seed=3)\n"
)


@pytest.mark.parametrize(
    "how",
    ["Params(seconds=3)", "Params(seconds=60, cancelled=lambda: time.monotonic() - began > 3)"],
)
def test_the_process_ends_soon_after_its_run_and_without_a_fault(how):
    code = HARD + f"began = time.monotonic(); result = solve(problem, {how})\n"
    code += "print(time.monotonic() - began)\n"
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) < 3 + 2 + 6  # six more for machines that are busy
    assert time.monotonic() - started < 30


def test_workers_share_the_components_and_keep_every_limit():
    problem = instance(41_000, TYPICAL, seed=5)  # two towns
    result = solve(problem, Params(seconds=120, work=2, workers=2))
    assert verify(problem, result.flow) == []
    assert result.bound <= result.value
    assert result.gap < 0.5


def test_groups_are_of_about_equal_size():
    # largest first to the emptiest: 5 | 4, then 3 joins 4, then 2 joins 5
    assert balanced([4.0, 2.0, 5.0, 3.0], 2) == [[2, 1], [0, 3]]
    assert balanced([1.0], 3) == [[0]]
    assert balanced([], 2) == [[]]


def test_the_failure_of_a_thread_is_raised_after_all_have_ended():
    ended = []

    def fails() -> None:
        raise KeyError("no such thing")

    with pytest.raises(KeyError, match="no such thing"):
        run_side_by_side([fails, lambda: ended.append(1)], None, lambda: None)
    assert ended == [1]
