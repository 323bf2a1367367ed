"""Path relinking and an exact engine in turns, or side by side: each begins where the other stands.

Where units fill knapsacks, `trees` take most turns of the exact engine, and all of them while they promise to
end; where relinking has no thread for itself, they share its time.

The engine gets the arcs that a flow below some target could use. Where it exhausts them, no flow costs less
than the target, and the next one is higher, until it is the best flow's own cost; where it does not, the next
one is lower. What it can close in no way is narrowed to arcs of the pool's assignments, which recombines
them, and to the cheapest of every class at the bound's prices.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from math import ceil

import numpy as np

from solver.bound.lagrangian import Bound
from solver.clock import Clock
from solver.exact.fix import fixed_by_price
from solver.exact.highs import Effort
from solver.exact.prove import Proof, prove
from solver.narrow import cheapest
from solver.problem import Bool, Int32
from solver.search.packing import Packing
from solver.search.relink import Relinking
from solver.search.trees import Trees
from solver.stage import Stage
from solver.watch import Watch

ALONE_SHARE, ALONE_ARCS = 0.1, 1_000
"""The search first has this share of the time for itself, but at most a second for so many arcs."""

WHOLE_SHARE, ROUND_SHARE = 0.3, 0.2
"""Share of the time left that one call of the exact engine gets: for everything, and once narrowed."""

LONGEST_ROUND = 10.0
"""Seconds (or units of work) of a narrowed call."""

SHORTEST_ROUND, LEAST_WORK = 2.0, 0.2
"""Seconds and units of work below which a round is not worth it: the search has what is left."""

REACH, LEAST_REACH = 0.25, 0.05
"""Share of the gap at which the first target is, and below which none is."""

MOST_ARCS = 8_000
"""Arcs up to which all that a flow below the target could use is tried."""

NARROW = (2, 3, 4)
"""Cheapest arcs of every class beside those of the pool, one round after another."""

EXACT_TURN, LONGEST_WALK = 4, 4.0
"""Which rounds are the exact engine's where it shares a thread with trees; seconds (or work) of others."""

NODES_A_UNIT = 20
"""Nodes of the exact engine's tree that one unit of work stands for."""


