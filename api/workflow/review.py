"""Review a plan before its commit: reject single moves, send patients to somebody else, take in exceptions.

A plan never changes: what people decide makes another one, which is checked as a whole and takes its place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import pyarrow as pa

from api.access_sight import Sight
from api.access_store import GuardedStore
from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.decided import bounded_by, decided_plan, with_reasons
from api.workflow.drift import drift
from api.workflow.propose import Request
from api.workflow.remembered import rejected, with_rejections
from data.errors import PlanStateError, StalePlanError
from data.plan import DECISIONS, Plan, PlanRecord
from data.refusals import REVISABLE
from data.review import Rejection
from data.scenario import apply
from data.snapshot import Snapshot
from rules.validate import PairVerdict, Validator

REJECTED, RETARGETED, PENDING = "rejected", "retargeted", "pending"


@dataclass(frozen=True)
class Verdict:
    """What a person says about patients of a plan: not to that provider, or to `to_provider_id` instead."""

    patients: tuple[str, ...]
    reason: str
    to_provider_id: str = ""


@dataclass(frozen=True)
class _Case:
    """One review: what is reviewed, by whom, and on which data."""

    former: Plan
    record: PlanRecord
    snapshot: Snapshot
    sight: Sight
    rulebook: Rulebook
    actor: str
    at: datetime
    targets: Mapping[str, str]
    owners: Mapping[str, str | None]


def review(
    store: GuardedStore,
    plan_id: str,
    verdicts: Sequence[Verdict],
    rulebook: Rulebook,
    actor: str,
    at: datetime,
    today: date,
) -> Plan:
    """Change what a plan proposes; the new plan, kept as `ready`.

    Without verdicts it only takes in the patients whose exceptions were approved since (also those of a
    committed plan: then the new plan has nobody else). RequestError with everything that is in the way,
    StalePlanError where the plan's ground has moved, PlanStateError where it is not open for review.
    """
    case = _opened(store, plan_id, rulebook, actor, at, today)
    problems = _problems(case, verdicts)
    if problems:
        raise RequestError(problems)
    rejections = _rejections(case, verdicts)
    slot = case.former.header.slot
    banned = with_rejections(case.snapshot, slot, [*rejections, *rejected(store, slot)])
    case = replace(case, snapshot=banned)
    wanted, decisions = _wanted(case, verdicts)
    plan = _revised(case, wanted, decisions, _next_id(store, case.former.plan_id), today)
    store.revise_plan(plan, rejections, at, source=case.snapshot)
    return plan


def _opened(
    store: GuardedStore, plan_id: str, rulebook: Rulebook, actor: str, at: datetime, today: date
) -> _Case:
    record = store.record(plan_id)
    former = store.plan(record.header.plan_id)
    if record.state not in (*REVISABLE, "committed"):
        raise PlanStateError(f"plan {former.plan_id} is {record.state}; only an open plan is reviewed")
    if former.header.objective is None:
        raise RequestError((f"plan {former.plan_id} is an undo: commit it, or reject it as a whole",))
    day = today if record.state == "committed" else former.header.as_of
    sight = store.sight(day)
    changed = () if record.state == "committed" else drift(former, sight.snapshot)
    if changed:
        raise StalePlanError(former.plan_id, changed)
    names = former["moves"]["patient_id"].to_pylist()
    targets, owners = (
        dict(zip(names, former["moves"][f"{side}_provider_id"].to_pylist(), strict=True))
        for side in ("to", "from")
    )
    if record.state == "committed":
        targets = {}  # they stand: only what waited for an exception may follow
    return _Case(former, record, sight.snapshot, sight, rulebook, actor, at, targets, owners)


def _problems(case: _Case, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Everything that is wrong with the verdicts themselves."""
    if case.record.state == "committed" and verdicts:
        raise PlanStateError(f"plan {case.former.plan_id} is committed; revert it, or propose again")
    named = [patient for each in verdicts for patient in each.patients]
    case.sight.require("patients", *named)
    case.sight.require("providers", *{each.to_provider_id for each in verdicts if each.to_provider_id})
    left = set(case.former["left"]["patient_id"].to_pylist())
    problems = [f"{each} is named twice" for each, count in sorted(Counter(named).items()) if count > 1]
    problems += ["say why: every verdict needs a reason" for each in verdicts if not each.reason.strip()]
    for each in verdicts:
        can = set(case.targets) | (left if each.to_provider_id else set())
        problems += [
            f"{patient} does not move in plan {case.former.plan_id}"
            for patient in each.patients
            if patient not in can
        ]
        problems += [
            f"{patient} goes to {each.to_provider_id} already"
            for patient in each.patients
            if each.to_provider_id and case.targets.get(patient) == each.to_provider_id
        ]
    return tuple(problems) + _parted(case, verdicts)


