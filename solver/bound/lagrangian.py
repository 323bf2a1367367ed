"""Lagrangian relaxation of every limit and ceiling: a valid lower bound, and the prices that prove it.

What is left at given prices falls apart into groups of classes that share pairs (`polish.sweep`). Prices
begin where a softened problem settles (`smooth`), then follow the relative violation of their limit, with a
step that shrinks when the bound no longer rises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf

import numpy as np

from solver.bound.floor import floor_bound
from solver.bound.levels import Levels
from solver.bound.polish import sweep
from solver.bound.smooth import first_prices
from solver.bound.sweep import Frame, Relaxed, reduced_costs
from solver.layout import Float, Layout, layout_of
from solver.params import never
from solver.problem import Int32, Int64
from solver.stage import Stage

SAFETY = 1e-10
"""Share of the sum of all terms that is given away for rounding; 64-bit sums err by less than 1e-14."""

PATIENCE = 8
SHRINK = 0.6
STREAK = 3
GROW = 1.5
FIRST_STEP, NEXT_STEP = 1.0, 0.1
"""Step from no prices at all, and from prices that are nearly right."""

SMALLEST_STEP = 1e-3
MEMORY = 0.7
CLOSE_ROUNDS = 30
FINAL_ROUNDS = 200
STEEPEST = 2.0


@dataclass(frozen=True)
class Multipliers:
    """Prices of one unit of every slot, of one place of every room slot, of one unit of every ceiling."""

    price: Float
    room: Float
    ceiling: Float

    def moved(self, by: "Multipliers", step: float) -> "Multipliers":
        """A step along a direction, kept at or above zero."""
        return Multipliers(
            np.maximum(self.price + step * by.price, 0.0),
            np.maximum(self.room + step * by.room, 0.0),
            np.maximum(self.ceiling + step * by.ceiling, 0.0),
        )

    def blended(self, other: "Multipliers", share: float) -> "Multipliers":
        """`share` of these and the rest of the other."""
        return Multipliers(
            share * self.price + (1 - share) * other.price,
            share * self.room + (1 - share) * other.room,
            share * self.ceiling + (1 - share) * other.ceiling,
        )


@dataclass(frozen=True)
class Bound:
    """`value`: no flow of the stage costs less. `real`: the same before rounding.

    `dearer[a]`: how much more than `real` every flow costs for each member on arc a; `pair_dearer[o]`: if
    pair o is opened; `out_dearer[c]`: for each member left out. `choice`: the arc each class takes in the
    relaxed problem (-1: out).
    """

    value: int
    real: float
    multipliers: Multipliers
    dearer: Float
    pair_dearer: Float
    out_dearer: Float
    choice: Int64


class Relaxation:
    """The relaxed problem of one stage; `evaluate` gives its value and a direction of ascent."""

    def __init__(self, stage: Stage, layout: Layout) -> None:
        self.stage = stage
        self.layout = layout
        pairs, classes = len(layout.pair_slot), len(layout.members)
        self.frame = Frame(
            layout.members,
            layout.indptr,
            layout.pair,
            layout.group_ptr,
            layout.group_class,
            layout.group_pair_ptr,
            layout.group_pair,
        )
        self.reduced = np.empty(len(layout.provider))
        self.worth = np.empty(classes)
        self.slack = np.empty(pairs)
        self.choice = np.empty(classes, np.int64)
        self.opened = np.empty(pairs, np.int32)
        self.typical = self._typical()
        self.scale = self._scale()
        self.relative = self._relative()

    def zero(self) -> Multipliers:
        """Nothing has a price."""
        return Multipliers(
            np.zeros(len(self.layout.capacity)),
            np.zeros(len(self.layout.room)),
            np.zeros(len(self.layout.ceiling)),
        )

    def allowed(self, at: Multipliers) -> Multipliers:
        """The same prices, lowered where more would be worth nothing."""
        loads, rooms = self._levels(at.ceiling)
        return Multipliers(loads.allowed(at.price), rooms.allowed(at.room), at.ceiling)

    def evaluate(self, at: Multipliers, rounds: int) -> tuple[float, float, Multipliers]:
        """Bound at allowed prices, the sum of its terms' sizes, and a subgradient relative to the limits."""
        layout = self.layout
        blend = layout.blended(at.ceiling)
        reduced_costs(blend.arc, layout.provider, layout.use, at.price, layout.providers, self.reduced)
        opening = blend.opening + at.room[layout.pair_slot]
        sweep(
            self.frame,
            Relaxed(
                self.reduced, blend.unassigned, opening, self.worth, self.slack, self.choice, self.opened
            ),
            rounds,
        )
        loads, rooms = self._levels(at.ceiling)
        standing, in_rooms = loads.standing(at.price), rooms.standing(at.room)
        worth = layout.members * self.worth
        paid = standing.total + in_rooms.total + at.ceiling @ layout.ceiling
        value = worth.sum() + np.minimum(self.slack, 0.0).sum() - paid + blend.constant
        size = np.abs(worth).sum() + np.abs(paid) + opening.sum() + abs(blend.constant)
        size += at.price @ np.where(np.isinf(layout.capacity), 0.0, layout.capacity)
        load, opened = self._use()
        active = np.clip(load, standing.left, standing.right)
        kept = np.clip(opened, in_rooms.left, in_rooms.right)
        above = np.concatenate([loads.above(active), rooms.above(kept)])
        return float(value), float(size), Multipliers(
            (load - active) / self.relative.price,
            (opened - kept) / self.relative.room,
            (self._ceiling_values(above) - layout.ceiling) / self.relative.ceiling,
        )  # fmt: skip

    def direction(self, at: Multipliers, gradient: Multipliers) -> Multipliers:
        """The gradient in cost units, without what would only push a zero price below zero."""

        def useful(price: Float, slope: Float, scale: Float) -> Float:
            steep = np.clip(slope, -STEEPEST, STEEPEST)
            return np.where((price <= 0.0) & (slope < 0.0), 0.0, steep * scale)

        return Multipliers(
            useful(at.price, gradient.price, self.scale.price),
            useful(at.room, gradient.room, self.scale.room),
            useful(at.ceiling, gradient.ceiling, self.scale.ceiling),
        )

    def step(self, at: Multipliers, direction: Multipliers, step: float) -> Multipliers:
        """Move, but over no kink of a price: the direction behind a kink is another one."""
        loads, rooms = self._levels(at.ceiling)
        standing, in_rooms = loads.standing(at.price), rooms.standing(at.room)
        moved = at.moved(direction, step)
        price = np.clip(moved.price, standing.below, standing.above)
        room = np.clip(moved.room, in_rooms.below, in_rooms.above)
        return self.allowed(Multipliers(price, room, moved.ceiling))

    def _levels(self, weights: Float) -> tuple[Levels, Levels]:
        """Of slots, and of room slots."""
        layout, slots = self.layout, len(self.layout.capacity)
        slope, ptr = layout.blended(weights).slope, layout.level_ptr
        loads, rooms = slice(ptr[slots]), slice(ptr[slots], None)
        begin = layout.level_threshold
        return (
            Levels(layout.capacity, ptr[: slots + 1], begin[loads], slope[loads]),
            Levels(layout.room, ptr[slots:] - ptr[slots], begin[rooms], slope[rooms]),
        )

    def _use(self) -> tuple[Float, Float]:
        """Load of every slot and opened pairs of every room slot in the relaxed problem."""
        layout = self.layout
        placed = np.flatnonzero(self.choice >= 0)
        arc, members = self.choice[placed], layout.members[placed]
        loads = [
            np.bincount(layout.provider[arc], members * layout.use[arc, k], layout.providers)
            for k in range(layout.limits)
        ]
        pair = layout.pair[arc]
        used = np.zeros(len(layout.pair_slot))
        used[pair[pair >= 0]] = 1.0
        opened = np.bincount(layout.pair_slot, used, len(layout.room))
        self._placed, self._used = placed, used
        return np.concatenate([np.zeros(0), *loads]), opened.astype(np.float64)

    def _ceiling_values(self, above: Float) -> Float:
        """What every ceiling's costs come to in the relaxed problem, loads being that much above levels."""
        layout = self.layout
        values = np.zeros(len(layout.ceiling))
        out = layout.members.copy()
        out[self._placed] = 0.0
        for g, costs in enumerate(layout.objectives[1:]):
            values[g] = costs.constant + costs.unassigned @ out + costs.opening @ self._used
            values[g] += costs.arc[self.choice[self._placed]] @ layout.members[self._placed]
            values[g] += costs.slope @ above
        return values

    def _typical(self) -> float:
        """What an arc costs, or else what leaving a member out does."""
        first = self.layout.objectives[0]
        positive = first.arc[first.arc > 0]
        if len(positive) == 0:
            positive = first.unassigned[first.unassigned > 0]
        return float(np.median(positive)) if len(positive) else 1.0

    def _scale(self) -> Multipliers:
        """Price of a slot that makes an average member as much dearer as a typical arc costs."""
        layout, typical = self.layout, self.typical
        use = np.concatenate([np.zeros(0), *(self._mean_use(k) for k in range(layout.limits))])
        ceilings = [max(_mean(each.arc), _mean(each.unassigned), 1.0) for each in layout.objectives[1:]]
        return Multipliers(
            typical / use, np.full(len(layout.room), typical), typical / np.array([*ceilings, 1.0])[:-1]
        )

    def _mean_use(self, k: int) -> Float:
        layout = self.layout
        use = layout.use[:, k]
        total = np.bincount(layout.provider, use, layout.providers)
        return np.maximum(total / np.maximum(np.bincount(layout.provider, use > 0, layout.providers), 1), 1.0)

    def _relative(self) -> Multipliers:
        """What a violation is measured against."""
        layout = self.layout
        return Multipliers(
            np.where(np.isinf(layout.capacity), 1.0, np.maximum(layout.capacity, 1.0)),
            np.where(np.isinf(layout.room), 1.0, np.maximum(layout.room, 1.0)),
            np.maximum(layout.ceiling, 1.0),
        )


