"""How far a loss ripples: whoever might have to make room, by the bound's prices, decided anew by annealing.

Most classes have one arc that is clearly the cheapest at those prices, and their members are on it: they
stay. What is left is a tenth to a third of the whole, and an annealing that begins hot gets through it in a
fraction of a second.
"""

from dataclasses import replace

import numpy as np

from solver.bound.lagrangian import Bound, Multipliers
from solver.clock import Clock
from solver.layout import Float, layout_of
from solver.problem import Bool, Int32, Int64, Problem
from solver.residual import Residual, residual
from solver.search.schedule import CHUNK, MOVES_A_SECOND, Annealing
from solver.stage import stage_of
from solver.verify import left_out


def rippled(problem: Problem, flow: Int32, closed: Bool, bound: Bound, reach: float, clock: Clock) -> Int32:
    """A flow at least as good as `flow`, which keeps every limit, found before the clock ends.

    No member goes along the arcs `closed`. `reach`: cost above the cheapest arc (at the prices of `bound`)
    within which an arc of a class counts as one that it might take. One objective: tiers are not looked at.
    """
    free = _undecided(problem, flow, bound, reach)
    held = np.where(free[problem.class_of_arc], 0, flow).astype(np.int32)
    part = residual(problem, held, np.where(free, problem.count, 0).astype(np.int32), ~closed)
    if not part.problem.arcs:
        return flow
    stage = stage_of(part.problem, 0)
    start = part.own(_overfull(problem, flow, bound))
    annealing = Annealing(stage, layout_of(stage), _cut(bound, problem, part), start, clock.params.seed)
    best = part.own(flow)
    value, first, span, work = stage.value(best), clock.seconds, clock.seconds_left, clock.work_left

    def fraction(chunks: int) -> float:
        if clock.stopped() is not None:
            return 1.0
        if work is not None:
            return chunks * CHUNK / MOVES_A_SECOND / work
        return (clock.seconds - first) / span

    def found(other: Int32) -> None:
        nonlocal best, value
        if stage.value(other) < value and not stage.faults(other):
            best, value = other, stage.value(other)

    annealing.run(fraction, found)
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


def _cut(bound: Bound, problem: Problem, part: Residual) -> Bound:
    """What the bound says about the arcs, pairs and providers of the part."""
    providers = np.unique(problem.provider[part.arcs])
    at = bound.multipliers

    def own(slots: Float) -> Float:
        return slots.reshape(-1, problem.providers)[:, providers].ravel()

    return replace(
        bound,
        multipliers=Multipliers(own(at.price), own(at.room), at.ceiling),
        dearer=bound.dearer[part.arcs],
        pair_dearer=bound.pair_dearer[_pairs(problem, part.arcs)],
    )


def _pairs(problem: Problem, arcs: Int64) -> Int64:
    """Numbers, through all distinct limits, of the pairs that arcs mention."""
    numbers, offset = [np.zeros(0, np.int64)], 0
    for distinct in problem.distinct:
        mentioned = np.unique(distinct.pair[arcs]).astype(np.int64)
        numbers.append(mentioned[mentioned >= 0] + offset)
        offset += len(distinct.pair_provider)
    return np.concatenate(numbers)
