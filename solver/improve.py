"""One tier: bound it, find a good flow, improve it until it is proven or the time is up."""

from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.bound.floor import floor_bound
from solver.bound.lagrangian import Bound, bound_by_prices, relaxed_flow
from solver.clock import Clock
from solver.components import components_of
from solver.exact.fix import fixed_by_price
from solver.exact.highs import Effort
from solver.exact.prove import prove
from solver.layout import layout_of
from solver.part import Part
from solver.problem import Int32
from solver.search.neighborhoods import Neighborhoods
from solver.search.schedule import CHUNK, MOVES_A_SECOND, Annealing
from solver.stage import Stage, nobody_placed
from solver.watch import Tally, Watch

ITERATIONS = 200
FEW_ITERATIONS = 60
TINY_ARCS = 2_000
EXACT_ARCS = 8_000
ARC_SWEEPS_A_UNIT = 2e6
"""Arcs that one unit of work sweeps while prices are found."""

MOVES_FOR_A_CLASS = 1_000
"""Moves that a full annealing of one class takes; with fewer, the schedule begins cooler."""

LATEST = 0.6
NODES_A_UNIT = 20
BOUND_SHARE, SEARCH_SHARE = 0.2, 0.45

Prices = tuple[npt.NDArray[np.float64], ...]


@dataclass(frozen=True)
class Start:
    """`flow` keeps everything the stage demands; `hint` may not, and is worth repairing."""

    flow: Int32
    hint: Int32 | None = None


@dataclass(frozen=True)
class Outcome:
    """The best flow found, a valid bound, and shadow prices."""

    flow: Int32
    bound: int
    prices: Prices = field(default=())
    opening_prices: Prices = field(default=())


def improve(stage: Stage, tier: int, start: Start, clock: Clock, executor: Executor | None) -> Outcome:
    """Bring a tier as near to its optimum as the clock allows; never worse than `start.flow`.

    Components run one after another, each with its share of the time, or side by side in `executor`
    (of threads).
    """
    parts = components_of(stage)
    if len(parts) == 1 and parts[0].stage is stage:
        return _improve_part(stage, start, Watch(clock, Tally(clock, tier, 1).relay_of(0)))
    nobody = nobody_placed(stage.problem)
    rest = stage.value(nobody) - sum(each.stage.value(each.flow_of(nobody)) for each in parts)
    tally = Tally(clock, tier, len(parts), rest)
    sizes = np.array([each.stage.problem.arcs for each in parts], dtype=float)

    def run(number: int) -> Outcome:
        part = parts[number]
        share = 1.0 if executor is not None else float(sizes[number] / sizes[number:].sum())
        own = clock.within(share)
        hint = None if start.hint is None else part.flow_of(start.hint)
        begin = Start(part.flow_of(start.flow), hint)
        outcome = _improve_part(part.stage, begin, Watch(own, tally.relay_of(number)))
        clock.spend(own.spent)
        return outcome

    numbers = range(len(parts))
    outcomes = list(executor.map(run, numbers) if executor is not None else map(run, numbers))
    return _joined(stage, start.flow, parts, outcomes, rest)


def _joined(
    stage: Stage, flow: Int32, parts: tuple[Part, ...], outcomes: list[Outcome], rest: int
) -> Outcome:
    flow = flow.copy()
    problem = stage.problem
    prices = tuple(np.zeros(problem.providers) for _ in problem.summed)
    opening = tuple(np.zeros(problem.providers) for _ in problem.distinct)
    for part, outcome in zip(parts, outcomes, strict=True):
        part.write(outcome.flow, flow)
        providers = np.unique(problem.provider[part.arcs])
        for mine, theirs in zip(prices + opening, outcome.prices + outcome.opening_prices, strict=True):
            mine[providers] = theirs
    return Outcome(flow, rest + sum(each.bound for each in outcomes), prices, opening)


