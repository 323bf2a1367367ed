"""One provider leaves (N-1): who lands with whom, who does not, at what price, and what nobody could better.

First only the patients of the one who leaves look for room. Where some find none, others make room: in a
large problem all who might, by the bound's prices (`ripple`), else everybody at the providers in question.
The bound lets everybody move: it is the Lagrangian bound of the whole problem without the one provider.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solver.bound.lagrangian import (
    NEXT_STEP,
    Multipliers,
    Relaxation,
    bound_at,
    risen,
    value_at,
)
from solver.bound.smooth import first_prices
from solver.clock import Clock
from solver.costs import COST_UNIT
from solver.first_fit import first_fit
from solver.layout import Float, Layout, layout_of
from solver.params import Params
from solver.problem import Int32, Problem
from solver.residual import Residual, residual
from solver.result import Result, relative_gap
from solver.ripple import rippled
from solver.solve import silent, solve
from solver.stage import stage_of
from solver.today import Today, without
from solver.verify import evaluate, left_out

LEAST_SECONDS = 0.2
"""What each small problem gets in any case."""

FIRST_SHARE, BOUND_SHARE = 0.4, 0.7
"""Shares of a loss's time after which the patients of the one who leaves, and the bound, are done; the rest
is for everybody around them."""

STEPS, AGAIN_STEPS, AGAIN_SHARE = 4, 60, 0.25
"""Price changes of a loss's bound; of one looked at again, and the share of its time they may take."""

LARGE_ARCS = 8_000
"""Arcs above which whoever makes room is found by annealing: it is too many for the exact engine."""

REACH, AGAIN_REACH = 0.15, 0.4
"""How far others may ripple, in costs of a typical arc."""


@dataclass(frozen=True)
class Loss:
    """One provider's leaving.

    Of `patients` (those of the plan who are part of it), `land` find another provider and `left` find none;
    `takers` providers take them and `others` patients of theirs move to make room. `price` is what the
    objective gets worse, in points: its last tier, where tiers are strict. `at_least` is how much worse it
    gets whoever moves, `gap` how far the outcome is from that, as a share of the objective; None where tiers
    are strict. `proven`: with the patients who were asked, no better outcome exists.
    """

    provider_id: str
    name: str
    patients: int
    land: int
    left: int
    takers: int
    others: int
    price: float
    proven: bool
    at_least: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Lost:
    """A loss, the prices behind its bound, and whether others were asked: then more time may find better."""

    loss: Loss
    prices: Multipliers | None
    wide: bool


@dataclass(frozen=True)
class _Case:
    """The problem of one loss: everybody but the displaced is held."""

    provider: int
    problem: Problem
    part: Residual
    displaced: Int32


@dataclass(frozen=True)
class _Found:
    """A flow, whether it is optimal for those who were asked, and the bound's value and prices."""

    flow: Int32
    proven: bool
    wide: bool
    bound: int | None = None
    prices: Multipliers | None = None


