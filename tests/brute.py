"""`python -m tests.brute [--count N] [--seed S]`: the engine against brute force on tiny random problems.

Every kind of limit and cost occurs: summed and distinct limits, soft targets of both (convex costs), budgets,
strict tiers. For each problem, all flows are listed; the engine must find the best one and prove it, and must
never hold or claim anything wrong when it is stopped early or begins with some flow that breaks limits.
"""

import sys
import time
from argparse import ArgumentParser
from collections import Counter

import numpy as np

from solver.params import Params
from solver.problem import Problem
from solver.solve import solve
from solver.verify import evaluate, verify
from tests.solver.brute import best_value
from tests.solver.tiny import tiny

EARLY = 0.02
"""Units of work after which a run is stopped early."""


def faults(seed: int) -> list[str]:
    """All that the engine gets wrong on problem number `seed`."""
    problem = tiny(seed)
    best = best_value(problem)
    return [*_whole_faults(problem, best), *_early_faults(problem, best, seed)]


def _whole_faults(problem: Problem, best: tuple[int, ...]) -> list[str]:
    result = solve(problem, Params(seconds=20))
    found = [f"flow: {fault}" for fault in verify(problem, result.flow)]
    values = tuple(evaluate(problem, costs, result.flow) for costs in problem.tiers)
    said = tuple(tier.value for tier in result.tiers)
    bounds = tuple(tier.bound for tier in result.tiers)
    if not values == said == bounds == best:
        found.append(f"optimum {best}, flow {values}, told {said}, bound {bounds}")
    if result.termination != "optimal":
        found.append(f"ended as {result.termination}")
    return found


def _early_faults(problem: Problem, best: tuple[int, ...], seed: int) -> list[str]:
    """Stopped early, from a random flow that may break limits: feasible, twice the same, bound below."""
    draw = np.random.default_rng(seed)
    start = draw.integers(0, 3, problem.arcs).astype(np.int32)
    params = Params(seconds=60, work=EARLY, seed=seed)
    first, second = solve(problem, params, start), solve(problem, params, start)
    found = [f"early flow: {fault}" for fault in verify(problem, first.flow)]
    if not np.array_equal(first.flow, second.flow) or first.tiers != second.tiers:
        found.append("the same seed and work, and another answer")
    tier = first.tiers[0]
    if not tier.bound <= best[0] <= tier.value:
        found.append(f"early: optimum {best[0]}, value {tier.value}, bound {tier.bound}")
    return found


def kinds(problem: Problem) -> list[str]:
    """What occurs in a problem."""
    have = {
        "summed limits": problem.summed,
        "distinct limits": problem.distinct,
        "budgets": problem.budgets,
        "convex costs": [each for costs in problem.tiers for each in costs.excess],
        "soft targets of distinct limits": [each for costs in problem.tiers for each in costs.crowding],
        "strict tiers": problem.tiers[1:],
        "no limit at all": not (problem.summed or problem.distinct or problem.budgets),
        "classes without arcs": (np.diff(problem.indptr) == 0).any(),
    }
    return [name for name, there in have.items() if there]


def main(arguments: list[str]) -> int:
    """Try them; 1 where anything is wrong."""
    parser = ArgumentParser(prog="python -m tests.brute", description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("--count", type=int, default=2_000, help="how many problems (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="number of the first (default %(default)s)")
    chosen = parser.parse_args(arguments)
    occurred: Counter[str] = Counter()
    wrong, begin = 0, time.monotonic()
    for seed in range(chosen.seed, chosen.seed + chosen.count):
        occurred.update(kinds(tiny(seed)))
        found = faults(seed)
        wrong += bool(found)
        for fault in found:
            print(f"problem {seed}: {fault}")
    seconds = time.monotonic() - begin
    print(f"{chosen.count} problems in {seconds:.0f} s, {wrong} wrong")
    for name, count in occurred.most_common():
        print(f"  {name}: {count}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
