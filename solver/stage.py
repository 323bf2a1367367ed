"""One tier of a problem: what is minimized, and every global sum that has a ceiling."""

from dataclasses import dataclass, replace

import numpy as np

from solver.problem import Budget, Costs, Int32, Problem
from solver.verify import evaluate, verify


@dataclass(frozen=True)
class Ceiling:
    """value of `costs` <= `most`: a budget, or a former tier that may not get worse."""

    costs: Costs
    most: int


@dataclass(frozen=True)
class Stage:
    """Minimize `costs` over the flows of `problem` that keep its limits and all `ceilings`.

    The budgets of the problem are among the ceilings, so an engine need not look at them.
    """

    problem: Problem
    costs: Costs
    ceilings: tuple[Ceiling, ...] = ()

    def faults(self, flow: Int32) -> list[str]:
        """Every limit and ceiling that `flow` breaks, each with its amount."""
        found = verify(self.problem, flow)
        if found:
            return found
        for ceiling in self.ceilings:
            value = evaluate(self.problem, ceiling.costs, flow)
            if value > ceiling.most:
                found.append(f"{ceiling.costs.name}: {value} is {value - ceiling.most} above {ceiling.most}")
        return found

    def value(self, flow: Int32) -> int:
        """The exact value of `flow` in this tier."""
        return evaluate(self.problem, self.costs, flow)


def stage_of(problem: Problem, tier: int, values: tuple[int, ...] = ()) -> Stage:
    """Tier number `tier`, with the former tiers held at `values`."""
    former = tuple(Ceiling(costs, value) for costs, value in zip(problem.tiers, values, strict=False))
    budgets = tuple(Ceiling(budget_costs(problem, budget), budget.most) for budget in problem.budgets)
    return Stage(problem, problem.tiers[tier], former[:tier] + budgets)


def budget_costs(problem: Problem, budget: Budget) -> Costs:
    """A budget written as costs: its use on every arc, nothing else."""
    opening = tuple(np.zeros(len(each.pair_provider), np.int64) for each in problem.distinct)
    unassigned = np.zeros(problem.classes, np.int64)
    return Costs(budget.use.astype(np.int64), unassigned, opening, name=f"budget {budget.id}")


def nobody_placed(problem: Problem) -> Int32:
    """The flow that leaves everybody out; it keeps every limit and budget."""
    return np.zeros(problem.arcs, np.int32)


def with_costs(stage: Stage, costs: Costs) -> Stage:
    """The same limits under another objective."""
    return replace(stage, costs=costs)
