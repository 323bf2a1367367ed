"""One provider leaves (N-1): who lands with whom, who does not, at what price, and what nobody could better.

First only the patients of the one who leaves look for room; where some find none, everybody at the providers
they could go to is decided anew with them. The bound lets everybody move: it is the Lagrangian bound of the
whole problem, whose prices are known, without the one provider and raised by a few steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solver.bound.lagrangian import (
    NEXT_STEP,
    Multipliers,
    Relaxation,
    beginning,
    bound_by_prices,
    risen,
    value_at,
)
from solver.build import Planning
from solver.clock import Clock
from solver.costs import COST_UNIT, unassigned_costs
from solver.first_fit import first_fit
from solver.layout import Layout, layout_of
from solver.params import Params
from solver.problem import Bool, Costs, Int32, Int64, Problem
from solver.residual import Residual, residual
from solver.result import Result, relative_gap
from solver.solve import silent, solve
from solver.stage import stage_of
from solver.tiers import tier_of
from solver.verify import evaluate, left_out

LEAST_SECONDS = 0.2
"""What each small problem gets in any case."""

FIRST_SHARE, BOUND_SHARE = 0.4, 0.7
"""Shares of a loss's time after which the patients of the one who leaves, and the bound, are done; the rest
is for everybody around them."""

ITERATIONS, STEPS = 150, 12
"""Price changes for the problem of today, and for each loss, which begins where that one ended."""

FAR, FAR_STEPS = 0.02, 20
"""Where the bound is farther from the outcome than this, its prices are found anew, by so many changes."""


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
class Today:
    """What every loss begins from. `stay`: arcs to the provider whom a class has; `whole`: patients in one
    member of each class, `patients` on each arc; `continuity`: what each arc costs for leaving a provider.

    `more[term]` is what a member without a provider of their own costs more than one who has one, and
    `tiers` where the term is charged (-1: nowhere). `value` is the last tier's today.
    """

    problem: Problem
    flow: Int32
    stay: Bool
    whole: Int64
    patients: Int32
    continuity: Int64
    more: dict[str, Int64]
    tiers: dict[str, int]
    value: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    prices: Multipliers | None = None


@dataclass(frozen=True)
class _Case:
    """The problem of one loss: everybody but the displaced is held."""

    provider: int
    problem: Problem
    part: Residual
    displaced: Int32


def today_of(planning: Planning, flow: Int32) -> Today:
    """Collect it, without prices."""
    problem, arcs, subjects = planning.problem, planning.arcs, planning.subjects
    nobody = np.full(len(subjects.owner), -1, np.int32)
    ordinary = unassigned_costs(subjects.snapshot, subjects.objective, nobody)
    snapshot = subjects.snapshot
    return Today(
        problem=problem,
        flow=flow,
        stay=arcs.stay,
        whole=planning.classes.of_one_unit(np.ones(len(subjects.owner), np.int64)),
        patients=arcs.patients,
        continuity=arcs.terms.get("continuity", np.zeros(problem.arcs, np.int64)),
        more={
            "unassigned": planning.classes.of_one_unit(ordinary) - planning.left["unassigned"],
            "continuity": -planning.left["continuity"],
        },
        tiers={"unassigned": tier_of(planning, "unassigned"), "continuity": tier_of(planning, "continuity")},
        value=evaluate(problem, problem.tiers[-1], flow),
        ids=tuple(snapshot.provider_ids),
        names=tuple(map(str, snapshot.providers["name"].to_pylist())),
    )


def priced(today: Today, enough: Callable[[int], bool]) -> Today:
    """With the prices of today's problem, from which the bound of every loss begins; not for strict tiers.

    `enough(bound)` is asked after every change whether to stop.
    """
    if len(today.problem.tiers) > 1:
        return today
    bound = bound_by_prices(stage_of(today.problem, 0), ITERATIONS, watch=enough)
    return replace(today, prices=bound.multipliers)


def without(today: Today, provider: int) -> Problem:
    """The problem once the provider has left: patients of theirs pay nothing for moving.

    Left out, they weigh what anybody without a provider weighs. Arcs to the provider are still there; they
    are not to be used.
    """
    problem = today.problem
    orphaned = np.zeros(problem.classes, np.bool_)
    orphaned[problem.class_of_arc[today.stay & (problem.provider == provider)]] = True
    tiers = [_forgiven(today, number, costs, orphaned) for number, costs in enumerate(problem.tiers)]
    return replace(problem, tiers=tuple(tiers))


def _forgiven(today: Today, number: int, costs: Costs, orphaned: Bool) -> Costs:
    arc, unassigned = costs.arc, costs.unassigned
    if today.tiers["continuity"] == number:
        arc = arc - np.where(orphaned[today.problem.class_of_arc], today.continuity, 0)
        unassigned = unassigned + np.where(orphaned, today.more["continuity"], 0)
    if today.tiers["unassigned"] == number:
        unassigned = unassigned + np.where(orphaned, today.more["unassigned"], 0)
    return replace(costs, arc=arc, unassigned=unassigned)


class Losses:
    """Computes losses one by one, each within `params`; the layout of the bound is made once."""

    def __init__(self, today: Today) -> None:
        self.today = today
        self._relaxation: Relaxation | None = None
        self._layout: Layout

    def of(self, provider: int, params: Params) -> Loss:
        """What happens if the provider leaves."""
        today, clock = self.today, Clock(params, silent)
        case = self._case(provider)
        small = case.part.problem
        result = solve(small, _within(params, clock, FIRST_SHARE), first_fit(small))
        after = _joined(case.part, result)
        value = evaluate(case.problem, case.problem.tiers[-1], after)
        late = lambda: clock.seconds > BOUND_SHARE * params.seconds  # noqa: E731
        bound = None if today.prices is None else self._bound(case, today.prices, value, late)
        near = bound is not None and relative_gap(value, bound) <= params.gap
        if not near and _somebody_stuck(case, after):
            part = _widened(case, after)
            result = solve(part.problem, _within(params, clock, 1.0), part.own(after))
            after = _joined(part, result)
            value = evaluate(case.problem, case.problem.tiers[-1], after)
        gone = np.minimum(left_out(case.problem, after), case.displaced)
        patients, left = int(case.displaced @ today.whole), int(gone @ today.whole)
        elsewhere = case.problem.provider != provider
        return Loss(
            provider_id=today.ids[provider],
            name=today.names[provider],
            patients=patients,
            land=patients - left,
            left=left,
            takers=len(np.unique(case.problem.provider[after > today.flow])),
            others=int(np.maximum(today.flow - after, 0)[elsewhere] @ today.patients[elsewhere]),
            price=(value - today.value) / COST_UNIT,
            proven=result.termination == "optimal",
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

    def _bound(self, case: _Case, prices: Multipliers, value: int, late: Callable[[], bool]) -> int:
        """No flow that leaves the provider alone costs less: at their own limits, nothing has a price.

        Where the bound meets `value`, or it is `late`, it is good enough.
        """
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
        relaxation.layout = replace(layout, objectives=(first, *layout.objectives[1:]))
        price, room = prices.price.copy(), prices.room.copy()
        price[case.provider :: layout.providers] = 0.0
        room[case.provider :: layout.providers] = 0.0
        begin = relaxation.allowed(replace(prices, price=price, room=room))
        near = risen(relaxation, begin, NEXT_STEP, STEPS, value, lambda _: late())
        bound = value_at(relaxation, near)
        if late() or relative_gap(value, bound) <= FAR:
            return bound
        start = beginning(relaxation, None, late)
        far = risen(relaxation, *start, FAR_STEPS, value, lambda _: late())
        return max(bound, value_at(relaxation, far))


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