def _parted(case: _Case, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Households that would be parted, since only some of those who move together are named."""
    patients = case.snapshot.patients
    household = dict(
        zip(patients["patient_id"].to_pylist(), patients["household_id"].to_pylist(), strict=True)
    )
    mates: dict[tuple[str, str], list[str]] = {}
    for patient, target in case.targets.items():
        if household.get(patient):
            mates.setdefault((household[patient], target), []).append(patient)
    found = []
    for each in verdicts:
        together = set(each.patients)
        for patient in each.patients:
            key = (household.get(patient) or "", case.targets.get(patient, ""))
            missing = [other for other in mates.get(key, []) if other not in together]
            if missing:
                found.append(
                    f"{patient} lives with {', '.join(missing)} (household {key[0]}) and moves with them: "
                    "name them together"
                )
    return tuple(found)


def _rejections(case: _Case, verdicts: Iterable[Verdict]) -> list[Rejection]:
    """The pairs to remember."""
    header = case.former.header
    return [
        Rejection(
            patient, case.targets[patient], header.slot, each.reason, header.plan_id, case.actor, case.at
        )
        for each in verdicts
        if not each.to_provider_id
        for patient in each.patients
    ]


def _wanted(case: _Case, verdicts: Sequence[Verdict]) -> tuple[dict[str, str], list[dict[str, object]]]:
    """Who goes where, and the rows of `decisions`; RequestError for targets that need an exception first."""
    wanted = dict(case.targets)
    decided = {patient: each for each in verdicts for patient in each.patients}
    rows = [row for row in case.former["decisions"].to_pylist() if row["patient_id"] not in decided]
    judge = _Judge(case)
    for row in rows:
        if row["decision"] == PENDING and not judge.against(row["patient_id"], row["to_provider_id"]):
            wanted[row["patient_id"]] = row["to_provider_id"]
            row["decision"] = RETARGETED
    problems = []
    for patient, verdict in decided.items():
        proposed = wanted.pop(patient, None)
        decision, rules = REJECTED, ""
        if verdict.to_provider_id:
            against = judge.against(patient, verdict.to_provider_id)
            rules = ",".join(each.rule_id for each in against.objections if each.hard) if against else ""
            decision = PENDING if against else RETARGETED
            problems += judge.without_request(against) if against else []
            if not against:
                wanted[patient] = verdict.to_provider_id
        rows.append(_row(case, patient, proposed, decision, rules, verdict))
    if not verdicts and wanted == case.targets:
        problems = [f"no exception that plan {case.former.plan_id} waits for is approved yet"]
    if problems:
        raise RequestError(tuple(problems))
    return wanted, rows


def _row(
    case: _Case, patient: str, proposed: str | None, decision: str, rules: str, verdict: Verdict
) -> dict[str, object]:
    return {
        "patient_id": patient,
        "from_provider_id": case.owners.get(patient),
        "proposed_provider_id": proposed,
        "decision": decision,
        "to_provider_id": verdict.to_provider_id or None,
        "rules": rules,
        "reason": verdict.reason,
        "decided_by": case.actor,
        "decided_at": case.at,
    }


class _Judge:
    """Asks the rules about single pairs on the plan's day."""

    def __init__(self, case: _Case) -> None:
        self._case = case
        self._waivers = [each.document for each in case.rulebook.documents.waivers]
        self._day = case.former.header.effective_on

    @cached_property
    def _validator(self) -> Validator:
        case, header = self._case, self._case.former.header
        assumed = apply(header.scenario, case.snapshot).on(header.effective_on)
        return Validator(case.rulebook.compiled, assumed, header.slot)

    def against(self, patient: str, provider: str) -> PairVerdict | None:
        """The verdict where a hard rule objects, else None."""
        found = self._validator.validate(patient, provider)
        return None if found.allowed else found

    def without_request(self, verdict: PairVerdict) -> list[str]:
        """Hard rules that object and for which nobody has requested an exception."""
        return [
            f"{verdict.patient_id} cannot go to {verdict.provider_id}: {each.message or each.title}. To ask "
            f"for an exception first: panelwise rules waive {each.rule_id} --patient {verdict.patient_id} "
            f"--provider {verdict.provider_id}"
            for each in verdict.objections
            if each.hard and not self._requested(verdict, each.rule_id)
        ]

    def _requested(self, verdict: PairVerdict, rule_id: str) -> bool:
        return any(
            each.spec.rule == rule_id
            and each.spec.patient in (None, verdict.patient_id)
            and each.spec.provider in (None, verdict.provider_id)
            and each.state(self._day) == "requested"
            and each.spec.from_day <= self._day < each.spec.until
            for each in self._waivers
        )


def _revised(
    case: _Case, wanted: Mapping[str, str], rows: list[dict[str, object]], plan_id: str, today: date
) -> Plan:
    """The plan of the decisions, with its numbers and reasons."""
    header = case.former.header
    assert header.objective is not None
    objective, day = header.objective, header.effective_on
    if case.record.state == "committed":
        objective, day = replace(objective, movable="everyone", max_moves=None), max(day, today)
    request = Request(
        header.kind,
        case.snapshot.as_of,
        day,
        case.actor,
        header.slot,
        header.scope,
        header.scenario,
        plan_id=plan_id,
        existing_visits=header.existing_visits,
        review_on=header.review_on,
    )
    notes = (f"{header.plan_id}, changed in review: {_counted(rows)}",)
    plan = decided_plan(case.snapshot, request, objective, case.rulebook, wanted, case.at, notes)
    plan = plan.renamed(revises=header.plan_id, review_on=header.review_on)
    plan = Plan(plan.header, {**plan.tables, "decisions": pa.Table.from_pylist(rows, schema=DECISIONS)})
    plan = bounded_by(plan, case.former, case.snapshot) if case.record.state != "committed" else plan
    return _explained(plan, rows)


def _explained(plan: Plan, rows: list[dict[str, object]]) -> Plan:
    """Reasons of what people decided, in their own words."""
    said: dict[str, dict[str, str]] = {REJECTED: {}, RETARGETED: {}, PENDING: {}}
    for row in rows:
        who = f"{row['decided_by']}: {row['reason']}"
        said[str(row["decision"])][str(row["patient_id"])] = {
            REJECTED: f"The proposal ({row['proposed_provider_id']}) was rejected by {who}",
            RETARGETED: f"Chosen by {who}",
            PENDING: f"Waits for an exception ({row['rules']}) to go to {row['to_provider_id']}; {who}",
        }[str(row["decision"])]
    for table in ("moves", "statements"):
        plan = with_reasons(plan, table, "RETARGETED", said[RETARGETED])
    plan = with_reasons(plan, "left", "REJECTED", said[REJECTED])
    return with_reasons(plan, "left", "PENDING_EXCEPTION", said[PENDING])


def _counted(rows: list[dict[str, object]]) -> str:
    words = {REJECTED: "rejected", RETARGETED: "sent to somebody else", PENDING: "waiting for an exception"}
    counts = {name: sum(row["decision"] == name for row in rows) for name in words}
    return ", ".join(f"{counts[name]} {word}" for name, word in words.items() if counts[name]) or "nothing"


def _next_id(store: GuardedStore, plan_id: str) -> str:
    """`fill-gaps-1a2b3c.2` after `fill-gaps-1a2b3c`, and so on."""
    numbered = re.fullmatch(r"(.*)\.(\d+)", plan_id)
    root = numbered[1] if numbered else plan_id
    known = [each.header.plan_id for each in store.records(2**31 - 1)]
    taken = [
        int(each.removeprefix(f"{root}.")) for each in known if re.fullmatch(re.escape(root) + r"\.\d+", each)
    ]
    return f"{root}.{max([1, *taken]) + 1}"
