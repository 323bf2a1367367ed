"""Path relinking and an exact engine in turns, or side by side: each begins where the other stands.

Where units fill knapsacks, `trees` take most turns of the exact engine, and all of them while they promise to
end; where relinking has no thread for itself, they share its time.

The engine first gets all arcs that a better flow could use, and again as long as it comes out ahead of the
search. What it cannot close is narrowed to arcs of the pool's assignments, which recombines them, and to the
cheapest of every class at the bound's prices.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass

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

WHOLE_ARCS = 8_000
"""Arcs up to which all that a better flow could use is tried at once."""

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
        self.trees = self._planted()
        self.among = None if self.beside or clock.work_left is not None else self.trees
        self._search(_seconds_within(clock, ALONE_SHARE, self.stage.problem.arcs / ALONE_ARCS), never_done)
        number, ahead = 0, True
        while not self.watch.satisfied() and not self.watch.stop():
            if self.trees is not None and self.trees.proven:
                return  # of a part, so that the watch asks for more
            if self.trees is not None and self.trees.promising(clock.left):
                self._walk(min(clock.left, LONGEST_WALK))
                continue
            most = fixed_by_price(self.stage, self.bound, self.stage.value(self.flow))
            whole = ahead and int((most > 0).sum()) <= WHOLE_ARCS
            seconds = _seconds_within(clock, WHOLE_SHARE if whole else ROUND_SHARE, _longest(clock, whole))
            if seconds < (SHORTEST_ROUND if clock.work_left is None else LEAST_WORK):
                self._walk(min(clock.left, LONGEST_WALK))
                continue
            number += 1
            if self.trees is not None and not whole and number % EXACT_TURN != 1:
                self._walk(min(seconds, LONGEST_WALK))
                continue
            if not whole:
                most = self._narrowed(most, NARROW[number // 2 % len(NARROW)])
            ahead = self._round(most, whole, seconds) and whole

    def _round(self, most: Int32, whole: bool, seconds: float) -> bool:
        """One call of the exact engine, and as much time for the search; both begin where this round does.

        So with a work limit it comes to the same whether they run side by side. Whether the engine was ahead
        of the search at the end.
        """
        clock = self.watch.clock
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
                ahead = self._take(proof, whole)
            self._search(seconds, never_done)
        return self._take(proof, whole) or ahead

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
        if self.relinking.value < trees.known:
            trees.begin(self.relinking.best, self.relinking.value)
        elif trees.stale:
            trees.begin(*self.relinking.another(trees.random))
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

    def _offer(self, trees: Trees) -> None:
        """What trees came to: kept if it is better, to the pool; and told what they prove."""
        flow = self.relinking.units.flow_of(trees.best)
        self._better(flow)
        self.relinking.add(flow)
        if self.entire and np.isfinite(trees.bound):
            bound = int(trees.bound) + self.stage.costs.constant
            self.watch.tell("exact", bound=min(bound, self.stage.value(self.flow)))

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
            if self.among is not None:
                self.among.begin(self.relinking.best, self.relinking.value)

    def _branch(self, trees: Trees) -> None:
        """One tree; if it was over all units, it may prove something."""
        if trees.stale:
            self._offer(trees)
            trees.begin(*self.relinking.another(trees.random))
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

    def _take(self, proof: Proof, whole: bool) -> bool:
        """What the exact engine found, and proved where it was given everything; whether that is better."""
        better = False
        if proof.flow is not None and self._better(proof.flow):
            better = True
            self.relinking.add(proof.flow)
            if self.among is not None:
                self.among.begin(self.relinking.best, self.relinking.value)
        if whole and self.entire and proof.bound is not None:
            self.watch.tell("exact", bound=min(proof.bound, self.stage.value(self.flow)))
        return better

    def _better(self, flow: Int32) -> bool:
        if self.stage.faults(flow) or self.stage.value(flow) >= self.stage.value(self.flow):
            return False
        self.flow = flow
        self.keep(flow)
        return True

    def _narrowed(self, most: Int32, width: int) -> Int32:
        problem = self.stage.problem
        usable: Bool = most > 0
        kept = cheapest(problem.indptr, self.bound.dearer, usable, width) | self.relinking.used()
        narrowed = most.copy()
        narrowed[~kept] = 0
        narrowed[self.flow > 0] = problem.count[problem.class_of_arc[self.flow > 0]]
        return narrowed


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


def _seconds_within(clock: Clock, share: float, most: float) -> float:
    return min(share * clock.left, most)


def _longest(clock: Clock, whole: bool) -> float:
    return clock.left if whole else LONGEST_ROUND


def _wait(call: "Future[Proof]", seconds: float = 0.2) -> None:
    try:
        call.result(seconds)
    except NotYetError:
        return
