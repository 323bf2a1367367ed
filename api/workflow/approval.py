"""What the approval policies say: why a plan must be approved, and until when it may be committed."""

from datetime import datetime, timedelta

from api.workflow.bounds import exceeded
from api.workflow.decide import Rulebook
from data.errors import PlanStateError
from data.plan import Plan, PlanRecord
from data.refusals import REVISABLE
from data.store import Store
from rules.approval import ApprovalSpec

EXPIRES_AFTER_HOURS, WAITS_AT_MOST_HOURS = 48, 168
"""How long a preview holds, and how long it waits for others, where no policy says."""


def policies(rulebook: Rulebook) -> list[ApprovalSpec]:
    """The approval policies in force."""
    return [each.document.spec for each in rulebook.documents.approvals]


def objections(rulebook: Rulebook, plan: Plan) -> tuple[str, ...]:
    """Why a manager must approve the plan; empty where nobody has to."""
    said = [
        sentence
        for each in policies(rulebook)
        if not each.presets or plan.header.kind in each.presets
        for sentence in exceeded(each, plan)
    ]
    return tuple(dict.fromkeys(said))


def accepted_across_agencies(rulebook: Rulebook) -> bool:
    """Whether moves between agencies need an acceptance, whoever commits."""
    return any(each.accept_across_agencies for each in policies(rulebook))


def expires_at(rulebook: Rulebook, record: PlanRecord) -> datetime | None:
    """When a plan that nobody commits expires; None for one that is settled."""
    if record.state not in REVISABLE:
        return None
    found = policies(rulebook)
    if record.state == "ready":
        hours = [each.expires_after_hours for each in found if each.expires_after_hours]
        least = min(hours, default=EXPIRES_AFTER_HOURS)
    else:
        hours = [each.waits_at_most_hours for each in found if each.waits_at_most_hours]
        least = min(hours, default=WAITS_AT_MOST_HOURS)
    return record.changed_at + timedelta(hours=least)


def refuse_expired(store: Store, record: PlanRecord, rulebook: Rulebook, actor: str, at: datetime) -> None:
    """PlanStateError for a preview that has become too old; it is `expired` from now on."""
    until = expires_at(rulebook, record)
    if until is None or at < until:
        return
    plan_id = record.header.plan_id
    store.set_state(plan_id, REVISABLE, "expired", actor, at)
    raise PlanStateError(
        f"plan {plan_id} expired on {until:%Y-%m-%d %H:%M}: nobody committed it in time. "
        "Propose it again from today's data by a re-base."
    )


def expire(store: Store, rulebook: Rulebook, actor: str, at: datetime) -> tuple[str, ...]:
    """Mark every preview that has become too old, for the batch job; their ids."""
    gone = []
    for record in store.records(2**31 - 1):
        until = expires_at(rulebook, record)
        if until is not None and at >= until:
            store.set_state(record.header.plan_id, REVISABLE, "expired", actor, at)
            gone.append(record.header.plan_id)
    return tuple(gone)