@dataclass
class Rounds:
    """`keep` is given every better flow. `entire`: a bound of this stage is one of the whole component's.

    `beside`: a processor is free for the exact engine. `packing`: None where units fill no knapsacks.
    """

    stage: Stage
    bound: Bound
    relinking: Relinking
    packing: Packing | None
    watch: Watch
    keep: Callable[[Int32], None]
    entire: bool
    beside: bool

    def run(self, flow: Int32) -> None:
        """Search until the watch says stop, or nothing better is possible; `flow` keeps all limits."""
        self.flow = flow
        self.relinking.add(flow)
        clock = self.watch.clock
        self.low, self.reach = self.bound.value, REACH
        self.trees = self._planted()
        self.among = None if self.beside or clock.work_left is not None else self.trees
        self._search(min(ALONE_SHARE * clock.left, self.stage.problem.arcs / ALONE_ARCS), never_done)
        number, ahead = 0, True
        while not self.watch.satisfied() and not self.watch.stop():
            if self.low >= self.stage.value(self.flow):
                return  # of a part, so that the watch asks for more
            seconds = min(ROUND_SHARE * clock.left, LONGEST_ROUND)
            short = seconds < (SHORTEST_ROUND if clock.work_left is None else LEAST_WORK)
            if short or (self.trees is not None and self.trees.promising(clock.left)):
                self._walk(min(clock.left, LONGEST_WALK))
                continue
            number += 1
            if self.trees is not None and not ahead and number % EXACT_TURN != 1:
                self._walk(min(seconds, LONGEST_WALK))
            else:
                ahead = self._round(number, seconds)

    def _round(self, number: int, seconds: float) -> bool:
        """One call of the exact engine, and as much time for the search; both begin where this round does.

        So with a work limit it comes to the same whether they run side by side. Whether the engine got on.
        """
        clock = self.watch.clock
        most, target = self._within_reach()
        if target is None:
            most = self._narrowed(NARROW[number // 2 % len(NARROW)])
        elif target >= self.stage.value(self.flow):
            seconds = WHOLE_SHARE * clock.left
        nodes = None if clock.work_left is None else 1 + int(seconds * NODES_A_UNIT)
        left = clock.seconds_left if clock.work_left is not None else seconds
        effort = Effort(left, nodes, 0.0, clock.params.seed % 2**31)
        self.watch.tell("exact")
        ahead = False
        if self.beside:
            proof = self._beside(most, effort, seconds)
        else:
            proof = prove(self.stage, most, self.flow, effort, self.watch.cancelled)
            if clock.work_left is None:
                ahead = self._take(proof, target)
            self._search(seconds, never_done)
        ahead = self._take(proof, target) or ahead
        if target is not None and (proof.closed or not ahead):
            self.reach = min(2 * self.reach, 1.0) if proof.closed else self.reach / 2
        return ahead

    def _within_reach(self) -> tuple[Int32, int | None]:
        """The most of every arc in flows below a target, and the target; None where none is near enough."""
        value = self.stage.value(self.flow)
        while self.reach >= LEAST_REACH:
            target = self.low + max(1, ceil(self.reach * (value - self.low)))
            most = fixed_by_price(self.stage, self.bound, target)
            if int((most > 0).sum()) <= MOST_ARCS:
                return np.maximum(most, self.flow), target
            self.reach /= 2
        return self.flow, None

    def _beside(self, most: Int32, effort: Effort, seconds: float) -> Proof:
        """The exact engine in a thread of its own, while this one searches."""
        ended = [False]
        with ThreadPoolExecutor(1) as own:
            call = own.submit(prove, self.stage, most, self.flow, effort, lambda: ended[0])
            deterministic = self.watch.clock.work_left is not None
            self._search(seconds, never_done if deterministic else call.done)
            while not call.done():
                ended[0] = self.watch.cancelled() or self.watch.satisfied()
                _wait(call)
            return call.result()

    def _walk(self, seconds: float) -> None:
        """Trees, and as much time for the search; both begin where this round does."""
        trees = self.trees
        if trees is None or trees is self.among:
            self._search(seconds, never_done)
            return
        self._begin(trees)
        clock, ended = self.watch.clock, [False]
        timed = clock.work_left is None
        if self.beside:
            with ThreadPoolExecutor(1) as own:
                call = own.submit(_grow, trees, seconds, clock.apart(), lambda: ended[0])
                self._search(seconds, call.done if timed else never_done)
                ended[0] = timed
                call.result()
        else:
            _grow(trees, seconds, clock, never_done)
            self._search(seconds, never_done)
        self._offer(trees)

    def _begin(self, trees: Trees) -> None:
        """Trees go on from what the search found if that is better, or from elsewhere if it is time to."""
        if self.relinking.value < trees.known:
            trees.begin(self.relinking.best, self.relinking.value)
        elif trees.stale:
            trees.begin(*self.relinking.another(trees.random))

    def _offer(self, trees: Trees) -> None:
        """What trees came to: kept if it is better, to the pool; and told what they prove."""
        flow = self.relinking.units.flow_of(trees.best)
        self._better(flow)
        self.relinking.add(flow)
        if np.isfinite(trees.bound):
            self._raise(int(trees.bound) + self.stage.costs.constant)

    def _search(self, seconds: float, done: Callable[[], bool]) -> None:
        """Relink for so long (or for so much work), or until done."""
        clock, first, before = self.watch.clock, self.watch.clock.seconds, self._work()
        self.watch.phase = "improve"
        while not done() and not self.watch.stop() and not self.watch.satisfied():
            worked = self._work() - before
            if (clock.seconds - first if clock.work_left is None else worked) >= seconds:
                break
            if self.among is None or self.relinking.work <= self.among.work:
                self._descend()
            else:
                self._branch(self.among)
        if clock.work_left is not None:
            clock.spend(max(seconds, self._work() - before))

    def _descend(self) -> None:
        value = self.relinking.value
        self.relinking.run()
        if self.relinking.value < value:
            self._better(self.relinking.flow)

    def _branch(self, trees: Trees) -> None:
        """One tree; if it was over all units, it may prove something."""
        if trees.stale:
            self._offer(trees)
        self._begin(trees)
        bound = trees.bound
        trees.run(self.watch.clock.left)
        if trees.known < self.relinking.value or trees.bound > bound:
            self._offer(trees)

    def _planted(self) -> Trees | None:
        if self.packing is None:
            return None
        seed = abs(self.watch.clock.params.seed)
        return Trees(self.packing, self.relinking.best, self.relinking.value, (seed,))

    def _work(self) -> float:
        return self.relinking.work + (0.0 if self.among is None else self.among.work)

    def _take(self, proof: Proof, target: int | None) -> bool:
        """What the exact engine found, and proved if it had all that is below a target; whether it got on."""
        better = False
        if proof.flow is not None and self._better(proof.flow):
            better = True
            self.relinking.add(proof.flow)
        if target is not None and proof.bound is not None:
            self._raise(min(proof.bound, target))
        return better or (proof.closed and target is not None)

    def _raise(self, bound: int) -> None:
        """No flow of the stage costs less."""
        self.low = max(self.low, min(bound, self.stage.value(self.flow)))
        if self.entire:
            self.watch.tell("exact", bound=self.low)

    def _better(self, flow: Int32) -> bool:
        if self.stage.faults(flow) or self.stage.value(flow) >= self.stage.value(self.flow):
            return False
        self.flow = flow
        self.keep(flow)
        return True

    def _narrowed(self, width: int) -> Int32:
        """Arcs of the pool and the cheapest of every class, of those that a better flow could use."""
        problem = self.stage.problem
        most = fixed_by_price(self.stage, self.bound, self.stage.value(self.flow))
        usable: Bool = most > 0
        kept = cheapest(problem.indptr, self.bound.dearer, usable, width) | self.relinking.used()
        most[~kept] = 0
        most[self.flow > 0] = problem.count[problem.class_of_arc[self.flow > 0]]
        return most


def never_done() -> bool:
    """Nothing ends the search but its time."""
    return False


def _grow(trees: Trees, seconds: float, clock: Clock, done: Callable[[], bool]) -> None:
    """Trees for so long (or for so much work), or until done."""
    first, before = clock.seconds, trees.work
    while not done() and clock.stopped() is None and not trees.proven:
        worked = trees.work - before
        if (clock.seconds - first if clock.work_left is None else worked) >= seconds:
            return
        trees.run(clock.left)


def _wait(call: "Future[Proof]", seconds: float = 0.2) -> None:
    try:
        call.result(seconds)
    except NotYetError:
        return
