"""Large neighborhood search: set a few providers free, solve exactly for them, keep what is better.

Where to look comes from the bound: the gap between incumbent and bound is the sum of what each arc and pair
in use costs above its price, so providers are drawn by their share of it, with their nearest rivals.
"""

from dataclasses import dataclass

import numpy as np

from solver.bound.lagrangian import Bound
from solver.exact.highs import Effort
from solver.exact.model import most_flow
from solver.exact.prove import prove
from solver.layout import Float, Layout
from solver.part import Part, part_of
from solver.problem import Bool, Int32
from solver.search.territories import nearness
from solver.stage import Stage
from solver.verify import left_out
from solver.watch import Watch

FEWEST, MOST = 2, 10
SECONDS = 0.8
NODES = 60
GAP = 1e-4
WORK_FOR_ARC = 2e-4
"""Units of work that one arc of a neighborhood counts for."""


@dataclass
class Neighborhoods:
    """The search over one stage; `improve` runs it from a feasible flow until the watch says stop."""

    stage: Stage
    layout: Layout
    bound: Bound
    seed: int | tuple[int, ...]

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        self._near = nearness(self.stage, self.layout)
        self._free = 4

    def improve(self, flow: Int32, watch: Watch) -> Int32:
        """A flow at least as good; `flow` is not changed."""
        flow = flow.copy()
        value = self.stage.value(flow)
        loss = self._loss(flow)
        while not watch.stop() and not watch.satisfied():
            part = self._part(flow, loss)
            gained, closed = self._solve(part, flow, watch)
            if gained > 0:
                value -= gained
                loss = self._loss(flow)
                watch.tell("improve", value)
            self._free = min(self._free + 1, MOST) if closed else max(self._free - 1, FEWEST)
        return flow

    def _solve(self, part: Part, flow: Int32, watch: Watch) -> tuple[int, bool]:
        """Solve one neighborhood and write what is better into the flow."""
        clock = watch.clock
        arcs = part.stage.problem.arcs
        clock.spend(0.05 + arcs * WORK_FOR_ARC)
        if arcs == 0:
            return 0, True
        start = part.flow_of(flow)
        seconds = clock.seconds_left if clock.work_left is not None else min(SECONDS, clock.seconds_left)
        effort = Effort(seconds, NODES, GAP, int(self._random.integers(2**31 - 1)))
        proof = prove(part.stage, most_flow(part.stage.problem), start, effort)
        if proof.flow is None:
            return 0, False
        gained = part.stage.value(start) - part.stage.value(proof.flow)
        if gained > 0:
            part.write(proof.flow, flow)
        return gained, proof.within(part.stage.value(proof.flow), GAP)

    def _part(self, flow: Int32, loss: Float) -> Part:
        problem = self.stage.problem
        free = self._choose(loss)
        inside = free[problem.provider]
        held = np.where(inside, 0, flow).astype(np.int32)
        return part_of(self.stage, free, left_out(problem, held).astype(np.int32), held)

    def _choose(self, loss: Float) -> Bool:
        """A provider drawn by its share of the gap, and its nearest by shared groups, with some noise."""
        weight = loss + 0.2 * loss.mean() + 1e-9
        center = int(self._random.choice(len(loss), p=weight / weight.sum()))
        near = (self._near[[center]] @ self._near.T).toarray().ravel()
        near *= self._random.uniform(0.3, 1.0, len(near))
        near[center] = np.inf
        chosen = np.zeros(len(loss), np.bool_)
        chosen[np.argsort(-near, kind="stable")[: self._free]] = True
        return chosen

    def _loss(self, flow: Int32) -> Float:
        """Each provider's share of the gap."""
        problem, layout = self.stage.problem, self.layout
        loss = np.bincount(problem.provider, flow * self.bound.dearer, problem.providers)
        for d in range(layout.pair.shape[1]):
            used = np.unique(layout.pair[(flow > 0) & (layout.pair[:, d] >= 0), d])
            provider = layout.pair_slot[used] % problem.providers
            loss += np.bincount(provider, self.bound.pair_dearer[used], problem.providers)
        out = left_out(problem, flow) * self.bound.out_dearer
        loss += np.bincount(problem.provider, out[problem.class_of_arc], problem.providers)
        return loss.astype(np.float64)
