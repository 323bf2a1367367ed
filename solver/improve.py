"""One tier: bound it, find a good flow, improve it until it is proven or the time is up."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.clock import Clock
from solver.component import Component
from solver.components import components_of
from solver.part import Part
from solver.problem import Int32
from solver.side_by_side import balanced, run_side_by_side
from solver.stage import Stage, nobody_placed
from solver.watch import Tally, Watch

CONSTRUCTION = 0.4
"""Share of the time that first flows may take, over all components."""

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

    All components get a first flow before any is improved. They run one after another, each with its share
    of the time, or in as many threads as the run has workers.
    """
    parts = components_of(stage)
    nobody = nobody_placed(stage.problem)
    rest = stage.value(nobody) - sum(each.stage.value(each.flow_of(nobody)) for each in parts)
    team = Team(parts, start, clock, tier, rest, executor)
    team.run(Component.construct, CONSTRUCTION)
    team.run(Component.refine, 1.0)
    return team.outcome(stage, start.flow)


class Team:
    """The components of a tier and what is known of each."""

    def __init__(
        self,
        parts: Sequence[Part],
        start: Start,
        clock: Clock,
        tier: int,
        rest: int,
        executor: Executor | None,
    ) -> None:
        self.parts = parts
        self.clock = clock
        self.executor = executor
        self.rest = rest
        self.sizes = [1.0 + part.stage.problem.arcs for part in parts]
        self.groups = balanced(self.sizes, clock.params.workers)
        self.tally = Tally(clock, tier, len(parts), rest, quiet=len(self.groups) > 1)
        hint = start.hint
        self.components = [
            Component(part.stage, part.flow_of(start.flow), None if hint is None else part.flow_of(hint))
            for part in parts
        ]
        self.watches = [Watch(clock, self.tally.relay_of(number)) for number in range(len(parts))]

    def run(self, step: Callable[[Component, Watch], None], share: float) -> None:
        """One step for every component, within a share of the time that is left."""
        clock = self.clock.within(share)
        if len(self.groups) == 1:
            self._run_group(step, self.groups[0], clock)
            self.clock.spend(clock.spent)
            return
        total = sum(self.sizes)
        own = [
            clock.within(1.0, sum(self.sizes[each] for each in group) / total).apart()
            for group in self.groups
        ]

        def task(group: list[int], clock: Clock) -> Callable[[], None]:
            return lambda: self._run_group(step, group, clock)

        tasks = [task(group, clock) for group, clock in zip(self.groups, own, strict=True)]
        run_side_by_side(tasks, self.executor, self._listen)
        self.clock.spend(sum(each.spent for each in own))

    def _listen(self) -> None:
        self.clock.cancelled()
        self.tally.tell()

    def _run_group(self, step: Callable[[Component, Watch], None], group: list[int], clock: Clock) -> None:
        """One component after another, the smallest first: what they leave over goes to the larger ones."""
        left = sum(self.sizes[number] for number in group)
        for number in reversed(group):
            own = clock.within(self.sizes[number] / left)
            left -= self.sizes[number]
            watch = self.watches[number]
            watch.clock = own
            step(self.components[number], watch)
            clock.spend(own.spent)

    def outcome(self, stage: Stage, flow: Int32) -> Outcome:
        """What the components come to together."""
        flow = flow.copy()
        problem = stage.problem
        prices = tuple(np.zeros(problem.providers) for _ in problem.summed)
        opening = tuple(np.zeros(problem.providers) for _ in problem.distinct)
        total = self.rest
        for part, component, watch in zip(self.parts, self.components, self.watches, strict=True):
            part.write(component.flow, flow)
            assert watch.bound is not None  # told before anything else
            total += min(watch.bound, component.stage.value(component.flow))
            providers = np.unique(problem.provider[part.arcs])
            if component.bound is None:
                continue
            at = component.bound.multipliers
            own = part.stage.problem
            for rows, mine, found in (
                (len(own.summed), prices, at.price),
                (len(own.distinct), opening, at.room),
            ):
                for each, row in zip(mine, found.reshape(rows, own.providers), strict=True):
                    each[providers] = row if len(row) == len(providers) else row[providers]
        return Outcome(flow, total, prices, opening)
