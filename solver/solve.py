"""Solve a problem: tier after tier, each with its own incumbent and its own proven bound."""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from solver.clock import Clock
from solver.improve import Start, improve
from solver.params import Params
from solver.problem import Int32, Problem
from solver.result import Progress, Result, Termination, TierResult, relative_gap
from solver.stage import nobody_placed, stage_of
from solver.verify import evaluate, verify
from solver.warm_up import ready


class DisagreementError(RuntimeError):
    """The engine's answer failed the independent check; it is not returned."""


def silent(_: Progress) -> None:
    """Nobody listens."""


def solve(
    problem: Problem,
    params: Params | None = None,
    warm_start: Int32 | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] = silent,
) -> Result:
    """Minimize the tiers of `problem` one after another, each value a ceiling for the next.

    `warm_start`: a flow to begin with. A feasible one is never made worse; an infeasible one is repaired.
    `executor`: of threads, processes or machines: independent components are solved side by side, shared out
    among `params.workers` of them. `on_progress` hears of every improvement and at least once a second.
    Always holds a feasible flow, at worst one that places nobody.
    Where the engine has not been compiled on this machine, that comes first and does not count.
    Raises DisagreementError when what comes out does not pass the checker.
    """
    given = params or Params()
    ready(given, on_progress, executor)
    clock = Clock(given, on_progress)
    flow, hint = _start(problem, warm_start)
    values: tuple[int, ...] = ()
    bounds: tuple[int, ...] = ()
    outcome = None
    for tier in range(len(problem.tiers)):
        stage = stage_of(problem, tier, values)
        outcome = improve(stage, tier, Start(flow, hint), clock, executor)
        flow, hint = outcome.flow, None
        values += (stage.value(flow),)
        bounds += (min(outcome.bound, values[-1]),)
    assert outcome is not None  # a problem has at least one tier
    _check(problem, flow, values)
    clock.report("done", len(values) - 1, values[-1], bounds[-1])
    return Result(
        termination=_termination(values, bounds, clock),
        flow=flow,
        tiers=tuple(
            TierResult(costs.name, value, bound)
            for costs, value, bound in zip(problem.tiers, values, bounds, strict=True)
        ),
        seconds=clock.seconds,
        prices=outcome.prices,
        opening_prices=outcome.opening_prices,
    )


def _start(problem: Problem, warm_start: Int32 | None) -> tuple[Int32, Int32 | None]:
    """A feasible flow to hold from the beginning, and a flow to repair where the given one is infeasible."""
    if warm_start is None:
        return nobody_placed(problem), None
    if verify(problem, warm_start):
        shaped = warm_start.shape == (problem.arcs,)
        return nobody_placed(problem), warm_start.astype(np.int32) if shaped else None
    return warm_start.astype(np.int32), None


def _check(problem: Problem, flow: Int32, values: tuple[int, ...]) -> None:
    found = verify(problem, flow)
    found += [
        f"tier {costs.name}: the engine says {value}, the checker {evaluate(problem, costs, flow)}"
        for costs, value in zip(problem.tiers, values, strict=True)
        if evaluate(problem, costs, flow) != value
    ]
    if found:
        raise DisagreementError("; ".join(found))


def _termination(values: tuple[int, ...], bounds: tuple[int, ...], clock: Clock) -> Termination:
    if values == bounds:
        return "optimal"
    gaps = [relative_gap(value, bound) for value, bound in zip(values, bounds, strict=True)]
    if max(gaps) <= clock.params.gap:
        return "gap_reached"
    return clock.stopped() or "work_limit"