class Losses:
    """Computes losses one by one, each within `params`; the layout of the bound is made once."""

    def __init__(self, today: Today) -> None:
        self.today = today
        self._relaxation: Relaxation | None = None
        self._layout: Layout

    def of(self, provider: int, params: Params, former: Lost | None = None) -> Lost:
        """What happens if the provider leaves; never worse than what was found `former`ly."""
        clock, case = Clock(params, silent), self._case(provider)
        start = case.part.joined(first_fit(case.part.problem))
        large = case.problem.arcs > LARGE_ARCS and self.today.prices is not None
        if large and _somebody_stuck(case, start):
            found = self._annealed(case, start, former, clock)
        else:
            found = self._solved(case, clock)
        lost = Lost(self._told(case, found), found.prices, found.wide)
        return lost if former is None else _better(former, lost, self.today.value)

    def _annealed(self, case: _Case, start: Int32, former: Lost | None, clock: Clock) -> _Found:
        """All who might make room are decided anew."""
        begin = None if former is None else former.prices
        share = BOUND_SHARE if begin is None else AGAIN_SHARE
        late = lambda: clock.seconds > share * clock.params.seconds  # noqa: E731
        relaxation = self._relaxed(case)
        prices = self._raised(relaxation, case, begin, None, late)
        bound = bound_at(relaxation, prices)
        reach = (REACH if former is None else AGAIN_REACH) * relaxation.typical
        closed = case.problem.provider == case.provider
        flow = rippled(case.problem, start, closed, bound, reach, clock)
        return _Found(flow, False, True, bound.value, prices)

    def _solved(self, case: _Case, clock: Clock) -> _Found:
        """Those displaced, and where somebody is stuck everybody at the providers in question."""
        params, small = clock.params, case.part.problem
        result = solve(small, _within(params, clock, FIRST_SHARE), first_fit(small))
        after = _joined(case.part, result)
        value = evaluate(case.problem, case.problem.tiers[-1], after)
        bound, prices = None, None
        if self.today.prices is not None:
            late = lambda: clock.seconds > BOUND_SHARE * params.seconds  # noqa: E731
            relaxation = self._relaxed(case)
            prices = self._raised(relaxation, case, None, value, late)
            bound = value_at(relaxation, prices)
        near = bound is not None and relative_gap(value, bound) <= params.gap
        if not near and _somebody_stuck(case, after):
            part = _widened(case, after)
            result = solve(part.problem, _within(params, clock, 1.0), part.own(after))
            after = _joined(part, result)
        return _Found(after, result.termination == "optimal", False, bound, prices)

    def _told(self, case: _Case, found: _Found) -> Loss:
        today, after, bound = self.today, found.flow, found.bound
        value = evaluate(case.problem, case.problem.tiers[-1], after)
        gone = np.minimum(left_out(case.problem, after), case.displaced)
        patients, left = int(case.displaced @ today.whole), int(gone @ today.whole)
        elsewhere = case.problem.provider != case.provider
        return Loss(
            provider_id=today.ids[case.provider],
            name=today.names[case.provider],
            patients=patients,
            land=patients - left,
            left=left,
            takers=len(np.unique(case.problem.provider[after > today.flow])),
            others=int(np.maximum(today.flow - after, 0)[elsewhere] @ today.patients[elsewhere]),
            price=(value - today.value) / COST_UNIT,
            proven=found.proven,
            at_least=None if bound is None else (min(bound, value) - today.value) / COST_UNIT,
            gap=None if bound is None else max(relative_gap(value, bound), 0.0),
        )

    def _case(self, provider: int) -> _Case:
        flow, problem = self.today.flow, without(self.today, provider)
        theirs = problem.provider == provider
        held = np.where(theirs, 0, flow).astype(np.int32)
        displaced = np.zeros(problem.classes, np.int32)
        displaced[problem.class_of_arc[theirs]] = flow[theirs]  # a class has one arc to a provider
        return _Case(provider, problem, residual(problem, held, displaced, ~theirs), displaced)

    def _relaxed(self, case: _Case) -> Relaxation:
        """The relaxed problem without the provider: no flow that leaves them alone costs less than it."""
        if self._relaxation is None:
            stage = stage_of(self.today.problem, 0)
            self._layout = layout_of(stage)
            self._relaxation = Relaxation(stage, self._layout)
        relaxation, layout, costs = self._relaxation, self._layout, case.problem.tiers[0]
        theirs = case.problem.provider == case.provider
        never_used = 1.0 + costs.unassigned[case.problem.class_of_arc]
        first = replace(
            layout.objectives[0],
            arc=np.where(theirs, never_used, costs.arc.astype(np.float64)),
            unassigned=costs.unassigned.astype(np.float64),
        )
        relaxation.stage = stage_of(case.problem, 0)
        relaxation.layout = replace(layout, objectives=(first, *layout.objectives[1:]))
        return relaxation

    def _raised(
        self,
        relaxation: Relaxation,
        case: _Case,
        begin: Multipliers | None,
        value: int | None,
        late: Callable[[], bool],
    ) -> Multipliers:
        """Prices of the loss: begun anew, or from those found before, and raised by a few steps.

        Where the bound meets `value`, or it is `late`, they are good enough.
        """
        if begin is not None:
            return risen(relaxation, begin, NEXT_STEP, AGAIN_STEPS, value, lambda _: late())
        layout, zero = relaxation.layout, replace(relaxation.zero(), room=self._rooms(case))
        first = first_prices(layout, layout.objectives[0], relaxation.typical, late)
        soft = [relaxation.allowed(replace(zero, price=price)) for price in first] or [zero]
        best = soft[0] if len(soft) == 1 else max(soft, key=lambda at: relaxation.evaluate(at, 0)[0])
        return risen(relaxation, best, NEXT_STEP, STEPS, value, lambda _: late())

    def _rooms(self, case: _Case) -> Float:
        """Today's prices of places for pairs, none at the one who leaves."""
        assert self.today.prices is not None  # asked only where there are bounds
        room = self.today.prices.room.copy()
        room[case.provider :: case.problem.providers] = 0.0
        return room


def _better(former: Lost, lost: Lost, today: int) -> Lost:
    """The better outcome, under the better bound."""
    best = min(former.loss, lost.loss, key=lambda each: each.price)
    known = [each.loss.at_least for each in (former, lost) if each.loss.at_least is not None]
    at_least = min(max(known), best.price) if known else None
    gap = None
    if at_least is not None:
        value = today + best.price * COST_UNIT
        gap = (best.price - at_least) * COST_UNIT / max(abs(value), 1)
    prices = former.prices if lost.prices is None else lost.prices
    return Lost(replace(best, at_least=at_least, gap=gap), prices, lost.wide)


def _within(params: Params, clock: Clock, share: float) -> Params:
    return replace(params, seconds=max(share * clock.seconds_left, LEAST_SECONDS), workers=1)


def _joined(part: Residual, result: Result) -> Int32:
    nobody = np.zeros(part.problem.arcs, np.int32)
    return part.joined(nobody if result.flow is None else result.flow)


def _somebody_stuck(case: _Case, flow: Int32) -> bool:
    """Whether somebody displaced is left out who could go to somebody, were there room."""
    left = (left_out(case.problem, flow) > 0) & (case.displaced > 0)
    return bool((left[case.problem.class_of_arc] & (case.problem.provider != case.provider)).any())


def _widened(case: _Case, flow: Int32) -> Residual:
    """Everybody at the providers whom those who are stuck could have is decided anew with them.

    They may go anywhere where there is room beside those who are held.
    """
    problem = case.problem
    missing = left_out(problem, flow)
    stuck = (missing > 0) & (case.displaced > 0)
    near = np.zeros(problem.providers, np.bool_)
    near[problem.provider[stuck[problem.class_of_arc]]] = True
    near[case.provider] = False
    inside = near[problem.provider]
    held = np.where(inside, 0, flow).astype(np.int32)
    freed = np.zeros(problem.classes, np.int64)
    np.add.at(freed, problem.class_of_arc[inside], flow[inside])
    count = np.where(case.displaced > 0, freed + missing, freed).astype(np.int32)
    return residual(problem, held, count, problem.provider != case.provider)
