"""Propose a stale plan again from today's data: the same request, and of its moves whatever still can be."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.propose import Request, checked, completed, facts_of, gather
from api.workflow.remembered import remembered
from data.plan import Plan, PlanHeader
from data.scenario import Departure, Scenario
from data.store import Store
from solver.carry import flow_of_providers, planned_providers
from solver.params import Params
from solver.repair import repair

KEPT_STATES = ("ready", "waiting", "stale", "expired", "rejected")
"""States of plans that can be proposed again."""


@dataclass(frozen=True)
class Rebased:
    """The new plan, kept as `ready`, and what became of the moves of the former one.

    `kept` moves are the same in both; `changed` patients go to somebody else now; `dropped` ones no longer
    move; `added` ones did not move before.
    """

    former: str
    plan: Plan
    kept: int
    changed: int
    dropped: int
    added: int


def rebase(
    store: Store,
    plan_id: str,
    rulebook: Rulebook,
    actor: str,
    at: datetime,
    today: date,
    params: Params,
    leaving: tuple[str, ...] = (),
    new_id: str = "",
) -> Rebased:
    """Solve the plan's request again, beginning with its moves; `leaving` are providers who leave besides.

    The former plan becomes `stale`, if it was ready. `new_id` is that of the new one, if one is wished for.
    RequestError where the plan cannot be proposed again.
    """
    record = store.record(plan_id)
    former = store.plan(record.header.plan_id)
    header = former.header
    if record.state not in KEPT_STATES or header.objective is None:
        why = "is a revert; revert the plan again" if header.reverts else f"is {record.state}"
        raise RequestError((f"plan {former.plan_id} {why}; only {', '.join(KEPT_STATES)} plans re-base",))
    request = replace(request_of(header, actor, today, params, leaving), plan_id=new_id)
    snapshot = remembered(store, today, header.slot)
    decided, planning = gather(snapshot, request, rulebook, header.objective)
    wanted = planned_providers(former, decided.snapshot, decided.standing.owner)
    result = repair(planning.problem, flow_of_providers(planning, wanted), params)
    notes = (f"re-based from {former.plan_id}",)
    plan = checked(decided, planning, result, facts_of(request, header.objective, at, notes))
    plan = completed(plan, decided, request)
    store.save_plan(plan, "ready", at, source=snapshot)
    outdate(store, former.plan_id, actor, at)
    return _compared(former, plan)


def outdate(store: Store, plan_id: str, actor: str, at: datetime) -> None:
    """A plan that was proposed again can no longer be committed."""
    if store.record(plan_id).state in ("ready", "waiting"):
        store.set_state(plan_id, ("ready", "waiting"), "stale", actor, at)


def request_of(
    header: PlanHeader, actor: str, today: date, params: Params, leaving: tuple[str, ...] = ()
) -> Request:
    """What was asked for, seen from today; a day that is over becomes today."""
    day = max(header.effective_on, today)
    scenario: Scenario = header.scenario
    if leaving:
        gone = tuple(Departure(each, day) for each in leaving)
        scenario = replace(scenario, departures=(*scenario.departures, *gone))
    review = header.review_on if header.review_on and header.review_on > day else None
    return Request(
        header.kind,
        today,
        day,
        actor,
        header.slot,
        header.scope,
        scenario,
        params,
        review_on=review,
        existing_visits=header.existing_visits,
    )


def _compared(former: Plan, plan: Plan) -> Rebased:
    before, after = _targets(former), _targets(plan)
    shared = before.keys() & after.keys()
    kept = sum(before[patient] == after[patient] for patient in shared)
    return Rebased(
        former.plan_id, plan, kept, len(shared) - kept, len(before) - len(shared), len(after) - len(shared)
    )


def _targets(plan: Plan) -> dict[str, str]:
    moves = plan["moves"]
    return dict(zip(moves["patient_id"].to_pylist(), moves["to_provider_id"].to_pylist(), strict=True))
