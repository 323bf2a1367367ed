"""Begin with an earlier flow, and solve first around what no longer fits, then wider while time remains."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from solver.clock import Clock
from solver.first_fit import first_fit
from solver.params import Params
from solver.problem import Bool, Int32, Problem
from solver.residual import residual
from solver.result import Progress, Result
from solver.shed import feasible_part
from solver.solve import silent, solve
from solver.unsearched import unsearched
from solver.verify import left_out
from solver.warm_up import ready

SMALL_ARCS = 4_000
"""A problem of so many arcs is solved whole at once."""

SHARES, LAST_SHARE = (0.3, 0.6), 0.85
"""Share of the remaining time for those who lost their place, then for the providers around them; for
these where the whole is not looked at."""

LEAST_SECONDS, ARCS_A_SECOND = 0.5, 400_000
"""The whole is looked at again where at least this time, and this for its size, remains."""

MOST_WHOLE = 0.7
"""Surroundings with more than this share of all arcs are the whole."""


def repair(
    problem: Problem,
    flow: Int32,
    params: Params | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] = silent,
    around: Int32 | None = None,
    widen: bool = True,
) -> Result:
    """Solve again after a small change, beginning with `flow`, which may break limits now.

    What no longer fits is taken out; those left out look for room; then they and everybody at the providers
    they could go to (and at the providers `around`, rows) are decided anew; then, with `widen`, everybody.
    Never worse, tier by tier, than what of `flow` still fits. Bounds are proven for the whole problem. Where
    the time did not suffice to look at it there are none worth the name, and no prices: `detail` says so.
    """
    given = params or Params()
    ready(given, on_progress)
    clock = Clock(given, on_progress)
    start = feasible_part(problem, flow)
    spare = clock.seconds  # a pass over all arcs takes about this long; the last ones need it once more
    if problem.arcs <= SMALL_ARCS:
        return _whole(problem, start, given, clock, executor, on_progress)
    enough = max(LEAST_SECONDS, problem.arcs / ARCS_A_SECOND)
    held = _newcomers(problem, start, _limited(given, clock, SHARES[0], spare))
    near = _surroundings(problem, held, np.zeros(0, np.int32) if around is None else around)
    if near is not None:
        wider = widen and (1 - SHARES[1]) * clock.seconds_left >= enough
        share = SHARES[1] if wider else LAST_SHARE
        held = _freed(problem, held, near, _limited(given, clock, share, 2 * spare))
    if (near is None or (widen and clock.seconds_left >= enough)) and clock.stopped() is None:
        return _whole(problem, held, given, clock, executor, on_progress)
    return _held(problem, held, clock)


def _limited(params: Params, clock: Clock, share: float, spare: float = 0.0) -> Params:
    """A share of the time that is left but for `spare`, and of the work, which counts as done then."""
    work = None if clock.work_left is None else share * clock.work_left
    clock.spend(work or 0.0)
    return replace(params, seconds=max(share * (clock.seconds_left - spare), 0.05), work=work)


def _newcomers(problem: Problem, flow: Int32, params: Params) -> Int32:
    """Whoever is left out looks for room; nobody else moves."""
    left = left_out(problem, flow).astype(np.int32)
    allowed = left[problem.class_of_arc] > 0
    if not allowed.any():
        return flow
    part = residual(problem, flow, left, allowed)
    found = solve(part.problem, params, first_fit(part.problem))
    return flow if found.flow is None else part.joined(found.flow)


def _surroundings(problem: Problem, flow: Int32, around: Int32) -> Bool | None:
    """Providers that those left out could have, those `around`, and those who have somebody they could have.

    None where that is (nearly) everybody, or nobody is concerned and so the whole is what can be improved.
    """
    class_of_arc, provider = problem.class_of_arc, problem.provider
    left = left_out(problem, flow) > 0
    near = np.zeros(problem.providers, np.bool_)
    near[provider[left[class_of_arc]]] = True
    seeds = np.zeros(problem.providers, np.bool_)
    seeds[around] = True
    could = np.zeros(problem.classes, np.bool_)
    could[class_of_arc[seeds[provider]]] = True
    near |= seeds
    near[provider[could[class_of_arc] & (flow > 0)]] = True
    share = near[provider].mean() if problem.arcs else 1.0
    return None if not near.any() or share > MOST_WHOLE else near


def _freed(problem: Problem, flow: Int32, near: Bool, params: Params) -> Int32:
    """Decide anew about everybody at the providers `near` and those left out; they may go anywhere."""
    inside = near[problem.provider]
    held = np.where(inside, 0, flow).astype(np.int32)
    elsewhere = np.bincount(problem.class_of_arc, held, problem.classes)
    count = (problem.count - np.rint(elsewhere)).astype(np.int32)
    part = residual(problem, held, count, np.ones(problem.arcs, np.bool_))
    found = solve(part.problem, params, part.own(flow))
    return flow if found.flow is None else part.joined(found.flow)


def _whole(
    problem: Problem,
    flow: Int32,
    params: Params,
    clock: Clock,
    executor: Executor | None,
    on_progress: Callable[[Progress], None],
) -> Result:
    result = solve(problem, _limited(params, clock, 1.0), flow, executor, on_progress)
    return replace(result, seconds=clock.seconds)


def _held(problem: Problem, flow: Int32, clock: Clock) -> Result:
    """What is held, with the bound that needs no search."""
    found = unsearched(problem, flow, clock.stopped() or "work_limit", clock.seconds)
    last = found.tiers[-1]
    clock.report("done", len(found.tiers) - 1, last.value, last.bound)
    return found
