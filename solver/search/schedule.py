"""Annealing from a start, with penalties that grow as it cools, and a feasible flow at every checkpoint.

A penalty begins at the bound's price of the limit: where prices are right, a limit is then neither worth
exceeding nor worth avoiding, and moves find their way through it. Classes whose best arc is clearly better
than the second, at those prices and this temperature, are seldom tried.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.compiled import compiled
from solver.bound.lagrangian import Bound
from solver.bound.sweep import reduced_costs
from solver.layout import Float, Layout, Prices
from solver.problem import Int32, Int64
from solver.search.anneal import LONGEST_MOVE, anneal
from solver.search.pace import CHUNK, MOVES_A_SECOND, Pace
from solver.search.repair import repair
from solver.search.retreat import retreat, turns_of
from solver.search.squeeze import squeeze
from solver.search.state import State, network_of, state_of
from solver.stage import Ceiling, Stage

SQUEEZED = 100
"""Members left out whom a repair tries to place by moving somebody on: milliseconds each."""

HOT, COLD = 0.8, 0.001
"""Temperature at the beginning and at the end, as shares of what a typical arc costs."""

CONTESTED = 10.0
"""Temperatures by which the second-best arc of a class may cost more for the class to be tried often."""

OVER_GROWTH, CROWD_GROWTH = 16.0, 100.0
"""How many times the bound's price a unit (a pair) too many costs at the end; once that at the beginning."""

LEAST_OVER, LEAST_CROWD = 0.4, 0.4
"""Least price for that: a share of what a typical arc costs, by unit of use (by pair)."""

CHECKPOINTS = (0.4, 0.6, 0.75, 0.85, 0.95)


@dataclass(frozen=True)
class Scale:
    """Typical cost of an arc, and of a unit of use at every slot."""

    arc: float
    slot: Float


