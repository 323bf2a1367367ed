"""Several threads on one component: providers are divided into territories, each searched by a thread.

Members change places within a territory alone, so searches side by side cannot meet and what they gain adds
up. Every round draws other borders, so that every pair of neighbors is in one territory now and then.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array

from solver.layout import Layout
from solver.part import Part, part_of
from solver.problem import Int32, Int64
from solver.side_by_side import run_side_by_side
from solver.stage import Stage
from solver.verify import left_out

SMOOTHINGS = 4
"""Times that a provider takes on the mean of its neighbors: more of them give the same borders every time."""

FEWEST = 20
"""Providers of a territory that are worth a thread."""


class Territories:
    """Draws so many of a stage without ceilings."""

    def __init__(self, stage: Stage, layout: Layout, number: int, seed: int) -> None:
        self.stage = stage
        self.number = number
        self._random = np.random.default_rng(seed)
        self._near = nearness(stage, layout)
        self._arcs = np.bincount(stage.problem.provider, minlength=stage.problem.providers)

    def drawn(self, flow: Int32) -> list[Part]:
        """So many parts of about equal size, with whoever is there; who is left out is in one of them."""
        problem = self.stage.problem
        territory = self._drawn()
        home = territory[problem.provider[self._any_arc()]]
        here, out = territory[problem.provider], left_out(problem, flow)
        parts = []
        for number in range(self.number):
            inside = np.bincount(problem.class_of_arc, np.where(here == number, flow, 0), problem.classes)
            count = inside + np.where(home == number, out, 0)
            parts.append(part_of(self.stage, territory == number, count.astype(np.int32)))
        return parts

    def _drawn(self) -> Int64:
        """A territory for each provider: random heights, smoothed over neighbors, cut into slices."""
        height = self._random.standard_normal(self.stage.problem.providers)
        members = np.maximum(self._near.sum(axis=0), 1.0)
        groups = np.maximum(self._near.sum(axis=1), 1.0)
        for _ in range(SMOOTHINGS):
            height = self._near @ ((self._near.T @ height) / members) / groups
            height -= height.mean()
        order = np.argsort(height, kind="stable")
        before = np.cumsum(self._arcs[order]) - self._arcs[order]
        territory = np.empty(len(order), np.int64)
        slices = before * self.number // max(int(self._arcs.sum()), 1)
        territory[order] = np.minimum(slices, self.number - 1)  # who has no arcs may come last
        return territory

    def _any_arc(self) -> Int64:
        """An arc of every class, by chance; any arc at all for a class without."""
        problem = self.stage.problem
        width = np.diff(problem.indptr)
        arc = problem.indptr[:-1] + (self._random.random(problem.classes) * width).astype(np.int64)
        return np.minimum(arc, problem.arcs - 1)


def nearness(stage: Stage, layout: Layout) -> csr_array:
    """Providers by groups of classes: whether the provider has an arc to the group."""
    problem = stage.problem
    group = np.empty(problem.classes, np.int64)
    group[layout.group_class] = np.repeat(np.arange(len(layout.group_ptr) - 1), np.diff(layout.group_ptr))
    ones = np.ones(problem.arcs)
    shape = (problem.providers, len(layout.group_ptr) - 1)
    near = csr_array((ones, (problem.provider, group[problem.class_of_arc])), shape=shape)
    near.sum_duplicates()
    near.data[:] = 1.0
    return near


def territories_of(stage: Stage, layout: Layout, threads: int, seed: int) -> Territories | None:
    """One territory a thread, none too small; None where one is all, or a ceiling would couple several."""
    number = min(threads, len(np.unique(stage.problem.provider)) // FEWEST)
    return None if stage.ceilings or number < 2 else Territories(stage, layout, number, seed)


def searched(
    parts: Sequence[Part], search: Callable[[int, Part], Int32], listen: Callable[[], object], flow: Int32
) -> Int32:
    """The flow after `search(number, part)` of all parts, side by side; the caller's thread listens."""
    found = dict[int, Int32]()

    def task(number: int, part: Part) -> Callable[[], None]:
        def run() -> None:
            found[number] = search(number, part)

        return run

    run_side_by_side([task(*each) for each in enumerate(parts)], None, listen)
    flow = flow.copy()
    for number, part in enumerate(parts):
        part.write(found[number], flow)
    return flow
