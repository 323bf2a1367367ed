"""HiGHS through MathOpt on the plain class model."""

import numpy as np
import numpy.typing as npt

from solver.exact.highs import Effort, solve_here
from solver.exact.model import ModelBuilder, most_flow
from solver.problem import Problem
from solver.stage import stage_of

Flow = npt.NDArray[np.int32]


def solve_as_program(problem: Problem, hint: Flow, seconds: float, seed: int) -> tuple[Flow, float]:
    """The best flow found within the time (`hint` where none is better), and HiGHS's bound.

    HiGHS uses one thread. Building the model is not part of the time.
    """
    stage = stage_of(problem, 0)
    builder = ModelBuilder(stage, most_flow(problem))
    start = None if stage.faults(hint) else builder.columns_of(hint)
    answer = solve_here(builder.build(), start, Effort(seconds, seed=seed % 2**31))
    if answer.values is not None:
        found = builder.flow_of(answer.values)
        if not stage.faults(found) and stage.value(found) < stage.value(hint):
            return found, answer.bound
    return hint, answer.bound
