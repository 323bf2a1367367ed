"""Why a patient has the provider that they have: every row that could decide, and what became of it.

What a desk asks when "the assignment is not taking effect" or "the patient still sees the old provider".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.workflow.explain import Holder, holder
from api.workflow.gaps import away
from data.plan import PlanRecord, PlanState
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import at_work, population
from data.store import Reader

Verdict = Literal["decides", "covers", "overridden", "pending", "ended", "elsewhere"]

OPEN_STATES: Mapping[PlanState, str] = {
    "ready": "it is not committed yet",
    "waiting": "it waits for an approval or an acceptance",
    "committing": "it is being committed",
    "stale": "what it starts from has changed: re-base it",
}
"""Plans that wait, and why: what they say of the patient has not been written."""

PENDING = "PENDING_EXCEPTION"
"""Reason of patients whom a plan leaves out until an exception to a rule is approved."""

LOOKED_AT = 20
"""Waiting plans looked at, the newest: more never wait for one patient."""


@dataclass(frozen=True)
class Considered:
    """One assignment row that names the patient, their facility, or somebody who could have them."""

    row_id: int
    kind: str
    provider_id: str
    level: str
    starts_on: date
    ends_on: date | None
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Waiting:
    """A plan that is not committed and would change who has the patient."""

    plan_id: str
    state: str
    provider_id: str
    effective_on: date
    why: str


@dataclass(frozen=True)
class VisitElsewhere:
    """A scheduled visit with somebody other than who acts."""

    visit_id: str
    provider_id: str
    on: date


@dataclass(frozen=True)
class Trace:
    """Who has one patient in one slot on a day, and everything that was looked at to say so.

    `revision` is that of the data the answer rests on; `notes` are sentences on what is not as it should be.
    """

    patient_id: str
    slot: Slot
    as_of: date
    revision: int
    holder: Holder
    considered: tuple[Considered, ...]
    waiting: tuple[Waiting, ...]
    visits: tuple[VisitElsewhere, ...]
    notes: tuple[str, ...]


def why_current(sight: Sight, store: Reader, slot: Slot, patient_id: str) -> Trace:
    """Trace one patient. NotFoundError where they are not in sight."""
    sight.require("patients", patient_id)
    snapshot = sight.snapshot
    held = holder(snapshot, slot, patient_id)
    patient = _row(snapshot.patients, snapshot.position("patients", patient_id))
    rows = _rows(snapshot, slot, patient, held)
    return Trace(
        patient_id,
        slot,
        snapshot.as_of,
        snapshot.revision,
        held,
        tuple(_considered(each, snapshot.as_of, slot, patient, held) for each in rows),
        _waiting(store, slot, patient_id),
        _visits(snapshot, patient_id, held),
        _notes(snapshot, slot, patient_id, held),
    )


def _row(table: pa.Table, position: int) -> dict[str, Any]:
    found: dict[str, Any] = table.slice(position, 1).to_pylist()[0]
    return found


def _rows(snapshot: Snapshot, slot: Slot, patient: dict[str, Any], held: Holder) -> list[dict[str, Any]]:
    """Rows of the role about the patient, their facility, or covering who has them, the narrowest first."""
    rows = snapshot["assignments"]
    rows = rows.filter(pc.equal(rows["role"], slot.role))
    theirs = pc.equal(rows["patient_id"], patient["patient_id"])
    default = pc.and_(
        pc.equal(rows["kind"], "facility"), pc.equal(rows["facility_id"], patient["facility_id"] or "")
    )
    coverage = pc.and_(
        pc.equal(rows["kind"], "coverage"), pc.equal(rows["covers_provider_id"], held.owner or "\0")
    )
    named = [pc.fill_null(each, False) for each in (theirs, default, coverage)]
    found: list[dict[str, Any]] = rows.filter(pc.or_(pc.or_(named[0], named[1]), named[2])).to_pylist()
    order = ("coverage", "patient", "facility")
    return sorted(found, key=lambda each: (order.index(each["kind"]), each["starts_on"], each["row_id"]))


def _considered(
    row: dict[str, Any], day: date, slot: Slot, patient: dict[str, Any], held: Holder
) -> Considered:
    verdict, why = _verdict(row, day, slot, patient, held)
    return Considered(
        row["row_id"],
        row["kind"],
        row["provider_id"],
        row["level"],
        row["starts_on"],
        row["ends_on"],
        verdict,
        why,
    )


def _verdict(
    row: dict[str, Any], day: date, slot: Slot, patient: dict[str, Any], held: Holder
) -> tuple[Verdict, str]:
    """What became of a row: its days first, then whom it is about, then what is narrower."""
    if row["starts_on"] > day:
        return "pending", f"takes effect on {row['starts_on']}"
    if row["ends_on"] is not None and row["ends_on"] <= day:
        return "ended", f"ended on {row['ends_on']}"
    if row["level"] not in (slot.level, "primary" if slot.program else slot.level):
        return "elsewhere", f"is for {row['level']}, not for {slot.level}"
    if row["kind"] == "coverage":
        return _of_coverage(row, patient, held)
    if row["row_id"] == held.row_id:
        return "decides", f"names {row['provider_id']}, from {row['starts_on']} on"
    return "overridden", f"a narrower assignment comes first (row {held.row_id})"


def _of_coverage(row: dict[str, Any], patient: dict[str, Any], held: Holder) -> tuple[Verdict, str]:
    if row["patient_id"] not in (None, patient["patient_id"]):
        return "elsewhere", f"covers {row['covers_provider_id']} only for another patient"
    if row["facility_id"] not in (None, patient["facility_id"]):
        return "elsewhere", f"covers {row['covers_provider_id']} only at facility {row['facility_id']}"
    if row["provider_id"] == held.acting:
        return "covers", f"{row['provider_id']} stands in for {row['covers_provider_id']}"
    return "overridden", f"a narrower stand-in comes first ({held.acting})"


def _waiting(store: Reader, slot: Slot, patient_id: str) -> tuple[Waiting, ...]:
    """Plans of the slot that wait and name the patient."""
    waiting = [each for each in store.records(1000) if each.state in OPEN_STATES and each.header.slot == slot]
    found = (_in_plan(store, each, patient_id) for each in waiting[:LOOKED_AT])
    return tuple(each for each in found if each is not None)


def _in_plan(store: Reader, record: PlanRecord, patient_id: str) -> Waiting | None:
    header = record.header
    plan = store.plan(header.plan_id)
    moves, left = (
        plan[name].filter(pc.equal(plan[name]["patient_id"], patient_id)).to_pylist()
        for name in ("moves", "left")
    )
    for row in left:
        if row["reason_code"] == PENDING:
            return Waiting(header.plan_id, record.state, "", header.effective_on, row["reason"])
    if not moves:
        return None
    to = moves[0]["to_provider_id"] or ""
    return Waiting(header.plan_id, record.state, to, header.effective_on, OPEN_STATES[record.state])


def _visits(snapshot: Snapshot, patient_id: str, held: Holder) -> tuple[VisitElsewhere, ...]:
    visits = snapshot["visits"]
    mine = pc.and_(
        pc.equal(visits["patient_id"], patient_id),
        pc.greater_equal(visits["on"], pa.scalar(snapshot.as_of, pa.date32())),
    )
    rows = visits.filter(pc.fill_null(mine, False)).sort_by("on").to_pylist()
    return tuple(
        VisitElsewhere(each["visit_id"], each["provider_id"], each["on"])
        for each in rows
        if each["provider_id"] != held.acting
    )


def _notes(snapshot: Snapshot, slot: Slot, patient_id: str, held: Holder) -> tuple[str, ...]:
    notes = []
    if not population(snapshot, slot)[snapshot.position("patients", patient_id)]:
        notes.append(f"the patient does not need {slot}: inactive, or not enrolled or in need of it")
    if not held.owner:
        notes.append("nobody is assigned")
    elif not held.in_force:
        notes.append(f"{held.owner} does not work on {snapshot.as_of}")
    if held.acting:
        acting = snapshot.position("providers", held.acting)
        if held.acting != held.owner and not at_work(snapshot)[acting]:
            notes.append(f"the stand-in {held.acting} does not work on {snapshot.as_of}")
        elif away(snapshot)[acting]:
            notes.append(f"{held.acting} is away on {snapshot.as_of}")
    return tuple(notes)
