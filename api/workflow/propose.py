"""Propose a plan: nothing changes but that the plan is kept."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from api.errors import RequestError
from api.workflow.decide import Decided, Rulebook, decide
from api.workflow.remembered import remembered
from data.eligibility import Int32
from data.objective import Objective
from data.plan import Plan
from data.scenario import Scenario
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.store import Store
from data.visit import ExistingVisits, visits_touched
from solver.build import Planning, build_problem
from solver.check import CheckFailedError, check
from solver.params import Params
from solver.planning import Facts, make_plan
from solver.problem import Problem
from solver.result import Progress, Result

Solve = Callable[[Problem, Params, Int32, Callable[[Progress], None]], Result]
"""Problem, limits, warm start (what stands today), observer."""


@dataclass(frozen=True)
class Request:
    """What is asked for. `effective_on` is the first day on which the plan holds.

    `plan_id` is one that nobody has, or empty: then one is made. With `review_on`, a day after that, the
    assignments that it makes are temporary.
    """

    preset: str
    as_of: date
    effective_on: date
    actor: str
    slot: Slot = field(default=Slot())
    scope: Scope = field(default=Scope())
    scenario: Scenario = field(default=Scenario())
    params: Params = field(default=Params())
    max_moves: int | None = None
    plan_id: str = ""
    review_on: date | None = None
    existing_visits: ExistingVisits = field(default=ExistingVisits())


def propose(
    store: Store,
    request: Request,
    rulebook: Rulebook,
    at: datetime,
    solve: Solve,
    on_progress: Callable[[Progress], None],
) -> Plan:
    """Find a plan, have it checked, keep it as `ready`.

    RequestError for names that do not exist, CheckFailedError when the checker refuses the plan.
    """
    snapshot = remembered(store, request.as_of, request.slot)
    plan = computed(snapshot, request, rulebook, at, solve, on_progress)
    store.save_plan(plan, "ready", at, source=snapshot)
    return plan


def computed(
    snapshot: Snapshot,
    request: Request,
    rulebook: Rulebook,
    at: datetime,
    solve: Solve,
    on_progress: Callable[[Progress], None],
) -> Plan:
    """The plan, checked and not kept; errors as of `propose`."""
    objective = objective_of(rulebook, request)
    decided, planning = gather(snapshot, request, rulebook, objective)
    result = solve(planning.problem, request.params, planning.standing_flow, on_progress)
    plan = checked(decided, planning, result, facts_of(request, objective, at))
    return completed(plan, decided, request)


def completed(plan: Plan, decided: Decided, request: Request) -> Plan:
    """The plan with the visits that it touches, and what the request says of them and of its review."""
    existing = request.existing_visits
    touched = visits_touched(decided.snapshot, plan["moves"], plan.header.effective_on, existing)
    header = replace(plan.header, existing_visits=existing, review_on=request.review_on)
    return Plan(header, {**plan.tables, "visits": touched})


def facts_of(request: Request, objective: Objective, at: datetime, notes: tuple[str, ...] = ()) -> Facts:
    """What the header of the request's plan says; a new id where the request brings none."""
    return Facts(
        plan_id=request.plan_id or f"{request.preset.replace('_', '-')}-{secrets.token_hex(3)}",
        kind=request.preset,
        title=objective.title,
        as_of=request.as_of,
        created_at=at,
        actor=request.actor,
        seed=request.params.seed,
        scenario=request.scenario,
        notes=notes,
    )


def checked(decided: Decided, planning: Planning, result: Result, facts: Facts) -> Plan:
    """The plan of a result, or CheckFailedError with all that the checker has against it."""
    plan = make_plan(planning, result, facts)
    violations = check(
        decided.snapshot,
        decided.standing,
        decided.eligibility,
        planning.subjects.objective,
        planning.scope,
        plan,
    )
    if violations:
        raise CheckFailedError(tuple(violations))
    return plan


def problem_of(store: Store, request: Request, rulebook: Rulebook) -> Problem:
    """Only the problem, to be saved and solved elsewhere."""
    snapshot = remembered(store, request.as_of, request.slot)
    return gather(snapshot, request, rulebook, objective_of(rulebook, request))[1].problem


def gather(
    snapshot: Snapshot, request: Request, rulebook: Rulebook, objective: Objective
) -> tuple[Decided, Planning]:
    """The rules' word and the problem; RequestError for names that do not exist."""
    problems = request.scenario.problems(snapshot) + request.scope.unknown(snapshot)
    if request.review_on is not None and request.review_on <= request.effective_on:
        problems.append(f"the day of review, {request.review_on}, must be after {request.effective_on}")
    if not snapshot.patients.num_rows:
        problems.append("the store has no patients; import a folder first: panelwise import DIR")
    if problems:
        raise RequestError(tuple(problems))
    decided = decide(snapshot, rulebook, request.slot, request.scenario, request.effective_on)
    planning = build_problem(
        decided.snapshot, decided.standing, decided.eligibility, objective, request.scope
    )
    return decided, planning


def objective_of(rulebook: Rulebook, request: Request) -> Objective:
    """The preset asked for, with the request's budget; RequestError where there is no such preset."""
    objective = rulebook.objectives.get(request.preset)
    if objective is None:
        known = ", ".join(sorted(rulebook.objectives))
        raise RequestError((f"no preset {request.preset!r}; choose one of {known}",))
    if request.max_moves is not None:
        objective = replace(objective, max_moves=request.max_moves)
    return objective
