"""Loads and terms of a flow: what every limit is used, what every term costs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT
from data.objective import TermName
from data.plan import TermValue
from solver.build import Planning
from solver.costs import COST_UNIT

Float = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LimitLoad:
    """Use of one limit by every provider, in units; NaN where a target or maximum is not set."""

    id: str
    title: str
    unit: str
    before: Float
    after: Float
    target: Float
    maximum: Float


def summed_loads(planning: Planning, flow: Int32) -> tuple[Int64, ...]:
    """Load of every summed limit and provider in thousandths, those who may not move included."""
    arcs, used = planning.arcs, np.flatnonzero(flow)
    provider, members = arcs.provider[used], flow[used].astype(np.float64)
    return tuple(
        load.fixed + _totals(provider, use[used] * members, planning.problem.providers)
        for load, use in zip(planning.subjects.summed, arcs.uses, strict=True)
    )


def _totals(group: Int32, amount: Float, groups: int) -> Int64:
    """Sums by group; exact, since all sums are far below 2^53."""
    return np.rint(np.bincount(group, amount, groups)).astype(np.int64)


def open_pairs(planning: Planning, flow: Int32) -> tuple[Int64, ...]:
    """Open pairs of every distinct limit (provider * number of keys + key), ascending."""
    found, used = [], np.flatnonzero(flow)
    for load, pair in zip(planning.subjects.distinct, planning.arcs.pairs, strict=True):
        opened = pair[used]
        found.append(np.union1d(opened[opened >= 0], load.fixed))
    return tuple(found)


def term_costs(planning: Planning, flow: Int32) -> dict[TermName, int]:
    """Cost of every term that the objective has, in thousandths of points.

    Terms on patients are about those who may move; terms on loads about the whole load of every provider.
    Their sum over the terms of one tier is that tier's value of the flow.
    """
    arcs, problem = planning.arcs, planning.problem
    costs: dict[TermName, int] = {term.name: 0 for term in planning.subjects.objective.terms}

    def add(name: TermName, amount: int) -> None:
        costs[name] = costs.get(name, 0) + amount

    used = np.flatnonzero(flow)
    for name, cost in arcs.terms.items():
        add(name, int((cost[used] * flow[used]).sum()))
    placed = _totals(arcs.owner[used], flow[used].astype(np.float64), problem.classes)
    for name, cost in planning.left.items():
        add(name, int((cost * (problem.count - placed)).sum()))
    loads = summed_loads(planning, flow)
    for charge in planning.charges:
        above = np.maximum(loads[charge.limit] - charge.threshold, 0)
        add(charge.term, int((above * charge.slope).sum()))
    held = open_pairs(planning, flow)
    for known, opening, now in zip(planning.pairs, planning.opening, held, strict=True):
        add("opening", int(opening[np.isin(known, now)].sum()))
    for charge in planning.crowding:
        count = planning.subjects.distinct[charge.limit].count(held[charge.limit])
        add(charge.term, int((np.maximum(count - charge.threshold, 0) * charge.slope).sum()))
    return costs


def terms(planning: Planning, flow: Int32) -> tuple[TermValue, ...]:
    """Every term in points, doing nothing and with the flow."""
    before, after = term_costs(planning, planning.standing_flow), term_costs(planning, flow)
    return tuple(
        TermValue(term.name, before[term.name] / COST_UNIT, after[term.name] / COST_UNIT)
        for term in planning.subjects.objective.terms
    )


def limit_loads(planning: Planning, flow: Int32) -> tuple[LimitLoad, ...]:
    """Use of every limit, summed and distinct, doing nothing and with the flow."""
    found = []
    for load, after in zip(planning.subjects.summed, summed_loads(planning, flow), strict=True):
        limit = load.limit
        found.append(
            LimitLoad(
                limit.id,
                limit.title,
                limit.unit,
                load.today / UNIT,
                after / UNIT,
                _or_nan(limit.target, UNIT),
                _or_nan(limit.maximum, UNIT),
            )
        )
    for each, held in zip(planning.subjects.distinct, open_pairs(planning, flow), strict=True):
        before, then = each.count(each.today), each.count(held)
        found.append(
            LimitLoad(
                each.limit.id,
                each.limit.title,
                each.limit.unit,
                before.astype(np.float64),
                then.astype(np.float64),
                _or_nan(each.limit.target, UNIT),
                _or_nan(each.limit.maximum, 1),
            )
        )
    return tuple(found)


def _or_nan(maximum: Int64, unit: int) -> Float:
    return np.where(maximum >= NO_LIMIT, np.nan, maximum / unit)