def _improve_part(stage: Stage, start: Start, watch: Watch) -> Outcome:
    """Bound, then exactly where small; else anneal, then re-solve neighborhoods."""
    flow = start.flow
    watch.tell("bound", stage.value(flow), floor_bound(stage))
    bound = _priced(stage, watch)
    watch.tell("bound", bound=bound.value)
    arcs = stage.problem.arcs
    if arcs > EXACT_ARCS and not watch.satisfied() and not watch.stop():
        flow = _searched(stage, bound, start, watch)
    if not watch.satisfied() and not watch.stop():
        most = fixed_by_price(stage, bound, stage.value(flow))
        if int((most > 0).sum()) <= EXACT_ARCS:
            flow = _proven(stage, most, flow, watch)
        else:
            seed = watch.clock.params.seed
            flow = Neighborhoods(stage, layout_of(stage), bound, seed).improve(flow, watch)
    problem, at = stage.problem, bound.multipliers
    return Outcome(
        flow,
        min(watch.bound if watch.bound is not None else bound.value, stage.value(flow)),
        tuple(at.price.reshape(len(problem.summed), problem.providers)),
        tuple(at.room.reshape(len(problem.distinct), problem.providers)),
    )


def _priced(stage: Stage, watch: Watch) -> Bound:
    clock, arcs = watch.clock, stage.problem.arcs
    end = clock.seconds + BOUND_SHARE * clock.seconds_left
    iterations = FEW_ITERATIONS if arcs <= TINY_ARCS else ITERATIONS
    each = (arcs + stage.problem.classes) / ARC_SWEEPS_A_UNIT
    if clock.work_left is not None:
        iterations = min(iterations, int(BOUND_SHARE * clock.work_left / max(each, 1e-9)))

    def enough(value: int) -> bool:
        late = clock.work_left is None and clock.seconds > end
        return watch.bounded(value) or late

    bound = bound_by_prices(stage, iterations, watch.value, enough)
    clock.spend(iterations * each)
    return bound


def _searched(stage: Stage, bound: Bound, start: Start, watch: Watch) -> Int32:
    """Anneal from the relaxed solution, or from a start worth keeping; the best feasible flow met."""
    clock = watch.clock
    best, value = start.flow, stage.value(start.flow)
    begin = relaxed_flow(stage, bound) if start.hint is None else start.hint
    annealing = Annealing(stage, layout_of(stage), bound, begin, clock.params.seed)
    first, span = clock.seconds, SEARCH_SHARE * clock.seconds_left
    work = None if clock.work_left is None else SEARCH_SHARE * clock.work_left

    moves = MOVES_A_SECOND * (span if work is None else work)
    cooled = LATEST * max(0.0, 1.0 - moves / (MOVES_FOR_A_CLASS * stage.problem.classes))

    def fraction(chunks: int) -> float:
        if watch.stop() or watch.satisfied():
            return 1.0
        done = (clock.seconds - first) / max(span, 1e-9)
        if work is not None:
            done = chunks * CHUNK / MOVES_A_SECOND / max(work, 1e-9)
        return cooled + (1.0 - cooled) * done

    def found(flow: Int32) -> None:
        nonlocal best, value
        if not stage.faults(flow) and stage.value(flow) < value:
            best, value = flow, stage.value(flow)
            watch.tell("improve", value)

    watch.phase = "construct"
    annealing.run(fraction, found)
    clock.spend(annealing.chunks * CHUNK / MOVES_A_SECOND)
    return best


def _proven(stage: Stage, most: Int32, flow: Int32, watch: Watch) -> Int32:
    """Solve exactly; with a work limit the tree is limited instead of the time."""
    clock = watch.clock
    nodes = None if clock.work_left is None else 1 + int(clock.work_left * NODES_A_UNIT)
    effort = Effort(clock.seconds_left, nodes, clock.params.gap, clock.params.seed % 2**31)
    watch.tell("exact")
    proof = prove(stage, most, flow, effort, watch.cancelled)
    flow = proof.flow if proof.flow is not None else flow
    watch.tell("exact", stage.value(flow), proof.bound)
    if not proof.closed:
        clock.spend(clock.work_left or 0.0)
    return flow
