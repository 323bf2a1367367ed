"""Work in other processes comes to what it comes to here, and nobody's death or delay loses an answer."""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from solver import mapped
from solver.clock import Clock
from solver.params import Params
from solver.remote import NotSharedError, NoWorkersError, wake, workshop
from solver.solve import silent, solve
from solver.verify import verify
from tests.solver.instances import TIGHT, TYPICAL, instance

WORK = Params(seconds=600, work=0.6, workers=2)
METROS = 45_000
"""Patients of an instance that falls into two or three components."""


@pytest.fixture(scope="module")
def pool():
    with processes() as executor:
        yield executor


def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def clock(seconds=60.0, cancelled=lambda: False):
    return Clock(Params(seconds=seconds, cancelled=cancelled), silent)


def scaled(bench, factor):
    return factor * int(bench.shared["numbers"].sum())


def ends_the_process(bench, factor):
    if os.getpid() != bench.shared["caller"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return factor


def waits_for_the_switch(bench, number):
    bench.board[number] = [number, 1]
    while not bench.cancelled():
        time.sleep(0.02)
    return number


def never_ends(bench, number):
    time.sleep(5.0)


def refuses(bench, number):
    raise ValueError(f"not {number}")


def has_changed_the_shared_value(bench, number):
    bench.shared["numbers"][0] = 7
    return bool(bench.shared["numbers"].flags.writeable)


def shared(size=2_000):
    return {"numbers": np.arange(size), "caller": os.getpid()}


def test_what_is_written_is_read_and_shared_arrays_are_written_once(tmp_path):
    numbers = np.arange(5_000, dtype=np.int32)
    mapped.write({"a": numbers, "b": [numbers, numbers[:3].copy()], "c": "text"}, tmp_path)
    read = mapped.read(tmp_path)
    assert np.array_equal(read["a"], numbers)
    assert read["a"] is not numbers
    assert [read["b"][1].tolist(), read["c"]] == [[0, 1, 2], "text"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0.npy", "value.pickle"]
    read["a"][0] = 9
    assert mapped.read(tmp_path)["a"][0] == 0  # what one process writes is its own


def test_answers_come_in_the_order_of_the_tasks(pool):
    with workshop(shared(100), pool, clock()) as shop:
        assert shop.run(scaled, [3, 1, 2]) == [3 * 4950, 4950, 2 * 4950]


def test_a_shared_array_is_everybodys_own_to_write_to(pool):
    with workshop(shared(), pool, clock()) as shop:
        assert shop.run(has_changed_the_shared_value, [0, 1]) == [True, True]
        assert shop.shared["numbers"][0] == 0
        assert shop.run(scaled, [1]) in ([1999000], [1999007])  # as that worker has it


def test_what_a_task_raises_is_raised(pool):
    with workshop(shared(), pool, clock()) as shop, pytest.raises(ValueError, match="not 4"):
        shop.run(refuses, [4])


def test_a_lost_process_loses_no_answer():
    with processes() as own, workshop(shared(), own, clock()) as shop:
        assert shop.run(ends_the_process, [5, 6]) == [5, 6]
        assert shop.run(scaled, [1]) == [1999000]  # the pool is broken: done here
    with pytest.raises(NoWorkersError):
        wake(own, 1, list)


def test_cancelling_reaches_the_tasks_and_their_notes_are_seen(pool):
    begin, seen = time.monotonic(), []
    with workshop(shared(), pool, clock(cancelled=lambda: bool(seen)), rows=2) as shop:

        def listen():
            if shop.board[:, 1].tolist() == [1, 1]:
                seen.append(shop.board[:, 0].tolist())

        assert shop.run(waits_for_the_switch, [0, 1], listen) == [0, 1]
    assert seen[0] == [0, 1]
    assert time.monotonic() - begin < 10.0


def test_who_does_not_answer_in_time_is_not_waited_for(pool):
    begin = time.monotonic()
    with workshop(shared(), pool, clock(seconds=0.2)) as shop:
        assert shop.run(never_ends, [0]) == [None]
    assert time.monotonic() - begin < 4.0


def test_who_is_not_waited_for_stops_once_nobody_is_there_any_more(pool):
    with workshop(shared(), pool, clock(), rows=2) as shop:
        forgotten = shop._submitted(waits_for_the_switch, 0)
        while shop.board[0, 1] != 1:
            time.sleep(0.05)
    assert forgotten.result(timeout=10) == (True, 0)


def test_a_worker_that_does_not_see_the_folder_says_so(pool):
    with workshop(shared(), pool, clock()) as shop:
        (shop.folder / mapped.VALUE).rename(shop.folder / "elsewhere")
        with pytest.raises(NotSharedError, match="does not see"):
            shop.run(scaled, [1])


def test_processes_find_exactly_what_threads_find(pool):
    problem, told = instance(METROS, TYPICAL, seed=2), []
    here, there = solve(problem, WORK), solve(problem, WORK, executor=pool, on_progress=told.append)
    assert np.array_equal(here.flow, there.flow)
    assert (here.value, here.bound, here.termination) == (there.value, there.bound, there.termination)
    assert all(map(np.array_equal, here.prices, there.prices))
    assert any(moment.gap is not None and moment.phase != "done" for moment in told)


def test_a_solve_outlives_its_processes():
    problem = instance(METROS, TIGHT, seed=3)
    with processes() as own:
        pids = {own.submit(os.getpid).result() for _ in range(2)}

        def kill(moment):
            while moment.phase != "compile" and pids:
                os.kill(pids.pop(), signal.SIGKILL)

        result = solve(problem, Params(seconds=4, workers=2), executor=own, on_progress=kill)
    assert not verify(problem, result.flow)
    assert result.bound <= result.value < int(problem.tiers[0].unassigned @ problem.count)
