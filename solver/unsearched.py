"""The result of a flow that nobody searched for: its values, and bounds that need no search."""

from solver.bound.floor import floor_bound
from solver.problem import Int32, Problem
from solver.result import Result, Termination, TierResult
from solver.stage import stage_of
from solver.verify import evaluate

NOT_BOUNDED = "no bound was computed"
"""Detail of such a result, unless it is optimal: its gap is to what no limit leaves, and says nothing."""


def unsearched(problem: Problem, flow: Int32, termination: Termination, seconds: float = 0.0) -> Result:
    """What is held and why; `optimal` where the bounds prove it."""
    values = [evaluate(problem, costs, flow) for costs in problem.tiers]
    bounds = [
        min(floor_bound(stage_of(problem, tier, tuple(values[:tier]))), values[tier])
        for tier in range(len(values))
    ]
    tiers = tuple(map(TierResult, (costs.name for costs in problem.tiers), values, bounds))
    proven = all(tier.value == tier.bound for tier in tiers) and termination != "decided"
    if proven:
        return Result("optimal", flow, tiers, seconds)
    return Result(termination, flow, tiers, seconds, NOT_BOUNDED)
