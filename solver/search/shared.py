"""Annealing and large neighborhoods by several threads, each in a territory of its own, round after round."""

from dataclasses import replace

import numpy as np

from solver.bound.cut import cut
from solver.bound.lagrangian import Bound
from solver.layout import Layout, layout_of
from solver.part import Part
from solver.problem import Int32
from solver.search.neighborhoods import Neighborhoods
from solver.search.pace import Pace
from solver.search.schedule import Annealing
from solver.search.state import state_of
from solver.search.territories import Territories, searched
from solver.stage import Stage
from solver.watch import Watch

ROUND = 0.1
"""Share of the annealing's schedule between two changes of borders."""

SHARE, SHORTEST = 0.34, 3.0
"""Share of what is left that neighborhoods are searched between two, and its least seconds (or units)."""


class SharedAnnealing(Annealing):
    """Every thread cools its own territory; the schedule is one for all."""

    def __init__(
        self, stage: Stage, layout: Layout, bound: Bound, start: Int32, seed: int, territories: Territories
    ) -> None:
        super().__init__(stage, layout, bound, start, seed)
        self.territories = territories

    def advance(self, pace: Pace, until: float) -> None:
        """Cool down to that point of the schedule."""
        while len(self.state.flow) > 0 and (now := pace.at(self.chunks)) < until:
            self._round(pace, min(until, now + ROUND))

    def _round(self, pace: Pace, until: float) -> None:
        threads, clock = self.territories.number, pace.clock.apart()
        flow = self.state.flow.astype(np.int32)
        chunks = None if pace.chunks is None else pace.chunks / threads
        own_pace = replace(pace, chunks=chunks, stopped=lambda: clock.stopped() is not None)
        done = [self.chunks // threads]

        def search(number: int, part: Part) -> Int32:
            own = Annealing(*_inside(self.stage, self.bound, part), part.flow_of(flow), self.seed + number)
            own.chunks = self.chunks // threads
            own.advance(own_pace, until)
            done.append(own.chunks)
            return own.state.flow.astype(np.int32)

        flow = searched(self.territories.drawn(flow), search, pace.stopped, flow)
        self.chunks = threads * max(done)
        self.state = state_of(self.layout, self.stage.problem.class_of_arc, flow)


class SharedNeighborhoods:
    """Every thread improves its own territory, as `Neighborhoods` does."""

    def __init__(self, stage: Stage, bound: Bound, seed: int, territories: Territories) -> None:
        self.stage = stage
        self.bound = bound
        self.seed = seed
        self.territories = territories
        self._rounds = 0

    def improve(self, flow: Int32, watch: Watch) -> Int32:
        """A flow at least as good; `flow` is not changed."""
        while not watch.stop() and not watch.satisfied():
            flow = self._round(flow, watch)
            watch.tell("improve", self.stage.value(flow))
        return flow

    def _round(self, flow: Int32, watch: Watch) -> Int32:
        threads, clock = self.territories.number, watch.clock
        share = min(1.0, max(SHARE, SHORTEST / max(clock.left, 1e-9)))  # time may be up by now
        own_clocks = [clock.apart().within(share, share / threads) for _ in range(threads)]

        def search(number: int, part: Part) -> Int32:
            seed = (self.seed, self._rounds, number)
            own = Neighborhoods(*_inside(self.stage, self.bound, part), seed)
            return own.improve(part.flow_of(flow), Watch(own_clocks[number], _nobody))

        self._rounds += 1
        found = searched(self.territories.drawn(flow), search, watch.cancelled, flow)
        clock.spend(sum(each.spent for each in own_clocks))
        return found


def _inside(stage: Stage, bound: Bound, part: Part) -> tuple[Stage, Layout, Bound]:
    """A territory's own stage, layout and bound."""
    own = cut(bound, stage.problem, part.arcs, part.classes, part.providers)
    return part.stage, layout_of(part.stage), own


def _nobody(*_: object) -> None:
    """Nobody is told: the thread that waits for all reports."""
