"""One tier: bound it, find a good flow, improve it until it is proven or the time is up."""

from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.bound.floor import floor_bound
from solver.bound.lagrangian import bound_by_prices
from solver.clock import Clock
from solver.exact.highs import Effort
from solver.exact.model import most_flow
from solver.exact.prove import prove
from solver.problem import Int32
from solver.result import Phase, relative_gap
from solver.stage import Stage

BOUND_ITERATIONS = 200

Prices = tuple[npt.NDArray[np.float64], ...]


@dataclass(frozen=True)
class Start:
    """`flow` keeps everything the stage demands; `hint` may not, and is worth repairing."""

    flow: Int32
    hint: Int32 | None = None


@dataclass(frozen=True)
class Outcome:
    """The best flow found, a valid bound, shadow prices, and in words what was done."""

    flow: Int32
    bound: int
    detail: str = ""
    prices: Prices = field(default=())
    opening_prices: Prices = field(default=())


class Watch:
    """Knows the incumbent and the bound of one tier, tells the clock of both, and says when to stop."""

    def __init__(self, clock: Clock, tier: int) -> None:
        self.clock = clock
        self.tier = tier
        self.phase: Phase = "bound"
        self.value: int | None = None
        self.bound: int | None = None

    def tell(self, phase: Phase, value: int | None = None, bound: int | None = None) -> None:
        """Note a change and report it."""
        self.phase = phase
        self.value = value if value is not None else self.value
        self.bound = bound if bound is not None else self.bound
        self.clock.report(self.phase, self.tier, self.value, self.bound)

    def stop(self) -> bool:
        """Asked often by everything that runs long: report, and say whether to end."""
        self.clock.report(self.phase, self.tier, self.value, self.bound)
        return self.clock.stopped() is not None

    def bounded(self, bound: int) -> bool:
        """The same for what raises the bound."""
        self.bound = max(bound, self.bound) if self.bound is not None else bound
        return self.stop() or self.satisfied()

    def satisfied(self) -> bool:
        """Whether the gap is small enough."""
        if self.value is None or self.bound is None:
            return False
        return relative_gap(self.value, self.bound) <= self.clock.params.gap


def improve(stage: Stage, start: Start, watch: Watch, executor: Executor | None) -> Outcome:
    """Bring the stage as near to its optimum as the clock allows; never worse than `start.flow`."""
    flow = start.flow
    watch.tell("bound", stage.value(flow), floor_bound(stage))
    bound = bound_by_prices(stage, BOUND_ITERATIONS, watch.value, watch.bounded)
    watch.tell("bound", bound=bound.value)
    problem = stage.problem
    price, room = bound.multipliers.price, bound.multipliers.room
    prices = tuple(np.split(price, len(problem.summed))) if problem.summed else ()
    opening_prices = tuple(np.split(room, len(problem.distinct))) if problem.distinct else ()
    if not watch.satisfied() and not watch.stop():
        params = watch.clock.params
        effort = Effort(watch.clock.seconds_left, None, params.gap, params.seed % 2**31)
        watch.tell("exact")
        proof = prove(stage, most_flow(problem), flow, effort, watch.stop)
        flow = proof.flow if proof.flow is not None else flow
        watch.tell("exact", stage.value(flow), max(watch.bound or 0, proof.bound or 0))
    return Outcome(flow, watch.bound or 0, "", prices, opening_prices)
