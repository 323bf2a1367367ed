"""What every loss of a provider (N-1) begins from, and the problem once one provider has left."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solver.bound.lagrangian import Multipliers, bound_by_prices
from solver.build import Planning
from solver.costs import unassigned_costs
from solver.problem import Bool, Costs, Int32, Int64, Problem
from solver.stage import stage_of
from solver.tiers import tier_of
from solver.verify import evaluate

ITERATIONS = 40
"""Price changes for the problem of today."""


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
