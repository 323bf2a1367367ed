"""One tier: bound it, find a good flow, improve it until it is proven or the time is up."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.bound.floor import floor_bound
from solver.clock import Clock
from solver.components import components_of
from solver.crew import Found, Piece, work
from solver.part import Part
from solver.problem import Int32
from solver.stage import Stage, nobody_placed
from solver.watch import Tally

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

    Independent components are shared out among as many workers as the run has: threads, or the processes of
    an executor. A worker goes through its components one after another, each with its share of the time.
    Where there are more workers than components, each component has several threads (`search.territories`).
    """
    parts = components_of(stage, clock.cancelled)
    if clock.cancelled():
        return Outcome(start.flow, floor_bound(stage))
    nobody = nobody_placed(stage.problem)
    rest = stage.value(nobody) - sum(each.stage.value(each.flow_of(nobody)) for each in parts)
    tally = Tally(clock, tier, len(parts), rest)
    hint = start.hint
    pieces = [
        Piece(part, part.flow_of(start.flow), None if hint is None else part.flow_of(hint)) for part in parts
    ]
    answers = work(pieces, clock, tally, executor) if pieces else []  # nobody may go anywhere
    found = [
        each or Found(piece.flow, tally.bounds.get(number, floor_bound(piece.part.stage)), None)
        for number, (piece, each) in enumerate(zip(pieces, answers, strict=True))
    ]
    return _outcome(stage, start.flow, parts, found, rest)


def _outcome(stage: Stage, flow: Int32, parts: Sequence[Part], found: Sequence[Found], rest: int) -> Outcome:
    """What the components come to together."""
    flow, problem = flow.copy(), stage.problem
    prices = tuple(np.zeros(problem.providers) for _ in problem.summed)
    opening = tuple(np.zeros(problem.providers) for _ in problem.distinct)
    for part, each in zip(parts, found, strict=True):
        part.write(each.flow, flow)
        if each.prices is None:
            continue
        own = part.stage.problem
        for rows, whole, at in (
            (len(own.summed), prices, each.prices.price),
            (len(own.distinct), opening, each.prices.room),
        ):
            for mine, row in zip(whole, at.reshape(rows, own.providers), strict=True):
                mine[part.providers] = row
    return Outcome(flow, rest + sum(each.bound for each in found), prices, opening)