def bound_by_prices(
    stage: Stage,
    iterations: int,
    upper: int | None = None,
    watch: Callable[[int], bool] | None = None,
    start: Multipliers | None = None,
    stop: Callable[[], bool] = never,
) -> Bound:
    """The best bound that `iterations` price changes find; stops early where it meets `upper`.

    `start`: prices known before; without them those of the softened problem. `watch(bound)` is told of the
    bound after every change and says whether to stop; `stop()` is asked on the way to the first.
    """
    relaxation = Relaxation(stage, layout_of(stage))
    begin = beginning(relaxation, start, stop)
    return bound_at(relaxation, risen(relaxation, *begin, iterations, upper, watch))


def risen(
    relaxation: Relaxation,
    at: Multipliers,
    step: float,
    iterations: int,
    upper: int | None = None,
    watch: Callable[[int], bool] | None = None,
) -> Multipliers:
    """The prices of the best bound met on the way; see `bound_by_prices`."""
    best_at, best, idle, rising = at, -inf, 0, 0
    heading = relaxation.zero()
    for _ in range(iterations):
        value, size, gradient = relaxation.evaluate(at, CLOSE_ROUNDS)
        if value > best:
            rising, idle = rising + 1, idle if value <= best + 1e-5 * abs(best) else 0
            best, best_at = value, at
        else:
            rising = 0
        idle += 1
        if rising >= STREAK:
            step, rising = step * GROW, 0
        if idle > PATIENCE:
            step, idle, at, heading = step * SHRINK, 0, best_at, relaxation.zero()
        else:
            heading = heading.blended(relaxation.direction(at, gradient), MEMORY)
            at = relaxation.step(at, heading, step)
        proven = _rounded(best, size)
        if step < SMALLEST_STEP or (upper is not None and proven >= upper):
            break
        if watch is not None and watch(proven):
            break
    return best_at


