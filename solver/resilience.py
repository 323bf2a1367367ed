"""What happens if a provider leaves, for each one: who lands where, who does not, and at what price.

Each loss is a small problem of its own (N-1): first only the patients of the one who leaves look for room;
where some find none, everybody at the providers they could go to is decided anew with them.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np

from solver.build import Planning
from solver.clock import Clock
from solver.costs import COST_UNIT, unassigned_costs
from solver.first_fit import first_fit
from solver.params import Params, never
from solver.problem import Bool, Costs, Int32, Int64, Problem
from solver.residual import Residual, residual
from solver.result import Result
from solver.solve import silent, solve
from solver.tiers import tier_of
from solver.verify import evaluate, left_out
from solver.warm_up import ready

LEAST_SECONDS = 0.2
"""What each small problem gets in any case."""


@dataclass(frozen=True)
class Loss:
    """One provider's leaving.

    Of `patients` (those of the plan who are part of it), `land` find another provider and `left` find none;
    `takers` providers take them and `others` patients of theirs move to make room. `price` is what the
    objective gets worse, in points: its last tier, where tiers are strict. `proven`: with the patients who
    were asked, no better outcome exists.
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


@dataclass(frozen=True)
class _Case:
    """The problem of one loss: everybody but the displaced is held."""

    provider: int
    problem: Problem
    part: Residual
    displaced: Int32


def resilience(
    planning: Planning,
    flow: Int32,
    params: Params | None = None,
    executor: Executor | None = None,
    providers: Sequence[int] | None = None,
) -> tuple[Loss, ...]:
    """Lose every provider in turn who has patients under `flow` (or each of the rows `providers`).

    The worst loss comes first: most patients left, then the highest price. `params` are for all of it: the
    small problems share the time (a work limit is each one's own); `executor` (of threads, processes or
    machines) solves `params.workers` of them side by side. Patients whom the planning does not let move are
    not looked at: build it with an objective that moves everyone.
    """
    members = np.bincount(planning.problem.provider, flow, planning.problem.providers)
    chosen = np.flatnonzero(members).tolist() if providers is None else list(providers)
    given = params or Params(gap=0.001)
    ready(given, silent)
    clock = Clock(given, silent)
    today = evaluate(planning.problem, planning.problem.tiers[-1], flow)
    small = [_case(planning, flow, provider) for provider in chosen]
    alone = _solved(
        [case.part.problem for case in small],
        _each(given, clock, 2 * len(small)),
        executor,
        [first_fit(case.part.problem) for case in small],
    )
    joined = [_flow(case.part, result) for case, result in zip(small, alone, strict=True)]
    stuck = [number for number, case in enumerate(small) if _somebody_stuck(case, joined[number])]
    wide = [_widened(small[number], joined[number]) for number in stuck]
    warm = [part.own(joined[number]) for number, part in zip(stuck, wide, strict=True)]
    again = _solved([part.problem for part in wide], _each(given, clock, len(wide)), executor, warm)
    proven = [result.termination == "optimal" for result in alone]
    for number, part, result in zip(stuck, wide, again, strict=True):
        joined[number] = _flow(part, result)
        proven[number] = result.termination == "optimal"
    losses = [
        _loss(planning, flow, case, after, today, sure)
        for case, after, sure in zip(small, joined, proven, strict=True)
    ]
    return tuple(sorted(losses, key=lambda each: (-each.left, -each.price, each.provider_id)))


def without(planning: Planning, provider: int) -> Problem:
    """The problem once the provider has left: patients of theirs pay nothing for moving.

    Left out, they weigh what anybody without a provider weighs. Arcs to the provider are still there; they
    are not to be used.
    """
    problem, arcs = planning.problem, planning.arcs
    orphaned = np.zeros(problem.classes, np.bool_)
    orphaned[arcs.owner[arcs.stay & (arcs.provider == provider)]] = True
    subjects = planning.subjects
    nobody = np.full(len(subjects.owner), -1, np.int32)
    ordinary = unassigned_costs(subjects.snapshot, subjects.objective, nobody)
    changed = {
        "unassigned": planning.classes.of_one_unit(ordinary) - planning.left["unassigned"],
        "continuity": -planning.left["continuity"],
    }
    tiers = [
        _forgiven(planning, number, costs, orphaned, changed) for number, costs in enumerate(problem.tiers)
    ]
    return replace(problem, tiers=tuple(tiers))


def _forgiven(
    planning: Planning, number: int, costs: Costs, orphaned: Bool, changed: dict[str, Int64]
) -> Costs:
    arc, unassigned = costs.arc, costs.unassigned
    if tier_of(planning, "continuity") == number:
        continuity = planning.arcs.terms.get("continuity", np.zeros_like(arc))
        arc = arc - np.where(orphaned[planning.arcs.owner], continuity, 0)
        unassigned = unassigned + np.where(orphaned, changed["continuity"], 0)
    if tier_of(planning, "unassigned") == number:
        unassigned = unassigned + np.where(orphaned, changed["unassigned"], 0)
    return replace(costs, arc=arc, unassigned=unassigned)


def _case(planning: Planning, flow: Int32, provider: int) -> _Case:
    problem = without(planning, provider)
    theirs = problem.provider == provider
    held = np.where(theirs, 0, flow).astype(np.int32)
    displaced = np.zeros(problem.classes, np.int32)
    displaced[problem.class_of_arc[theirs]] = flow[theirs]  # a class has one arc to a provider
    return _Case(provider, problem, residual(problem, held, displaced, ~theirs), displaced)


def _each(params: Params, clock: Clock, problems: int) -> Params:
    """Each problem's share of the time that is left."""
    share = clock.seconds_left * params.workers / max(problems, 1)
    return replace(params, seconds=max(share, LEAST_SECONDS), workers=1, cancelled=never)


def _solved(
    problems: list[Problem],
    params: Params,
    executor: Executor | None,
    starts: list[Int32],
) -> list[Result]:
    if executor is None:
        return list(map(solve, problems, repeat(params), starts))
    return list(executor.map(solve, problems, repeat(params), starts))


def _flow(part: Residual, result: Result) -> Int32:
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


def _loss(planning: Planning, before: Int32, case: _Case, after: Int32, today: int, proven: bool) -> Loss:
    problem, arcs = case.problem, planning.arcs
    whole = planning.classes.of_one_unit(np.ones(len(planning.subjects.owner), np.int64))
    gone = np.minimum(left_out(problem, after), case.displaced)
    patients, left = int(case.displaced @ whole), int(gone @ whole)
    others = np.maximum(before - after, 0)[problem.provider != case.provider]
    moved = int(others @ arcs.patients[problem.provider != case.provider])
    snapshot = planning.subjects.snapshot
    return Loss(
        provider_id=snapshot.provider_ids[case.provider],
        name=str(snapshot.providers["name"][case.provider].as_py()),
        patients=patients,
        land=patients - left,
        left=left,
        takers=len(np.unique(problem.provider[after > before])),
        others=moved,
        price=(evaluate(problem, problem.tiers[-1], after) - today) / COST_UNIT,
        proven=proven,
    )
