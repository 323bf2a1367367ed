"""One patient with one provider for the time being: a day of review, and exceptions to rules until then."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pyarrow as pa
import yaml

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.decided import decided_plan
from api.workflow.propose import Request, objective_of
from api.workflow.waivers import Wish, justified, requested
from data.plan import STATEMENTS, Plan
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import ORIGINS, standing
from data.store import Store
from rules.rule import Rule
from rules.validate import RuleVerdict, validate

PRESET = "rebalance"
"""Of the plan that carries it out, with one patient in its scope."""


@dataclass(frozen=True)
class Temporarily:
    """Who is to have whom until a day on which somebody looks again, and why.

    `deciding` gives, of roles, one that who asks has and decides in (empty: none): rules that it may override
    are overridden, for others an exception is asked for. `practices` are those in sight of somebody confined.
    """

    patient: str
    provider: str
    review_on: date
    reason: str
    code: str
    deciding: Callable[[Iterable[str]], str]
    slot: Slot = field(default=Slot())
    practices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Temporary:
    """The plan (not kept yet), and the exceptions that it rests on: texts of documents by file name.

    `pending` are those that somebody else has to approve before the plan can be committed.
    """

    plan: Plan
    waivers: Mapping[str, str]
    pending: tuple[str, ...]


def temporary(
    snapshot: Snapshot, rulebook: Rulebook, wish: Temporarily, actor: str, at: datetime
) -> Temporary:
    """Exceptions to every hard rule that objects, and the plan. Nothing is kept.

    RequestError with everything that stands in the way: unknown names, rules that may not be waived or not
    for so long, a provider without room.
    """
    objections = _objections(snapshot, rulebook, wish)
    waivers, pending = _waivers(snapshot, rulebook, objections, wish, actor)
    # what waits for approval counts here; the commit asks the rules of then, where it does once approved
    book = Rulebook.of({**rulebook.texts, **{name: _as_if(rulebook, text) for name, text in waivers.items()}})
    request = Request(
        preset=PRESET,
        as_of=snapshot.as_of,
        effective_on=snapshot.as_of,
        actor=actor,
        slot=wish.slot,
        scope=Scope(wish.practices, patients=(wish.patient,)),
        plan_id=f"temporary-{secrets.token_hex(3)}",
        review_on=wish.review_on,
    )
    held, row = standing(snapshot, wish.slot), snapshot.position("patients", wish.patient)
    stands = held.owner[row] >= 0 and snapshot.provider_ids[held.owner[row]] == wish.provider
    wanted = {} if stands else {wish.patient: wish.provider}
    plan = decided_plan(snapshot, request, objective_of(book, request), book, wanted, at)
    if stands:
        plan = _marked(plan, wish, int(held.row_id[row]) if ORIGINS[held.origin[row]] == "patient" else 0)
    title = f"{wish.patient} with {wish.provider} until reviewed: {wish.reason}"
    return Temporary(plan.renamed(title=title), waivers, pending)


def keep_temporary(store: Store, made: Temporary, source: Snapshot, at: datetime) -> None:
    """Keep the plan, and the snapshot it was made from, to be committed like any other."""
    store.save_plan(made.plan, "ready", at, source=source)


def nobody(_: Iterable[str]) -> str:
    """No role to decide in: exceptions are only asked for."""
    return ""


def _objections(snapshot: Snapshot, rulebook: Rulebook, wish: Temporarily) -> list[tuple[Rule, RuleVerdict]]:
    """Hard rules that object to the pair; RequestError where some of them may not be waived so long."""
    problems = [
        f"no {what} {name!r}"
        for table, what, name in (
            ("patients", "patient", wish.patient),
            ("providers", "provider", wish.provider),
        )
        if snapshot.position(table, name) < 0
    ]
    if not wish.reason.strip():
        problems.append("say why: a temporary assignment needs a reason")
    if wish.review_on <= snapshot.as_of:
        problems.append(f"the day of review, {wish.review_on}, must be after {snapshot.as_of}")
    if problems:
        raise RequestError(tuple(problems))
    rules = {each.rule.id: each for each in rulebook.compiled.rules}
    owner = standing(snapshot, wish.slot).owner[snapshot.position("patients", wish.patient)]
    stands = owner >= 0 and snapshot.provider_ids[owner] == wish.provider
    judged = validate(rulebook.compiled, snapshot, wish.slot, wish.patient, wish.provider, bool(stands))
    found = [(rules[each.rule_id].rule, each) for each in judged.rules if each.hard and each.objects]
    days = (wish.review_on - snapshot.as_of).days
    for rule, verdict in found:
        told = f"{rules[rule.id].base_id}: {verdict.message}"
        if rule.waivable is None:
            problems.append(f"{told}; this rule may not be waived. {rule.remedy}".strip())
        elif days > rule.waivable.max_days:
            problems.append(
                f"{told}; this rule may be waived for {rule.waivable.max_days} days, not for {days}"
            )
    if problems:
        raise RequestError(tuple(problems))
    return found


def _waivers(
    snapshot: Snapshot,
    rulebook: Rulebook,
    objections: list[tuple[Rule, RuleVerdict]],
    wish: Temporarily,
    actor: str,
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Documents by file name, and the names of those that wait for somebody else."""
    today, texts, pending = snapshot.as_of, dict(rulebook.texts), []
    made: dict[str, str] = {}
    for rule in dict.fromkeys(rule.id.partition("@")[0] for rule, _ in objections):
        waivable = next(each.waivable for each, _ in objections if each.id.partition("@")[0] == rule)
        assert waivable is not None
        asked = Wish(rule, wish.patient, wish.provider, wish.reason, today, wish.review_on, wish.code)
        book = Rulebook.of(texts)
        role = wish.deciding(waivable.overridable_by)
        if role:
            name, text = justified(book, asked, actor, role, today)
        else:
            name, text = requested(book, asked, actor, today)
            pending.append(name)
        made[f"{name}.yaml"] = texts[f"{name}.yaml"] = text
    return made, tuple(pending)


def _as_if(rulebook: Rulebook, text: str) -> str:
    """A waiver as if it were approved by somebody who may."""
    document = yaml.safe_load(text)
    spec = document["spec"]
    if "approvedBy" in spec:
        return text
    rule = next(each.rule for each in rulebook.compiled.rules if each.base_id == spec["rule"])
    assert rule.waivable is not None
    approved = {"name": "(to be approved)", "role": rule.waivable.by[0]}
    return yaml.safe_dump({**document, "spec": {**spec, "approvedBy": approved}})


def _marked(plan: Plan, wish: Temporarily, row_id: int) -> Plan:
    """The plan, which moves nobody, with a new row for who stays; `row_id` is the present one (0: none)."""
    statement = {
        "action": "open",
        "kind": "patient",
        "patient_id": wish.patient,
        "level": wish.slot.level,
        "role": wish.slot.role,
        "from_provider_id": wish.provider,
        "to_provider_id": wish.provider,
        "row_id": row_id,
        "reason": wish.reason,
    }
    tables = {**plan.tables, "statements": pa.Table.from_pylist([statement], schema=STATEMENTS)}
    counts = replace(plan.header.counts, statements=1)
    return Plan(replace(plan.header, counts=counts), tables)
