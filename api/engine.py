"""The engine, imported only when it is used: it takes seconds, and the web process never does."""

from collections.abc import Callable

from solver.params import Params
from solver.problem import Int32, Problem
from solver.result import Progress, Result


def engine(
    problem: Problem, params: Params, warm_start: Int32, on_progress: Callable[[Progress], None]
) -> Result:
    """Solve in this process."""
    from solver.solve import solve

    return solve(problem, params, warm_start, on_progress=on_progress)