def beginning(
    relaxation: Relaxation, start: Multipliers | None, stop: Callable[[], bool] = never
) -> tuple[Multipliers, float]:
    """Where to begin, and the first step: given prices, those of the softened problem, or none."""
    if start is not None:
        return start, NEXT_STEP
    zero, layout = relaxation.zero(), relaxation.layout
    best, value = zero, relaxation.evaluate(zero, 0)[0]
    for price in first_prices(layout, layout.objectives[0], relaxation.typical, stop):
        soft = relaxation.allowed(replace(zero, price=price))
        reached = relaxation.evaluate(soft, 0)[0]
        if reached > value:
            best, value = soft, reached
    return best, FIRST_STEP if best is zero or len(layout.ceiling) else NEXT_STEP


def value_at(relaxation: Relaxation, at: Multipliers) -> int:
    """The bound alone that these prices prove."""
    value, size, _ = relaxation.evaluate(at, FINAL_ROUNDS)
    return _rounded(value, size)


def bound_at(relaxation: Relaxation, at: Multipliers) -> Bound:
    """The bound that these prices prove, and what every arc and pair costs at them."""
    value, size, _ = relaxation.evaluate(at, FINAL_ROUNDS)
    class_of_arc = relaxation.stage.problem.class_of_arc
    unassigned = relaxation.layout.blended(at.ceiling).unassigned
    return Bound(
        value=max(_rounded(value, size), floor_bound(relaxation.stage)),
        real=value - SAFETY * size,
        multipliers=at,
        dearer=np.maximum(relaxation.reduced - relaxation.worth[class_of_arc], 0.0),
        pair_dearer=np.maximum(relaxation.slack, 0.0),
        out_dearer=np.maximum(unassigned - relaxation.worth, 0.0),
        choice=relaxation.choice.copy(),
    )


def relaxed_flow(stage: Stage, bound: Bound) -> Int32:
    """The flow of the relaxed problem: it may break limits, and is a place to start from."""
    flow = np.zeros(stage.problem.arcs, np.int32)
    placed = bound.choice >= 0
    flow[bound.choice[placed]] = stage.problem.count[placed]
    return flow


def _rounded(value: float, size: float) -> int:
    """Values are whole numbers, so the bound may be rounded up once the rounding error is given away."""
    return ceil(value - SAFETY * size - 1e-6)


def _mean(values: Float) -> float:
    return float(values[values > 0].mean()) if (values > 0).any() else 0.0
