"""Who has whom after a change, worked out again only for those whom it may concern."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.edits import Edits, edits
from data.snapshot import Snapshot
from data.standing import Standing, standing

Bool = npt.NDArray[np.bool_]
Int32 = npt.NDArray[np.int32]

MOST = 0.25
"""Share of the patients from which everybody is worked out anew."""


@dataclass(frozen=True)
class Renewal:
    """The standing after; `concerned` are patients who were looked at again, `patients` the edits of them.

    `providers`: the edits of providers.
    """

    standing: Standing
    concerned: Bool
    patients: Edits
    providers: Edits


def renewed(held: Standing, before: Snapshot, after: Snapshot, most: float = MOST) -> Renewal | None:
    """The standing of another snapshot of the same day, from the one before; equal to `standing(after)`.

    None where the day is another, or more than a share of `most` would be looked at: begin anew then.
    """
    if before.as_of != after.as_of:
        return None
    patients, providers = edits(before, after, "patients"), edits(before, after, "providers")
    concerned = _concerned(held, before, after, patients, providers)
    rows = np.flatnonzero(concerned)
    if len(rows) > most * max(len(concerned), 1):
        return None
    again = standing(some_patients(after, rows), held.slot)
    place, destination = patients.origin[~concerned], providers.destination

    def put(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
        found = np.empty(len(concerned), old.dtype)
        found[~concerned], found[rows] = old[place], new
        return found

    made = Standing(
        held.slot,
        put(destination[held.owner], again.owner),
        put(destination[held.acting], again.acting),
        put(held.origin, again.origin),
        put(held.row_id, again.row_id),
        put(held.in_force, again.in_force),
    )
    return Renewal(made, concerned, patients, providers)


def some_patients(snapshot: Snapshot, rows: npt.NDArray[np.int64]) -> Snapshot:
    """The snapshot with some of the patients, and of the assignments those that may say who has them."""
    patients, assignments = snapshot.patients.take(pa.array(rows)).combine_chunks(), snapshot["assignments"]
    theirs = pc.or_(
        pc.equal(assignments["kind"], "coverage"),
        pc.or_(
            _is_in(assignments["patient_id"], patients["patient_id"]),
            _is_in(assignments["facility_id"], patients["facility_id"]),
        ),
    )
    return snapshot.with_tables(patients=patients, assignments=assignments.filter(theirs))


def _concerned(held: Standing, before: Snapshot, after: Snapshot, patients: Edits, providers: Edits) -> Bool:
    """Patients whose owner or stand-in may have changed."""
    facilities, rows = edits(before, after, "facilities"), edits(before, after, "assignments")
    strangers = providers.comers_and_goers("provider_id")
    named = [rows.values(column) for column in ("patient_id", "facility_id", "covers_provider_id")]
    if len(strangers):  # rows that name them meant nobody before, or mean nobody now
        for table in (before["assignments"], after["assignments"]):
            of_strangers = table.filter(
                pc.or_(
                    _is_in(table["provider_id"], strangers), _is_in(table["covers_provider_id"], strangers)
                )
            )
            columns = ("patient_id", "facility_id", "covers_provider_id")
            named = [
                pa.concat_arrays([each, of_strangers[column].combine_chunks().drop_null()])
                for each, column in zip(named, columns, strict=True)
            ]
    who, where, whom = named
    table = after.patients
    concerned: Bool = patients.changed | _mask(table["patient_id"], who)
    concerned |= _mask(table["facility_id"], pa.concat_arrays([where, facilities.values("facility_id")]))
    whose = np.append(_mask(before.providers["provider_id"], whom), False)
    whose[providers.origin[providers.changed & (providers.origin >= 0)]] = True
    whose[providers.gone] = True
    touched = whose[held.owner] | whose[held.acting]
    stays = patients.origin >= 0
    concerned[stays] |= touched[patients.origin[stays]]
    return concerned


def _is_in(column: pa.ChunkedArray, ids: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    wanted = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    return pc.is_in(column, value_set=wanted.drop_null())


def _mask(column: pa.ChunkedArray, ids: pa.Array) -> Bool:
    if not len(ids):
        return np.zeros(len(column), np.bool_)
    return np.asarray(_is_in(column, ids).to_numpy(), np.bool_)
