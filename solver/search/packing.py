"""An assignment with one limit as knapsacks: a bound above that of prices, and how dear each arc is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from solver.bound.knapsack import pack, surcharge
from solver.bound.lagrangian import SAFETY, Bound
from solver.layout import Float
from solver.problem import Bool, Int64
from solver.search.units import Units

ENTRIES_A_UNIT = 9e8
"""Entries of knapsacks that one unit of work computes."""

LARGEST = 4_000_000
"""Entries of the largest knapsack that is worth its memory."""

PATIENCE, SHRINK = 10, 0.7
"""Changes of worth without a better bound after which steps shrink, and to which share."""

SMALLEST_STEP = 1e-2
AIM = 0.003
"""Share of the bound by which an assignment is expected to cost more, while none is known."""


@dataclass
class Packing:
    """Arrays are [provider, unit]; the last provider, without room or use, stands for being left out.

    `worth`: of placing each unit, the best found. `real`: the bound that it proves, before rounding.
    """

    units: Units
    cost: Float
    use: Int64
    capacity: Int64
    worth: Float
    real: float = -np.inf
    entries: float = field(default=0.0, init=False)

    @property
    def size(self) -> float:
        """Entries of all knapsacks together."""
        return float(self.cost.shape[1] * (self.capacity + 1.0).sum())

    @property
    def allowed(self) -> Bool:
        """Which unit may go where."""
        return np.isfinite(self.cost)

    @property
    def margin(self) -> float:
        """What sums of costs and worth may err by."""
        return SAFETY * float(np.abs(self.worth).sum()) + 1e-6

    @property
    def exact(self) -> bool:
        """Whether that is little enough to tell whole costs apart."""
        return self.margin < 0.5

    @property
    def value(self) -> int:
        """No flow of the stage costs less."""
        return ceil(self.real - self.margin + self.units.stage.costs.constant)

    def climb(self, steps: int, value: float, enough: Callable[[int], bool]) -> None:
        """Raise the bound by so many changes of worth; `value`: what an assignment costs, or infinite.

        `enough(bound)` is asked after each.
        """
        providers, units = self.cost.shape
        free, allowed = np.ones(units, np.bool_), self.allowed
        chosen = np.zeros((providers, units), np.bool_)
        table = np.empty((units + 1, int(self.capacity.max()) + 1))
        worth, step, idle = self.worth.copy(), 1.0, 0
        for _ in range(steps):
            gained, entries = pack(self.cost, self.use, self.capacity, worth, free, allowed, chosen, table)
            self.entries += entries
            bound, idle = float(worth.sum()) - gained, idle + 1
            if bound > self.real + self.margin:
                self.real, self.worth, idle = bound, worth.copy(), 0
            elif idle == PATIENCE:
                worth, step, idle = self.worth.copy(), step * SHRINK, 0
            missed = 1.0 - chosen.sum(axis=0)
            aim = min(value, self.real + AIM * abs(self.real))
            if enough(self.value) or not missed.any() or step < SMALLEST_STEP:
                return
            worth = worth + step * max(aim - bound, 1.0) / float(missed @ missed) * missed

    def improved(self, bound: Bound) -> Bound:
        """The bound with this one's value; arcs are as dear as they are here, where units are classes."""
        real = self.real - self.margin + self.units.stage.costs.constant
        if real <= bound.real:
            return bound
        found = replace(bound, value=max(bound.value, self.value))
        if (self.units.stage.problem.count > 1).any():
            return found
        problem, dearer = self.units.stage.problem, self.dearer()
        row = np.searchsorted(self.units.klass, problem.class_of_arc)
        row = np.minimum(row, len(self.units.klass) - 1)
        present = self.units.klass[row] == problem.class_of_arc
        arc = np.where(present, dearer[problem.provider, row], np.inf)
        out = np.full(problem.classes, np.inf)
        out[self.units.klass] = dearer[-1]
        return replace(found, real=real, dearer=arc, out_dearer=out)

    def dearer(self) -> Float:
        """How much more than the bound every assignment costs that has a unit there; never below zero."""
        shape = (self.cost.shape[1] + 1, int(self.capacity.max()) + 1)
        dearer, free = np.empty(self.cost.shape), np.ones(self.cost.shape[1], np.bool_)
        _, entries = surcharge(
            self.cost, self.use, self.capacity, self.worth, free, self.allowed, np.empty(shape),
            np.empty(shape), dearer,
        )  # fmt: skip
        self.entries += entries
        return np.maximum(dearer, 0.0)


def packing_of(units: Units, bound: Bound) -> Packing | None:
    """Units as knapsacks, worth what the bound's prices say.

    None where limits are several or a knapsack is too large.
    """
    tables = units.tables
    if tables.capacity.shape[1] != 1:
        return None
    cost = np.ascontiguousarray(tables.cost.T)
    use = tables.use[:, :, 0].T
    capacity = np.clip(np.append(tables.capacity[:-1, 0], 0.0), 0.0, use.sum(axis=1))
    if (capacity.max() + 1) * (len(units.klass) + 1) > LARGEST:
        return None
    price = np.append(bound.multipliers.price, 0.0)
    worth = (cost + price[:, None] * use).min(axis=0)
    return Packing(units, cost, np.ascontiguousarray(use).astype(np.int64), capacity.astype(np.int64), worth)
