"""Somebody stands in for some days: a plan, previewed, committed and undone like any other."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.access_store import GuardedStore
from api.errors import RequestError
from api.workflow.revert import effect, header_of
from api.workflow.stand_in import without_license
from data.columns import TABLES
from data.ledger import apply_entries, entries, overlaps, refusal_of_overlaps, touched_by
from data.plan import STATEMENTS, Plan
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, at_work, standing

COVER = ("COVER", "Somebody stands in; the owner stays")


@dataclass(frozen=True)
class Cover:
    """Who stands in for whom, from a day until (and without) another: all patients, a facility's, or one."""

    covers: str
    by: str
    starts_on: date
    ends_on: date
    reason: str
    facility: str = ""
    patient: str = ""
    slot: Slot = field(default=Slot())


def cover(store: GuardedStore, wish: Cover, actor: str, at: datetime, today: date) -> Plan:
    """Make and keep the plan. The owner of nobody changes, and on the last day coverage ends by itself.

    RequestError with everything that speaks against it, NotFoundError for what is not in sight, OverlapError
    where somebody stands in for the same patients already.
    """
    sight = store.sight(today)
    sight.require("providers", wish.covers, wish.by)
    sight.require("facilities", *filter(None, [wish.facility]))
    sight.require("patients", *filter(None, [wish.patient]))
    seen = sight.snapshot.on(wish.starts_on)
    held = standing(seen, wish.slot)
    covered = _covered(seen, held, wish)
    problems = [*_dates(wish, today), *_stand_in(seen, wish)]
    if not covered.any():
        problems.append(f"{wish.covers} has no such patients in {wish.slot} on {wish.starts_on}")
    if problems:
        raise RequestError(tuple(problems))
    statements = _statement(wish)
    made = entries(statements, seen["assignments"], seen["assignments"].slice(0, 0), wish.starts_on)
    clashes = overlaps(touched_by(made, seen["assignments"]))
    if clashes.num_rows:
        raise refusal_of_overlaps(clashes)
    after = seen.with_tables(assignments=apply_entries(seen["assignments"], made))
    moves, counts = effect(seen, after, wish.slot, statements, COVER)
    title = f"{wish.by} stands in for {wish.covers} until {wish.ends_on}"
    header = header_of("coverage", title, wish.slot, seen, today, actor, at, counts)
    header = replace(header, scope=_scope(sight, wish), notes=_notes(seen, held, wish, int(covered.sum())))
    plan = Plan(header, {"statements": statements, "moves": moves})
    store.save_plan(plan, "ready", at, sight.snapshot)
    return plan


def _covered(seen: Snapshot, held: Standing, wish: Cover) -> npt.NDArray[np.bool_]:
    theirs: npt.NDArray[np.bool_] = held.owner == seen.position("providers", wish.covers)
    if wish.patient:
        theirs &= np.arange(len(theirs)) == seen.position("patients", wish.patient)
    if wish.facility:
        place = seen.positions("facilities", seen.patients["facility_id"])
        theirs &= place == seen.position("facilities", wish.facility)
    return theirs


def _dates(wish: Cover, today: date) -> list[str]:
    found = []
    if wish.ends_on <= wish.starts_on:
        found.append(f"coverage must end after it starts: {wish.ends_on} is not after {wish.starts_on}")
    if wish.starts_on < today:
        found.append(f"coverage cannot begin in the past ({wish.starts_on})")
    return found


def _stand_in(seen: Snapshot, wish: Cover) -> list[str]:
    """What is wrong with who stands in, over the whole time."""
    if wish.by == wish.covers:
        return [f"{wish.by} cannot stand in for themselves"]
    row, found = seen.position("providers", wish.by), []
    ends = seen.providers["ends_on"][row].as_py()
    if not at_work(seen)[row] or (ends is not None and ends < wish.ends_on):
        found.append(f"{wish.by} does not work here until {wish.ends_on}")
    day = {"starts": pa.scalar(wish.starts_on), "ends": pa.scalar(wish.ends_on)}
    absent = seen["absences"].filter(pc.equal(seen["absences"]["provider_id"], wish.by))
    if _meeting(absent, day).num_rows:
        found.append(f"{wish.by} is away in that time")
    rows = seen["assignments"].filter(pc.equal(seen["assignments"]["kind"], "coverage"))
    if _meeting(
        rows.filter(pc.fill_null(pc.equal(rows["covers_provider_id"], wish.by), False)), day
    ).num_rows:
        found.append(f"somebody stands in for {wish.by} in that time")
    return found


def _meeting(rows: pa.Table, day: dict[str, pa.Scalar]) -> pa.Table:
    lasting = pc.fill_null(pc.greater(rows["ends_on"], day["starts"]), True)
    return rows.filter(pc.and_(pc.less(rows["starts_on"], day["ends"]), lasting))


def _statement(wish: Cover) -> pa.Table:
    row = {
        "action": "open",
        "kind": "coverage",
        "patient_id": wish.patient or None,
        "facility_id": wish.facility or None,
        "level": wish.slot.level,
        "role": wish.slot.role,
        "to_provider_id": wish.by,
        "row_id": 0,
        "reason": wish.reason,
        "covers_provider_id": wish.covers,
        "ends_on": wish.ends_on,
    }
    return pa.Table.from_pylist([row], schema=STATEMENTS)


def _scope(sight: Sight, wish: Cover) -> Scope:
    return sight.confine(
        Scope(
            facilities=(wish.facility,) if wish.facility else (),
            providers=(wish.covers,),
            patients=(wish.patient,) if wish.patient else (),
        )
    )


def _notes(seen: Snapshot, held: Standing, wish: Cover, count: int) -> tuple[str, ...]:
    row = {
        "kind": "coverage",
        "patient_id": wish.patient or None,
        "facility_id": wish.facility or None,
        "covers_provider_id": wish.covers,
        "provider_id": wish.by,
    }
    coverage = pa.Table.from_pylist([row], schema=TABLES["assignments"].schema)
    unlicensed = without_license(seen, held, coverage)[0].as_py()
    said = [
        f"{wish.by} acts for {count} patients of {wish.covers} from {wish.starts_on} until {wish.ends_on}"
    ]
    if unlicensed:
        said.append(f"{wish.by} has no license for the state of {unlicensed} of them")
    return tuple(said)
