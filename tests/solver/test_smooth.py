"""First prices, and the kernels behind them."""

import os
import subprocess
import sys

import numpy as np
import pytest

from solver.bound.floor import floor_bound
from solver.bound.lagrangian import bound_by_prices
from solver.bound.smooth import meeting, spread
from solver.components import components_of
from solver.stage import stage_of
from tests.solver.instances import TIGHT, TYPICAL, instance

NO_LEVELS = np.zeros(2, np.int64)
NOTHING = np.zeros(0)


def test_a_class_between_two_equal_arcs_is_halved():
    # both arcs cost 10, staying out 10,000: at temperature 1 each arc carries half of 4 members
    load, curve = np.zeros(2), np.zeros(2)
    spread(
        np.array([0, 2]), np.array([0, 1], np.int32), np.array([[3], [3]], np.int32), np.array([4.0]),
        np.array([10.0, 10.0]), np.array([10_000.0]), np.zeros(2), 2, 1.0, load, curve,
    )  # fmt: skip
    assert load.tolist() == [6.0, 6.0]
    # n * x * (1 - x) * use^2 / t = 4 * 1/4 * 9
    assert curve.tolist() == [9.0, 9.0]


@pytest.mark.parametrize(
    ("load", "price", "aim"),
    [
        (10.0, 0.0, 2.0),  # 2 above a capacity of 8, falling by 1 for each unit of price
        (6.0, 1.0, 0.0),  # at price 0 the load is 7, which fits
        (8.0, 5.0, 5.0),  # just full at this price
    ],
)
def test_a_price_moves_to_where_the_load_meets_the_capacity(load, price, aim):
    assert meeting(0, np.array([8.0]), NO_LEVELS, NOTHING, NOTHING, load, 1.0, price) == aim


def test_a_price_rests_at_the_slope_of_a_target_while_the_load_is_between_target_and_capacity():
    # above 5 each unit costs 3; at price 3 the load is 7, between the target and the capacity of 8
    pointer = np.array([0, 1])
    assert meeting(0, np.array([8.0]), pointer, np.array([5.0]), np.array([3.0]), 10.0, 1.0, 0.0) == 3.0
    # at price 3 the load would be 9: one more unit of price for the capacity
    assert meeting(0, np.array([8.0]), pointer, np.array([5.0]), np.array([3.0]), 12.0, 1.0, 0.0) == 4.0


def test_five_price_changes_already_give_nearly_the_bound_of_a_hundred():
    stage = stage_of(instance(3_000, TIGHT, seed=2), 0)
    few, many = bound_by_prices(stage, 5).value, bound_by_prices(stage, 100).value
    assert floor_bound(stage) < few <= many
    assert many - few < 0.1 * many


def test_kernels_read_nothing_outside_their_arrays():
    """Without compilation an index out of range is an error instead of foreign memory."""
    code = (
        "from solver.params import Params; from solver.solve import solve\n"
        "from tests.solver.test_wide import dense; from tests.solver.instances import instance, TIGHT\n"
        "from tests.solver.tiny import tiny; from tests.solver.test_search import paced\n"
        "from solver.stage import stage_of; from solver.layout import layout_of\n"
        "from solver.bound.lagrangian import bound_by_prices, relaxed_flow\n"
        "import solver.search.schedule as schedule\n"
        "schedule.CHUNK = 300\n"
        "for problem in [*(tiny(seed) for seed in range(12)), instance(60, TIGHT)]:\n"
        "    stage = stage_of(problem, 0)\n"
        "    bound = bound_by_prices(stage, 5)\n"
        "    run = schedule.Annealing(stage, layout_of(stage), bound, relaxed_flow(stage, bound), 0)\n"
        "    run.run(paced(2), lambda flow: None)\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_whoever_is_told_to_stop_gives_the_prices_there_are():
    stage = stage_of(instance(2_000, TIGHT, seed=1), 0)
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    early = bound_by_prices(stage, 1, stop=stop)
    assert len(asked) == 4
    assert floor_bound(stage) <= early.value <= bound_by_prices(stage, 60).value


def test_a_cancelled_run_needs_no_components():
    stage = stage_of(instance(45_000, TYPICAL, seed=2), 0)
    assert len(components_of(stage)) > 1
    (whole,) = components_of(stage, stop=lambda: True)
    assert whole.stage is stage
