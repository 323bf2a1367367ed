"""Solve a stage exactly, or as far as the effort allows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, isfinite

from solver.exact.apart import NoProcessError, solve_apart
from solver.exact.highs import Answer, Effort, solve_here
from solver.exact.model import Float, MixedIntegerProgram, ModelBuilder
from solver.problem import Int32
from solver.result import relative_gap
from solver.stage import Stage

SHORT = 1.5
"""Seconds that a call may take in this process, where it cannot be interrupted."""

SMALL = 4_000
"""Entries of a program that is likely to be solved within that time."""

RELATIVE_SAFETY = 1e-9
"""Part of a floating-point bound that is given away before it is rounded."""


@dataclass(frozen=True)
class Proof:
    """`flow`: a feasible flow at least as good as the start, or None. `bound`: valid for the stage.

    `closed`: nothing better than `flow` exists (within the arcs allowed).
    """

    flow: Int32 | None
    bound: int | None
    closed: bool

    def within(self, value: int, gap: float) -> bool:
        """Whether `value` is proven to be that near to the optimum."""
        return self.closed or (self.bound is not None and relative_gap(value, self.bound) <= gap * 1.01)


def prove(
    stage: Stage, most: Int32, start: Int32 | None, effort: Effort, watch: Callable[[], bool] | None = None
) -> Proof:
    """Minimize the stage over flows with flow[a] <= most[a]; `start` must keep the limits of the stage.

    The engine's answer is not believed: a flow that does not pass the checker is thrown away, and a bound
    is rounded to the side where it stays valid. When the watch says stop, the start comes back.
    """
    builder = ModelBuilder(stage, most)
    program = builder.build()
    hint = None if start is None or (start > most).any() else builder.columns_of(start)
    answer = _answer(program, hint, effort, watch)
    if answer is None:
        return Proof(start, None, closed=False)
    flow = start
    found = None if answer.values is None else builder.flow_of(answer.values)
    if found is not None and not stage.faults(found):
        better = start is None or stage.value(found) < stage.value(start)
        flow = found if better else start
    closed = answer.closed and effort.gap == 0 and (flow is not None or answer.values is None)
    if closed and flow is not None:
        return Proof(flow, stage.value(flow), closed=True)
    bound = None
    if isfinite(answer.bound):
        bound = ceil(answer.bound - RELATIVE_SAFETY * (abs(answer.bound) + program.unit))
    return Proof(flow, bound, closed)


def _answer(
    program: MixedIntegerProgram, hint: Float | None, effort: Effort, watch: Callable[[], bool] | None
) -> Answer | None:
    """Small programs are solved here if that is quick, all others in a process that can be ended."""
    if watch is None or effort.seconds <= SHORT:
        return solve_here(program, hint, effort)
    if len(program.row) <= SMALL:
        answer = solve_here(program, hint, replace(effort, seconds=SHORT))
        if answer.closed or watch():
            return answer
    try:
        return solve_apart(program, hint, effort, watch)
    except NoProcessError:
        return None if watch() else solve_here(program, hint, effort)
