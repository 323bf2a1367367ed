"""Who has whom on the day of a snapshot: one resolution order for every reader.

Coverage stands in for the owner (coverage of the primary level also where a program's owner comes from
there); the owner is the explicit row of the patient, else the default of the
patient's facility, else (for a program) the same two of the primary level, else nobody.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.slot import Slot
from data.snapshot import Snapshot

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

ORIGINS = ("nobody", "patient", "facility", "primary patient", "primary facility")
"""Where an owner comes from; `Standing.origin` holds positions in this tuple."""


@dataclass(frozen=True)
class Standing:
    """Owners and stand-ins, one entry for each row of `snapshot.patients`; -1 is nobody.

    `row_id` is the assignment row that names the owner (0: none, or not stored yet). `in_force` is false
    where nobody owns the patient or the owner does not work on that day.
    """

    slot: Slot
    owner: Int32
    acting: Int32
    origin: Int8
    row_id: Int64
    in_force: Bool


def slots_in_use(snapshot: Snapshot) -> list[Slot]:
    """Every slot for which somebody has ever been assigned, the primary physician first."""
    first = Slot()
    return [first, *sorted({Slot(*each) for each in snapshot.levels_and_roles} - {first})]


def population(snapshot: Snapshot, slot: Slot) -> Bool:
    """Patients who need the slot filled: active, and enrolled in the program or in need of the specialty."""
    patients = snapshot.patients
    needed = _bools(pc.fill_null(patients["active"], True))
    if slot.program:
        needed &= _lists_with(patients["programs"], slot.program)
    if slot.specialty:
        needed &= _lists_with(patients["needs"], slot.specialty)
    return needed


def at_work(snapshot: Snapshot) -> Bool:
    """Providers who are active and employed on the day of the snapshot (absences do not count)."""
    providers = snapshot.providers
    day = pa.scalar(snapshot.as_of, pa.date32())
    started = pc.fill_null(pc.less_equal(providers["starts_on"], day), True)
    staying = pc.fill_null(pc.greater(providers["ends_on"], day), True)
    active = _bools(pc.fill_null(providers["active"], True))
    return active & _bools(started) & _bools(staying)


def rows_in_force(assignments: pa.Table, snapshot: Snapshot) -> pa.Table:
    """Rows whose valid time contains the day of the snapshot."""
    day = pa.scalar(snapshot.as_of, pa.date32())
    begun = pc.less_equal(assignments["starts_on"], day)
    open_still = pc.fill_null(pc.greater(assignments["ends_on"], day), True)
    return assignments.filter(pc.and_(begun, open_still))


def standing(snapshot: Snapshot, slot: Slot) -> Standing:
    """Resolve every patient's owner and stand-in for one slot."""
    rows = rows_in_force(snapshot["assignments"], snapshot)
    rows = rows.filter(pc.equal(rows["role"], slot.role))
    count = snapshot.patients.num_rows
    owner, row_id = np.full(count, -1, np.int32), np.zeros(count, np.int64)
    origin = np.zeros(count, np.int8)
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])
    levels = (slot.level,) if not slot.program else (slot.level, "primary")
    for step, level in enumerate(levels):
        at_level = rows.filter(pc.equal(rows["level"], level))
        explicit, explicit_row = _owners(snapshot, at_level, "patient", count)
        _take(owner, row_id, origin, explicit, explicit_row, 1 + 2 * step)
        default, default_row = _owners(snapshot, at_level, "facility", snapshot.facilities.num_rows)
        implied = np.where(facility >= 0, np.append(default, -1)[facility], -1).astype(np.int32)
        implied_row = np.where(facility >= 0, np.append(default_row, 0)[facility], 0)
        _take(owner, row_id, origin, implied, implied_row, 2 + 2 * step)
    acting = owner.copy()
    inherited = origin >= ORIGINS.index("primary patient")
    for level in reversed(levels):
        covered = owner if level == slot.level else np.where(inherited, owner, -1)
        _stand_in(snapshot, rows.filter(pc.equal(rows["level"], level)), covered, facility, acting)
    in_force = (owner >= 0) & np.append(at_work(snapshot), False)[owner]
    return Standing(slot, owner, acting, origin, row_id, in_force)


def _owners(snapshot: Snapshot, rows: pa.Table, kind: str, count: int) -> tuple[Int32, Int64]:
    """Provider and row of every patient or facility named by rows of the kind; the latest start wins."""
    table = {"patient": "patients", "facility": "facilities"}[kind]
    chosen = rows.filter(pc.equal(rows["kind"], kind)).sort_by("starts_on")
    subject = snapshot.positions(table, chosen[f"{kind}_id"])
    known = subject >= 0
    owner, row_id = np.full(count, -1, np.int32), np.zeros(count, np.int64)
    owner[subject[known]] = snapshot.positions("providers", chosen["provider_id"])[known]
    row_id[subject[known]] = chosen["row_id"].to_numpy()[known]
    return owner, row_id


def _take(owner: Int32, row_id: Int64, origin: Int8, offered: Int32, offered_row: Int64, code: int) -> None:
    taken = (owner < 0) & (offered >= 0)
    owner[taken], row_id[taken], origin[taken] = offered[taken], offered_row[taken], code


def _stand_in(snapshot: Snapshot, rows: pa.Table, owner: Int32, facility: Int32, acting: Int32) -> None:
    """Write coverage into `acting`: for all, then for a facility, then for one patient (narrower wins)."""
    coverage = rows.filter(pc.equal(rows["kind"], "coverage"))
    patient = snapshot.positions("patients", coverage["patient_id"])
    place = snapshot.positions("facilities", coverage["facility_id"])
    covered = snapshot.positions("providers", coverage["covers_provider_id"])
    stand_in = snapshot.positions("providers", coverage["provider_id"])
    named_patient = coverage["patient_id"].is_valid().to_numpy()
    named_place = coverage["facility_id"].is_valid().to_numpy()
    by_owner = np.argsort(owner, kind="stable")
    begin, end = (np.searchsorted(owner[by_owner], covered, side) for side in ("left", "right"))
    for row in np.argsort(named_patient * 2 + named_place, kind="stable"):
        if covered[row] < 0 or stand_in[row] < 0:
            continue
        theirs = by_owner[begin[row] : end[row]]
        if named_patient[row]:
            theirs = theirs[theirs == patient[row]]
        if named_place[row]:
            theirs = theirs[(facility[theirs] == place[row]) & (place[row] >= 0)]
        acting[theirs] = stand_in[row]


def _bools(column: pa.ChunkedArray) -> Bool:
    return np.array(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _lists_with(column: pa.ChunkedArray, wanted: str) -> Bool:
    """Which lists contain the text."""
    lists = column.combine_chunks()
    hits = pc.equal(pc.list_flatten(lists), wanted)
    parents = pc.list_parent_indices(lists)
    found = np.zeros(len(lists), dtype=np.bool_)
    found[parents.filter(hits).to_numpy()] = True
    return found
