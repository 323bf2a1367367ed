"""Commit a plan: check that it still stands, then write it in one transaction."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from api.errors import RevalidationError
from api.workflow.approval import refuse_expired
from api.workflow.consent import ask_for_consents
from api.workflow.decide import Rulebook, decide
from api.workflow.drift import drift
from api.workflow.remembered import rejected, with_rejections
from data.errors import PlanStateError, RevisionMovedError, StalePlanError
from data.ledger import ROWS, Entries, entries
from data.plan import Plan, PlanRecord
from data.refusals import REVISABLE
from data.snapshot import Snapshot
from data.store import Commit, Receipt, Store
from rules.difference import Change
from solver.check import check

NOTHING = Entries(pa.array([], pa.int64()), ROWS.empty_table())
"""What a commit that was done before writes."""

ATTEMPTS = 3
"""How often a commit is tried again when somebody else wrote in between."""


def commit(
    store: Store,
    plan_id: str,
    rulebook: Rulebook,
    actor: str,
    at: datetime,
    today: date,
    reason: str = "",
    idempotency_key: str = "",
    changes: Callable[[], tuple[Change, ...]] = tuple,
) -> Receipt:
    """Write a ready plan.

    StalePlanError when what it starts from has changed, RevalidationError when pairs fail the rules of
    now (with what `changes` says is new in the rules since the plan was made), ConsentMissingError when
    others must agree first (they are asked), PlanStateError when it is not ready or too old (unless the same
    idempotency key committed it before).
    """
    record = store.record(plan_id)
    plan = store.plan(record.header.plan_id)
    key = idempotency_key or plan.plan_id
    for attempt in range(ATTEMPTS):
        if record.state in REVISABLE:
            refuse_expired(store, record, rulebook, actor, at)
            made, revision = _prepare(store, plan, rulebook, actor, at, today, changes)
        elif record.state == "committed":
            made, revision = NOTHING, store.revision()
        else:
            raise PlanStateError(_not_ready(store, record))
        try:
            return store.commit(
                Commit(
                    plan.plan_id,
                    made,
                    revision,
                    actor,
                    at,
                    reason,
                    key,
                    plan.header.reverts,
                    _notices(plan),
                    plan["visits"],
                )
            )
        except RevisionMovedError:
            if attempt == ATTEMPTS - 1:
                raise
            record = store.record(plan.plan_id)
    raise AssertionError("the loop returns or raises")


def _not_ready(store: Store, record: PlanRecord) -> str:
    """Why a plan in this state is not committed, and what to look at instead."""
    plan_id = record.header.plan_id
    if record.state == "revised":
        next_one = next(each for each in store.records(2**31 - 1) if each.header.revises == plan_id)
        return (
            f"plan {plan_id} was changed in review; look at {next_one.header.plan_id}, which took its place"
        )
    return f"plan {plan_id} is {record.state}; only a ready plan can be committed"


def _prepare(
    store: Store,
    plan: Plan,
    rulebook: Rulebook,
    actor: str,
    at: datetime,
    today: date,
    changes: Callable[[], tuple[Change, ...]],
) -> tuple[Entries, int]:
    """Entries to write and the revision at which they were checked."""
    header = plan.header
    now = store.snapshot(today)
    changed = drift(plan, now)
    if changed:
        store.set_state(plan.plan_id, REVISABLE, "stale", actor, at)
        raise StalePlanError(plan.plan_id, changed)
    if header.objective is not None and not _checked_already(plan, now, rulebook):
        _revalidate(plan, with_rejections(now, header.slot, rejected(store, header.slot)), rulebook, changes)
    ask_for_consents(store, plan, rulebook, actor, at)
    restored = plan["statements"].filter(pc.equal(plan["statements"]["action"], "restore"))
    rows = store.rows(restored["row_id"].combine_chunks())
    return entries(
        plan["statements"], now["assignments"], rows, header.effective_on, header.review_on
    ), now.revision


def _checked_already(plan: Plan, now: Snapshot, rulebook: Rulebook) -> bool:
    """Same data, same rules: the check at the time of the proposal still speaks."""
    stamp = plan.header.rules
    return now.revision == plan.header.base_revision and stamp is not None and stamp.digest == rulebook.digest


def _revalidate(
    plan: Plan, now: Snapshot, rulebook: Rulebook, changes: Callable[[], tuple[Change, ...]]
) -> None:
    """Check the whole plan against the data and the rules of now."""
    header = plan.header
    assert header.objective is not None
    decided = decide(now, rulebook, header.slot, header.scenario, header.effective_on)
    violations = check(
        decided.snapshot, decided.standing, decided.eligibility, header.objective, header.scope, plan
    )
    if violations:
        told = (*map(str, violations), *_waiting(plan, rulebook))
        raise RevalidationError(plan.plan_id, told, changes())


def _waiting(plan: Plan, rulebook: Rulebook) -> tuple[str, ...]:
    """Requested exceptions about pairs of the plan, which nobody has approved yet."""
    moves = plan["moves"]
    pairs = set(zip(moves["patient_id"].to_pylist(), moves["to_provider_id"].to_pylist(), strict=True))
    asked = [
        (each.document.metadata.name, each.document.spec)
        for each in rulebook.documents.waivers
        if each.document.spec.approved_by is None
    ]
    return tuple(
        f"{name} ({spec.rule}) waits for approval"
        for name, spec in asked
        if any(spec.patient in (None, who) and spec.provider in (None, whom) for who, whom in pairs)
    )


def _notices(plan: Plan) -> tuple[tuple[str, str], ...]:
    """One message about the plan, and one digest for each provider who gains or loses patients.

    Ids and counts: whoever receives them may read more with rights of their own.
    """
    header, moves = plan.header, plan["moves"]
    told = {
        "plan_id": plan.plan_id,
        "reverts": header.reverts,
        "effective_on": header.effective_on.isoformat(),
        "assigned": header.counts.assign,
        "moved": header.counts.move,
    }
    gained = _count(moves, "to_provider_id")
    lost = _count(moves, "from_provider_id")
    digests = tuple(
        (
            "provider.panel_changed",
            json.dumps(
                {
                    "plan_id": plan.plan_id,
                    "provider_id": provider,
                    "effective_on": plan.header.effective_on.isoformat(),
                    "gained": gained.get(provider, 0),
                    "lost": lost.get(provider, 0),
                }
            ),
        )
        for provider in sorted(gained.keys() | lost.keys())
    )
    return (("plan.committed", json.dumps(told)), *digests)


def _count(moves: pa.Table, column: str) -> dict[str, int]:
    counted: Iterable[dict[str, object]] = pc.value_counts(moves[column].drop_null()).to_pylist()
    return {str(each["values"]): int(str(each["counts"])) for each in counted}