class Annealing:
    """One annealing run over a stage."""

    def __init__(self, stage: Stage, layout: Layout, bound: Bound, start: Int32, seed: int) -> None:
        self.stage = stage
        self.layout = layout
        self.bound = bound
        promise = bound.dearer + _pair_promise(layout, bound)
        margin = margins(layout.indptr, promise)
        self.turns = np.argsort(margin, kind="stable").astype(np.int32)
        self.margin = margin[self.turns]
        self.network = network_of(layout, stage.problem.class_of_arc, promise)
        self.state = state_of(layout, stage.problem.class_of_arc, start)
        self.scale = _scale(layout)
        self.weights = bound.multipliers.ceiling.copy()
        self.seed = seed
        self.chunks = 0
        self._log_arc = np.empty(LONGEST_MOVE, np.int64)
        self._log_members = np.empty(LONGEST_MOVE, np.int64)

    @property
    def work(self) -> float:
        """Units of work done so far."""
        return self.chunks * CHUNK / MOVES_A_SECOND

    def run(self, pace: Pace, found: Callable[[Int32], None]) -> None:
        """Cool down; `found(flow)` hears of flows on the way, and of the last one, that keep all limits."""
        for until in CHECKPOINTS:
            if pace.at(self.chunks) < until:
                self.advance(pace, until)
                found(self.repaired())
        self.advance(pace, 1.0)
        found(self.repaired())

    def advance(self, pace: Pace, until: float) -> None:
        """Cool down to that point of the schedule."""
        while len(self.state.flow) > 0 and (now := pace.at(self.chunks)) < until:
            self._chunk(now)

    def repaired(self) -> Int32:
        """A flow near the present one that keeps all limits of providers and places whoever fits."""
        state, net = self.state.copy(), self.network
        self._price_for_repair(state)
        turns = np.lexsort((np.diff(net.indptr), -self.layout.objectives[0].unassigned))
        repair(
            turns, net.limits, net.providers, net.arcs, net.indptr, net.level_ptr, net.pair_ptr,
            net.arc_of_pair, net.arc_ptr, net.arc_at, net.pair_at_ptr, net.pair_at, state.flow, state.cost,
            state.slots, state.levels, state.pairs, state.rooms, state.classes,
        )  # fmt: skip
        squeeze(
            turns, SQUEEZED, net.limits, net.providers, net.arcs, net.indptr, net.level_ptr, net.arc_ptr,
            net.arc_at, state.flow, state.cost, state.slots, state.levels, state.pairs, state.rooms,
            state.classes,
        )  # fmt: skip
        for ceiling in self.stage.ceilings:
            self._retreat(state, ceiling)
        return state.flow.astype(np.int32)

    def _retreat(self, state: State, ceiling: Ceiling) -> None:
        """Bring a state back under a ceiling that is on arcs alone, as budgets are."""
        net, costs = self.network, ceiling.costs
        convex = costs.excess or costs.crowding
        if costs.unassigned.any() or convex or any(each.any() for each in costs.opening):
            return
        burden = costs.arc.astype(np.float64)
        excess = float(burden @ state.flow) + costs.constant - ceiling.most
        for may_drop in (False, True):
            if excess <= 0.0:
                return
            out = self.layout.objectives[0].unassigned
            turns = turns_of(state.flow, state.cost, burden, self.stage.problem.class_of_arc, out)
            excess = retreat(
                turns, burden, excess, may_drop, net.limits, net.providers, net.arcs, net.indptr,
                net.level_ptr, state.flow, state.cost, state.slots, state.levels, state.pairs, state.rooms,
                state.classes,
            )  # fmt: skip

    def _price_for_repair(self, state: State) -> None:
        """What an arc takes from others is charged at the bound's prices, and no limit may be exceeded.

        Prices must not keep anybody out who could be placed, so only arcs that cost more than staying out
        are ruled out.
        """
        layout, at = self.layout, self.bound.multipliers
        blend = layout.blended(self.weights)
        reduced = np.empty(len(layout.provider))
        reduced_costs(blend.arc, layout.provider, layout.use, at.price, layout.providers, reduced)
        reduced[blend.arc >= np.repeat(blend.unassigned, np.diff(layout.indptr))] = np.inf
        infinite, crowd = np.full_like(layout.capacity, np.inf), np.full_like(layout.room, np.inf)
        opening = blend.opening + at.room[layout.pair_slot]
        dearest = np.full(len(blend.unassigned), 1e300)
        priced = Prices(reduced, dearest, opening, np.zeros_like(blend.slope), blend.constant)
        state.priced(priced, infinite, crowd)

    def _chunk(self, now: float) -> None:
        if len(self.weights) and self.chunks % 10 == 9:
            self._weigh_ceilings()
        net, state = self.network, self.state
        self._price(state, now)
        temperature = self.scale.arc * HOT * (COLD / HOT) ** now
        anneal(
            (self.seed * 1_000_003 + self.chunks) % 2**31, CHUNK, temperature,
            self.turns[: np.searchsorted(self.margin, CONTESTED * temperature)],
            net.limits, net.providers, net.arcs, net.indptr, net.level_ptr, net.pair_ptr, net.arc_of_pair,
            net.arc_ptr, net.arc_at, net.pair_at_ptr, net.pair_at, net.rank, state.flow, state.cost,
            state.slots, state.levels, state.pairs, state.rooms, state.classes, self._log_arc,
            self._log_members,
        )  # fmt: skip
        self.chunks += 1

    def _price(self, state: State, now: float) -> None:
        at = self.bound.multipliers
        over = np.maximum(at.price, LEAST_OVER * self.scale.slot) * OVER_GROWTH**now
        crowd = np.maximum(at.room, LEAST_CROWD * self.scale.arc) * CROWD_GROWTH**now
        state.priced(self.layout.blended(self.weights), over, crowd)

    def _weigh_ceilings(self) -> None:
        """Dearer where a ceiling is exceeded, cheaper where it is kept."""
        flow = self.state.flow.astype(np.int32)
        for g, ceiling in enumerate(self.stage.ceilings):
            exceeded = replace(self.stage, costs=ceiling.costs).value(flow) > ceiling.most
            least = self.scale.arc / max(float(ceiling.costs.arc.max(initial=1)), 1.0) * 0.01
            self.weights[g] = max(self.weights[g] * (1.25 if exceeded else 0.95), least)


def _pair_promise(layout: Layout, bound: Bound) -> Float:
    promise = np.zeros(len(layout.provider))
    for d in range(layout.pair.shape[1]):
        pair = layout.pair[:, d]
        named = pair >= 0
        promise[named] += 0.1 * bound.pair_dearer[pair[named]]
    return promise


def _scale(layout: Layout) -> Scale:
    first = layout.objectives[0]
    positive = first.arc[first.arc > 0]
    largest = float(first.unassigned.max(initial=1.0))
    arc = float(np.median(positive)) if len(positive) else max(largest / 10, 1.0)
    slots = [np.zeros(0)]
    for k in range(layout.limits):
        use = layout.use[:, k]
        count = np.maximum(np.bincount(layout.provider, use > 0, layout.providers), 1)
        mean = np.maximum(np.bincount(layout.provider, use, layout.providers) / count, 1.0)
        slots.append(arc / mean)
    return Scale(arc, np.concatenate(slots))


@compiled
def margins(indptr: Int64, promise: Float) -> Float:
    """By how much the second-best arc of every class is behind the best; infinite where there is none."""
    found = np.full(len(indptr) - 1, np.inf)
    for c in range(len(found)):
        first = second = np.inf
        for a in range(indptr[c], indptr[c + 1]):
            if promise[a] < first:
                first, second = promise[a], first
            elif promise[a] < second:
                second = promise[a]
        if second < np.inf:
            found[c] = second - first
    return found
