"""Every flow of a tiny problem, and the best of them: what the engines must agree with."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from solver.problem import Int32, Problem
from solver.verify import evaluate, verify


def best_value(problem: Problem) -> tuple[int, ...]:
    """The lexicographically least values of the tiers over all flows that pass the checker."""
    return min(
        tuple(evaluate(problem, costs, flow) for costs in problem.tiers)
        for flow in every_flow(problem)
        if not verify(problem, flow)
    )


def every_flow(problem: Problem) -> Iterator[Int32]:
    """All ways to spread the members of every class over its arcs or leave them out."""
    per_class = [
        list(spreads(int(problem.count[c]), int(problem.indptr[c + 1] - problem.indptr[c])))
        for c in range(problem.classes)
    ]
    for choice in product(*per_class):
        yield np.array([members for spread in choice for members in spread], dtype=np.int32)


def spreads(members: int, arcs: int) -> Iterator[tuple[int, ...]]:
    """All ways to put at most `members` on `arcs` places."""
    if arcs == 0:
        yield ()
        return
    for first in range(members + 1):
        for rest in spreads(members - first, arcs - 1):
            yield (first, *rest)
