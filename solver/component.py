"""One independent part of a tier while it is solved: first a bound and a flow, then better ones."""

from dataclasses import dataclass, field

import numpy as np

from solver.bound.floor import floor_bound
from solver.bound.lagrangian import Bound, bound_by_prices, relaxed_flow
from solver.exact.fix import fixed_by_price
from solver.exact.highs import Effort
from solver.exact.model import most_flow
from solver.exact.prove import prove
from solver.layout import Layout, layout_of
from solver.narrow import is_wide, narrowed
from solver.part import Part, whole_of
from solver.problem import Int32
from solver.search.neighborhoods import Neighborhoods
from solver.search.pace import MOVES_A_SECOND, pace_of
from solver.search.packing import ENTRIES_A_UNIT, Packing, packing_of
from solver.search.relink import Relinking
from solver.search.rounds import Rounds
from solver.search.schedule import Annealing
from solver.search.shared import SharedAnnealing, SharedNeighborhoods
from solver.search.territories import territories_of
from solver.search.units import is_assignment, units_of
from solver.stage import Stage
from solver.watch import Watch

FIRST_ITERATIONS, ITERATIONS = 5, 200
CLIMB, CLIMB_SHARE = 300, 0.1
"""Most changes of worth that raise the bound of knapsacks, and most of the time for them."""

TINY_ARCS, EXACT_ARCS = 1_000, 8_000
"""Arcs up to which nothing is annealed, and up to which the whole is solved exactly."""

LEAST_ARCS, LEAST_SHARE = 400, 0.1
"""Arcs up to which assignments are solved exactly at once, and most of the time for that before relinking."""

ARC_SWEEPS_A_UNIT = 2e6
"""Arcs that one unit of work sweeps while prices are found."""

MOVES_FOR_A_CLASS = 1_000
"""Moves that a full annealing of one class takes; with fewer, the schedule begins cooler."""

LATEST = 0.3
"""Latest beginning of an annealing: with few moves it begins cooler."""

NODES_A_UNIT = 20
BOUND_SHARE, SEARCH_SHARE, SHORT_SHARE, CORE_SHARE = 0.25, 0.75, 0.1, 0.35
SHORT_SECONDS = 1.5
"""Most seconds of annealing where the exact engine does the rest."""

CORE_ARCS, MANY_ARCS = 0.6, 3
"""Arcs beside the cheapest of each class in the core, and arcs of a class from which it is solved first."""


SLOW, LOOK_BACK = 1e-4, 15
"""Prices have done their work once this many changes raise the bound by less than this share."""


