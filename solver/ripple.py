"""How far a loss ripples: whoever might have to make room, by the bound's prices, decided anew by annealing.

Most classes have one arc that is clearly the cheapest at those prices, and their members are on it: they
stay. What is left is a tenth to a third of the whole, and an annealing that begins hot gets through it in a
fraction of a second.
"""

import numpy as np

from solver.bound.cut import cut
from solver.bound.lagrangian import Bound
from solver.clock import Clock
from solver.layout import layout_of
from solver.problem import Bool, Int32, Problem
from solver.residual import residual
from solver.search.pace import pace_of
from solver.search.schedule import Annealing
from solver.stage import stage_of
from solver.verify import left_out


def rippled(problem: Problem, flow: Int32, closed: Bool, bound: Bound, reach: float, clock: Clock) -> Int32:
    """A flow at least as good as `flow`, which keeps every limit, found before the clock ends.

    No member goes along the arcs `closed`. `reach`: cost above the cheapest arc (at the prices of `bound`)
    within which an arc of a class counts as one that it might take. One objective: tiers are not looked at.
    """
    free = _undecided(problem, flow, bound, reach)
    held = np.where(free[problem.class_of_arc], 0, flow).astype(np.int32)
    count = np.where(free, problem.count, 0).astype(np.int32)
    part = residual(problem, held, count, ~closed)
    if not part.problem.arcs:
        return flow
    stage = stage_of(part.problem, 0)
    start = part.own(_overfull(problem, flow, bound))
    providers = np.unique(problem.provider[part.arcs]).astype(np.int64)
    inside = cut(bound, problem, part.arcs, np.flatnonzero(count > 0), providers)
    annealing = Annealing(stage, layout_of(stage), inside, start, clock.params.seed)
    best = part.own(flow)
    value = stage.value(best)

    def found(other: Int32) -> None:
        nonlocal best, value
        if stage.value(other) < value and not stage.faults(other):
            best, value = other, stage.value(other)

    annealing.run(pace_of(clock, stopped=lambda: clock.stopped() is not None), found)
    return part.joined(best)


def _undecided(problem: Problem, flow: Int32, bound: Bound, reach: float) -> Bool:
    """Classes with members left out, with two arcs that they might take, or on one that they would not."""
    near = bound.dearer <= reach
    choices = np.bincount(problem.class_of_arc, near, problem.classes)
    elsewhere = np.bincount(problem.class_of_arc, (flow > 0) & ~near, problem.classes)
    undecided: Bool = (left_out(problem, flow) > 0) | (choices > 1) | (elsewhere > 0)
    return undecided


def _overfull(problem: Problem, flow: Int32, bound: Bound) -> Int32:
    """Whoever is left out goes where the relaxed problem has them, whether there is room or not."""
    full, out = flow.copy(), left_out(problem, flow)
    missing = np.flatnonzero((out > 0) & (bound.choice >= 0))
    full[bound.choice[missing]] += out[missing].astype(np.int32)
    return full
