"""The engine, imported only when it is used: it takes seconds, and the web process never does."""

from collections.abc import Callable
from concurrent.futures import Executor

from solver.params import Params
from solver.problem import Int32, Problem
from solver.result import Progress, Result

Engine = Callable[[Problem, Params, Int32, Callable[[Progress], None]], Result]
"""Problem, limits, warm start, observer."""


def engine(
    problem: Problem, params: Params, warm_start: Int32, on_progress: Callable[[Progress], None]
) -> Result:
    """Solve in this process."""
    return engine_on(None)(problem, params, warm_start, on_progress)


def engine_on(executor: Executor | None) -> Engine:
    """Solve here, with an executor for what can be done side by side."""

    def run(
        problem: Problem, params: Params, warm_start: Int32, on_progress: Callable[[Progress], None]
    ) -> Result:
        from solver.solve import solve

        return solve(problem, params, warm_start, executor, on_progress)

    return run