@dataclass
class Component:
    """`flow` always keeps the limits; `hint` may not, and is worth repairing.

    `bound` holds for the whole stage; `inner` and `inside` are the part of it that is searched, and its own
    bound (all of it, unless classes have very many arcs). `threads`: so many may work on it side by side.
    """

    stage: Stage
    flow: Int32
    hint: Int32 | None
    threads: int = 1
    bound: Bound | None = None
    inside: Bound | None = None
    inner: Part = field(init=False)

    def __post_init__(self) -> None:
        self.inner = whole_of(self.stage)

    def construct(self, watch: Watch) -> None:
        """First prices, and a flow that follows them, however late it is."""
        watch.tell("bound", self.stage.value(self.flow), floor_bound(self.stage))
        if watch.stop():
            return
        self._price(watch, FIRST_ITERATIONS)
        if watch.satisfied() or watch.cancelled():
            return
        watch.phase = "construct"
        annealing = self._annealing(watch)
        self._keep(annealing.repaired(), watch)

    def refine(self, watch: Watch) -> None:
        """Better prices; then relink assignments; anything else exactly where small, or by neighborhoods."""
        watch.tell("bound", bound=self.bound.value if self.bound else None)
        if watch.satisfied() or watch.stop():
            return
        self._price(watch, ITERATIONS)
        assert self.bound is not None
        if watch.satisfied() or watch.stop():
            return
        layout = layout_of(self.inner.stage)
        if is_assignment(self.inner.stage, layout):
            if self.stage.problem.arcs <= LEAST_ARCS:
                most = fixed_by_price(self.stage, self.bound, self.stage.value(self.flow))
                self._prove(most, watch, LEAST_SHARE)
            if not watch.satisfied() and not watch.stop():
                self._relink(layout, watch)
            return
        if self.stage.problem.arcs > TINY_ARCS:
            self._anneal(watch)
        if watch.satisfied() or watch.stop():
            return
        most = fixed_by_price(self.stage, self.bound, self.stage.value(self.flow))
        if int((most > 0).sum()) > EXACT_ARCS:
            self._search_neighborhoods(watch)
            return
        if int((most > 0).sum()) > MANY_ARCS * self.stage.problem.classes:
            self._solve_core(most, watch)
            most = fixed_by_price(self.stage, self.bound, self.stage.value(self.flow))
        if not watch.satisfied() and not watch.stop():
            self._prove(most, watch)

    def _price(self, watch: Watch, iterations: int) -> None:
        """Raise the bound until that gets slow."""
        clock, problem = watch.clock, self.stage.problem
        end = clock.seconds + BOUND_SHARE * clock.seconds_left
        each = (problem.arcs + problem.classes) / ARC_SWEEPS_A_UNIT
        if clock.work_left is not None:
            iterations = min(iterations, max(1, int(BOUND_SHARE * clock.work_left / max(each, 1e-9))))
        risen: list[int] = []

        def enough(value: int) -> bool:
            risen.append(value)
            late = clock.work_left is None and clock.seconds > end
            return watch.bounded(value) or late or _slow(risen)

        start = None if self.bound is None else self.bound.multipliers
        if is_wide(problem):
            if start is None:
                found = narrowed(self.stage, self.flow, most_flow(problem), ITERATIONS, enough)
                self.bound, self.inside, self.inner = found.bound, found.inner, found.part
        else:
            self.bound = bound_by_prices(self.stage, iterations, watch.value, enough, start, watch.stop)
            self.inside = self.bound
        clock.spend(max(1, len(risen)) * each)
        assert self.bound is not None
        watch.tell("bound", bound=self.bound.value)

    def _annealing(self, watch: Watch, threads: int = 1) -> Annealing:
        assert self.inside is not None
        stage, seed = self.inner.stage, watch.clock.params.seed
        near = self.flow if self.hint is None else self.hint
        relaxed = self.hint is None and not (stage.ceilings and near.any())  # a budget wants a start nearby
        begin = relaxed_flow(stage, self.inside) if relaxed else self.inner.flow_of(near)
        layout = layout_of(stage)
        territories = territories_of(stage, layout, threads, seed)
        if territories is None:
            return Annealing(stage, layout, self.inside, begin, seed)
        return SharedAnnealing(stage, layout, self.inside, begin, seed, territories)

    def _anneal(self, watch: Watch) -> None:
        """From the relaxed solution, or from a start worth keeping; the best feasible flow met is kept."""
        clock = watch.clock
        annealing = self._annealing(watch, self.threads)
        share = SEARCH_SHARE
        if self.stage.problem.arcs <= EXACT_ARCS:
            longest = 1.0 if clock.work_left is not None else SHORT_SECONDS / max(clock.seconds_left, 1e-9)
            share = min(SHORT_SHARE, longest)
        work = share * (clock.seconds_left * self.threads if clock.work_left is None else clock.work_left)
        full = work * MOVES_A_SECOND / (MOVES_FOR_A_CLASS * self.stage.problem.classes)
        cooled = LATEST * max(0.0, 1.0 - full)
        watch.phase = "improve"
        annealing.run(
            pace_of(clock, share, cooled, lambda: watch.stop() or watch.satisfied()),
            lambda found: self._keep(found, watch),
        )
        clock.spend(annealing.work)

    def _keep(self, found: Int32, watch: Watch) -> None:
        """Hold a flow of the inner part if it is better and keeps every limit and ceiling."""
        flow = self.flow.copy()
        flow[:] = 0
        self.inner.write(found, flow)
        value = self.stage.value(flow)
        if value < self.stage.value(self.flow) and not self.stage.faults(flow):
            self.flow = flow
            watch.tell("improve", value)

    def _relink(self, layout: Layout, watch: Watch) -> None:
        assert self.inside is not None
        stage = self.inner.stage
        packing = packing_of(units_of(stage, layout, self.inside), self.inside)
        if packing is not None:
            self._climb(packing, watch)
            if watch.satisfied() or watch.stop():
                return
        relinking = Relinking(units_of(stage, layout, self.inside), watch.clock.params.seed)

        def keep(found: Int32) -> None:
            self._keep(found, watch)

        entire = stage is self.stage
        rounds = Rounds(stage, self.inside, relinking, packing, watch, keep, entire, self.threads > 1)
        rounds.run(self.inner.flow_of(self.flow))

    def _climb(self, packing: Packing, watch: Watch) -> None:
        """Raise the bound by knapsacks; it then says better than prices which arcs are worth a look."""
        assert self.inside is not None
        clock, stage = watch.clock, self.inner.stage
        end, steps, entire = clock.seconds + CLIMB_SHARE * clock.seconds_left, CLIMB, stage is self.stage
        if clock.work_left is not None:
            steps = min(steps, int(CLIMB_SHARE * clock.work_left * ENTRIES_A_UNIT / packing.size))

        def enough(value: int) -> bool:
            late = clock.work_left is None and clock.seconds > end
            return watch.bounded(value) or late if entire else watch.stop() or late

        packing.climb(steps, stage.value(self.inner.flow_of(self.flow)) - stage.costs.constant, enough)
        self.inside = packing.improved(self.inside)
        clock.spend(packing.entries / ENTRIES_A_UNIT)
        if entire:
            self.bound = self.inside
            watch.tell("bound", bound=self.inside.value)

    def _search_neighborhoods(self, watch: Watch) -> None:
        assert self.inside is not None
        stage, seed = self.inner.stage, watch.clock.params.seed
        layout = layout_of(stage)
        territories = territories_of(stage, layout, self.threads, seed)
        search: Neighborhoods | SharedNeighborhoods
        if territories is None:
            search = Neighborhoods(stage, layout, self.inside, seed)
        else:
            search = SharedNeighborhoods(stage, self.inside, seed, territories)
        self._keep(search.improve(self.inner.flow_of(self.flow), watch), watch)

    def _solve_core(self, most: Int32, watch: Watch) -> None:
        """Solve for the arcs that cost least above the bound alone: seldom is a better flow outside them.

        Pisinger, "A minimal algorithm for the multiple-choice knapsack problem", European Journal of
        Operational Research 83 (1995), calls them the core.
        """
        assert self.bound is not None
        clock, problem = watch.clock, self.stage.problem
        free = np.flatnonzero(most > 0)
        kept = int((1 + CORE_ARCS) * problem.classes)
        core = free[np.argsort(self.bound.dearer[free], kind="stable")[:kept]]
        within = self.flow.copy()
        within[core] = most[core]
        own = clock.within(CORE_SHARE)
        nodes = None if own.work_left is None else 1 + int(own.work_left * NODES_A_UNIT)
        effort = Effort(own.seconds_left, nodes, 0.0, clock.params.seed % 2**31)
        watch.tell("exact")
        proof = prove(self.stage, np.maximum(within, self.flow), self.flow, effort, watch.cancelled)
        clock.spend(own.work_left or 0.0)
        if proof.flow is not None:
            self.flow = proof.flow
            watch.tell("exact", self.stage.value(self.flow))

    def _prove(self, most: Int32, watch: Watch, share: float = 1.0) -> None:
        """Solve exactly in a share of the time left; with a work limit the tree is limited instead."""
        clock = watch.clock.within(share)
        nodes = None if clock.work_left is None else 1 + int(clock.work_left * NODES_A_UNIT)
        effort = Effort(clock.seconds_left, nodes, clock.params.gap, clock.params.seed % 2**31)
        watch.tell("exact")
        proof = prove(self.stage, most, self.flow, effort, watch.cancelled)
        self.flow = proof.flow if proof.flow is not None else self.flow
        watch.tell("exact", self.stage.value(self.flow), proof.bound)
        if not proof.closed:
            watch.clock.spend(clock.work_left or 0.0)


def _slow(risen: list[int]) -> bool:
    if len(risen) <= LOOK_BACK:
        return False
    return risen[-1] - risen[-1 - LOOK_BACK] < SLOW * abs(risen[-1])
