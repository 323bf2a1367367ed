"""Where wide work runs, as the command line names it; the cluster is a real one of two processes."""

import os
import signal
import time

import numpy as np
import pytest

from api import executors
from api.errors import RequestError
from api.executors import executor_of
from solver.params import Params
from solver.solve import solve
from solver.verify import verify
from tests.solver.instances import TYPICAL, instance

PATIENTS = 45_000
"""An instance of this size falls into components."""


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as workers:
        yield workers


@pytest.fixture(scope="module")
def problem():
    return instance(PATIENTS, TYPICAL, seed=2)


def test_a_cluster_finds_exactly_what_threads_find(cluster, problem):
    here = solve(problem, Params(seconds=600, work=0.3, workers=2))
    with executor_of(cluster.scheduler_address, None) as (executor, workers):
        assert workers == 2
        there = solve(problem, Params(seconds=600, work=0.3, workers=workers), executor=executor)
    assert np.array_equal(here.flow, there.flow)
    assert (here.value, here.bound) == (there.value, there.bound)


def test_cancelling_ends_a_run_on_a_cluster_with_what_it_holds(cluster, problem):
    heard = []

    def first_flow():
        return any(moment.value is not None and moment.phase == "improve" for moment in heard)

    with executor_of(cluster.scheduler_address, 2) as (executor, workers):
        params = Params(seconds=60, workers=workers, cancelled=first_flow)
        begin = time.monotonic()
        result = solve(problem, params, executor=executor, on_progress=heard.append)
    assert result.termination == "cancelled"
    assert time.monotonic() - begin < 20.0
    assert not verify(problem, result.flow)
    assert result.bound > 0


def test_a_worker_of_the_cluster_that_is_killed_takes_no_answer_with_it(cluster, problem):
    with executor_of(cluster.scheduler_address, 2) as (executor, workers):
        victim = executor.submit(os.getpid).result()
        assert victim != os.getpid()

        def kill(moment):
            nonlocal victim
            if victim and moment.bound is not None:
                os.kill(victim, signal.SIGKILL)
                victim = 0

        params = Params(seconds=600, work=0.3, workers=workers)
        result = solve(problem, params, executor=executor, on_progress=kill)
    assert not victim
    assert np.array_equal(result.flow, solve(problem, params).flow)


def test_names_of_no_executor_are_refused(monkeypatch):
    monkeypatch.setattr(executors, "ANSWER_SECONDS", 1)
    with pytest.raises(RequestError, match="no executor 'proceses'"), executor_of("proceses", 2):
        pass
    with pytest.raises(RequestError, match="no Dask scheduler answers"), executor_of("tcp://127.0.0.1:9", 2):
        pass


def test_threads_need_no_executor_and_processes_are_as_many_as_asked_for():
    with executor_of("threads", None) as (executor, workers):
        assert (executor, workers) == (None, 1)
    with executor_of("processes", 2) as (executor, workers):
        assert workers == 2
        assert executor.submit(os.getpid).result() != os.getpid()
