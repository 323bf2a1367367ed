"""HiGHS through MathOpt: solve a mixed integer program; what it found and what it proved."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.exact.model import Float, MixedIntegerProgram

if TYPE_CHECKING:
    from ortools.math_opt.model_pb2 import ModelProto


@dataclass(frozen=True)
class Answer:
    """`values`: the best columns found, or None. `bound`: proven, in the program's own (undivided) units.

    `closed`: the tree was exhausted, so that `values` is optimal (or there is no solution at all).
    """

    values: Float | None
    bound: float
    closed: bool


@dataclass(frozen=True)
class Effort:
    """How much one call may do, on one thread; `nodes` and `gap` are deterministic, `seconds` is not."""

    seconds: float
    nodes: int | None = None
    gap: float = 0.0
    seed: int = 0


def solve_here(program: MixedIntegerProgram, start: Float | None, effort: Effort) -> Answer:
    """The program's answer; the caller waits, and nothing but the effort ends it."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model.from_model_proto(_proto(program))
    hints = []
    if start is not None:
        hint = {variable: float(start[variable.id]) for variable in model.variables()}
        hints.append(mathopt.SolutionHint(variable_values=hint))
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=max(effort.seconds, 0.01)),
        node_limit=effort.nodes,
        relative_gap_tolerance=effort.gap,
        absolute_gap_tolerance=0.9,  # costs are whole numbers once divided by their unit
        random_seed=effort.seed,
    )
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=parameters,
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
    )
    reason = result.termination.reason
    bound = result.termination.objective_bounds.dual_bound * program.unit + program.offset
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return Answer(None, float("inf"), closed=True)
    values = None
    if result.has_primal_feasible_solution():
        solution = result.variable_values()
        values = np.zeros(len(program.cost))
        for variable, value in solution.items():
            values[variable.id] = value
    return Answer(values, bound, closed=reason == mathopt.TerminationReason.OPTIMAL)


def _proto(program: MixedIntegerProgram) -> "ModelProto":
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    columns = np.arange(len(program.cost))
    proto.variables.ids.extend(columns)
    proto.variables.lower_bounds.extend(program.lower)
    proto.variables.upper_bounds.extend(program.upper)
    proto.variables.integers.extend(program.integer.tolist())
    priced = np.flatnonzero(program.cost)
    proto.objective.linear_coefficients.ids.extend(priced)
    proto.objective.linear_coefficients.values.extend(program.cost[priced])
    proto.linear_constraints.ids.extend(np.arange(len(program.row_lower)))
    proto.linear_constraints.lower_bounds.extend(program.row_lower)
    proto.linear_constraints.upper_bounds.extend(program.row_upper)
    proto.linear_constraint_matrix.row_ids.extend(program.row)
    proto.linear_constraint_matrix.column_ids.extend(program.column)
    proto.linear_constraint_matrix.coefficients.extend(program.coefficient)
    return proto
