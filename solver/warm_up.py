"""Compile the engine before a run, so that its clock counts the run alone."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from threading import Thread

import numpy as np

from data.compiled import is_compiled, note_compiled
from solver.bound.lagrangian import bound_by_prices
from solver.clock import SECOND, Clock
from solver.layout import layout_of
from solver.narrow import cheapest
from solver.params import Params
from solver.problem import Budget, Costs, DistinctResource, Excess, Problem, SummedResource
from solver.remote import is_remote, wake
from solver.result import Progress
from solver.search.pace import Pace
from solver.search.packing import packing_of
from solver.search.relink import POOL, Relinking
from solver.search.schedule import Annealing
from solver.search.trees import Trees
from solver.search.units import units_of
from solver.stage import stage_of

PACKAGE = "solver"
POLL = 0.2
"""Seconds between two looks at the cancel switch."""


def ready(params: Params, on_progress: Callable[[Progress], None], executor: Executor | None = None) -> None:
    """Compile what no process has compiled before, telling the caller that; returns early when cancelled.

    What was begun then goes on in a thread of its own, since nothing can stop a compiler; later calls wait
    for the same one. The workers of an executor of processes start, and do the same. Raises NoWorkersError.
    """
    _compiled(params, on_progress)
    if executor is not None and is_remote(executor) and not params.cancelled():
        wake(executor, params.workers, _ready)


def _ready() -> None:
    _compiled(Params(), lambda _: None)


def _compiled(params: Params, on_progress: Callable[[Progress], None]) -> None:
    if is_compiled(PACKAGE):
        return
    compiling, told = _compiling(), -SECOND
    while not compiling.done() and not params.cancelled():
        if time.monotonic() - told >= SECOND:
            told = time.monotonic()
            on_progress(Progress("compile", 0, 0.0, None, None))
        time.sleep(POLL)
    if compiling.done():
        compiling.result()


@cache
def _compiling() -> "Future[None]":
    future: Future[None] = Future()

    def compile_all() -> None:
        try:
            warm_up()
            future.set_result(None)
        except BaseException as failure:  # told to whoever waits
            future.set_exception(failure)

    Thread(target=compile_all, name="compiling", daemon=True).start()
    return future


def warm_up() -> None:
    """Run every compiled function of the engine once, on a problem of two classes."""
    problem = _smallest()
    stage = stage_of(problem, 0)
    layout, bound = layout_of(stage), bound_by_prices(stage, 2)
    start = np.array([1, 0, 1, 0], np.int32)
    annealing = Annealing(stage, layout, bound, start, seed=0)
    annealing.run(Pace(Clock(Params(), lambda _: None), 0.0, 1.0, chunks=0.5), lambda _: None)
    cheapest(problem.indptr, bound.dearer, start > 0, 1)
    relinking = Relinking(units_of(stage, layout, bound), seed=0)
    for _ in range(POOL):
        relinking.run()
    packing = packing_of(relinking.units, bound)
    assert packing is not None
    packing.climb(1, relinking.value, lambda _: False)
    packing.improved(bound)
    trees = Trees(packing, relinking.best, relinking.value, seed=(0,))
    for _ in range(2):  # over all units, then over some
        trees.run(1.0)
    note_compiled(PACKAGE)


def _smallest() -> Problem:
    """Two classes, two providers, and one of everything that there can be; the budget allows no move."""
    ones = np.ones(2, np.int64)
    provider = np.array([0, 1, 0, 1], np.int32)
    return Problem(
        providers=2,
        count=np.array([1, 1], np.int32),
        indptr=np.array([0, 2, 4], np.int64),
        provider=provider,
        tiers=(
            Costs(
                arc=np.arange(1, 5),
                unassigned=100 * ones,
                opening=(np.ones(4, np.int64),),
                excess=(Excess(0, ones, ones),),
                crowding=(Excess(0, ones, ones),),
            ),
        ),
        summed=(SummedResource("load", np.ones(4, np.int32), 3 * ones),),
        distinct=(
            DistinctResource("keys", np.arange(4, dtype=np.int32), provider, np.zeros(4, np.bool_), 2 * ones),
        ),
        budgets=(Budget("moves", np.array([1, 0, 1, 0], np.int32), 0),),
    )
