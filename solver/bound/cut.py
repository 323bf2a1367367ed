"""A bound seen from a part of its stage: what it says about the part's own arcs, pairs and providers."""

from dataclasses import replace

import numpy as np

from solver.bound.lagrangian import Bound, Multipliers
from solver.layout import Float
from solver.problem import Int64, Problem


def cut(bound: Bound, problem: Problem, arcs: Int64, classes: Int64, providers: Int64) -> Bound:
    """What guides a search among some arcs, classes and providers of the problem, renumbered in this order.

    Its value remains that of the whole. A class that takes an arc elsewhere takes none here.
    """
    at = bound.multipliers

    def own(slots: Float) -> Float:
        return slots.reshape(-1, problem.providers)[:, providers].ravel()

    here = np.full(problem.arcs + 1, -1)  # the last entry answers for -1
    here[arcs] = np.arange(len(arcs))
    return replace(
        bound,
        multipliers=Multipliers(own(at.price), own(at.room), at.ceiling),
        dearer=bound.dearer[arcs],
        pair_dearer=bound.pair_dearer[_pairs(problem, arcs)],
        out_dearer=bound.out_dearer[classes],
        choice=here[bound.choice[classes]],
    )


def _pairs(problem: Problem, arcs: Int64) -> Int64:
    """Numbers, through all distinct limits, of the pairs that arcs mention."""
    numbers, offset = [np.zeros(0, np.int64)], 0
    for distinct in problem.distinct:
        numbers.append(distinct.pairs_of(arcs) + offset)
        offset += len(distinct.pair_provider)
    return np.concatenate(numbers)
