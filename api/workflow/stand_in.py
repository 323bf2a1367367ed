"""What is to be known about people who stand in: whether they may, and whether their time is long enough."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import Snapshot
from data.standing import Standing

Bool = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Spans = tuple[Days, Days]
"""First days, and first days no longer, as days since 1970."""


def meets(who: Rows, span: Spans, others: Rows, spans: Spans, whole: bool = False) -> Bool:
    """Whether any span of the same provider meets each span (half-open), or with `whole` contains it."""
    order = np.argsort(others, kind="stable")
    begin, end = (np.searchsorted(others[order], who, side) for side in ("left", "right"))
    found = np.zeros(len(who), np.bool_)
    for row in range(len(who)):
        theirs = order[begin[row] : end[row]]
        if who[row] >= 0 and whole:
            found[row] = bool(((spans[0][theirs] <= span[0][row]) & (spans[1][theirs] >= span[1][row])).any())
        elif who[row] >= 0:
            found[row] = bool(((spans[0][theirs] < span[1][row]) & (spans[1][theirs] > span[0][row])).any())
    return found


def without_license(snapshot: Snapshot, held: Standing, coverage: pa.Table) -> pa.Array:
    """Patients of each coverage row in states in which who stands in has no license that is valid today."""
    states = _care_states(snapshot)
    licensed = _licensed_states(snapshot)
    covered = snapshot.positions("providers", coverage["covers_provider_id"])
    place = snapshot.positions("facilities", snapshot.patients["facility_id"])
    by_owner = np.argsort(held.owner, kind="stable")
    begin, end = (np.searchsorted(held.owner[by_owner], covered, side) for side in ("left", "right"))
    only = snapshot.positions("patients", coverage["patient_id"])
    there = snapshot.positions("facilities", coverage["facility_id"])
    found = []
    for row, stand_in in enumerate(coverage["provider_id"].to_pylist()):
        theirs = by_owner[begin[row] : end[row]] if covered[row] >= 0 else by_owner[:0]
        theirs = theirs[theirs == only[row]] if only[row] >= 0 else theirs
        theirs = theirs[place[theirs] == there[row]] if there[row] >= 0 else theirs
        where, patients = np.unique(states[theirs], return_counts=True)
        foreign = [each not in licensed.get(stand_in, ()) and each != "" for each in where]
        found.append(int(patients[np.array(foreign, np.bool_)].sum()))
    return pa.array(found, pa.int64())


def _care_states(snapshot: Snapshot) -> npt.NDArray[np.str_]:
    """State in which every patient is seen, empty where not known."""
    at = snapshot.positions("facilities", snapshot.patients["facility_id"])
    there = snapshot.facilities["state"].combine_chunks().take(pa.array(at, mask=at < 0))
    states = pc.fill_null(pc.coalesce(there, snapshot.patients["state"].combine_chunks()), "")
    made: npt.NDArray[np.str_] = np.asarray(states.to_numpy(zero_copy_only=False), np.str_)
    return made


def _licensed_states(snapshot: Snapshot) -> dict[str, set[str]]:
    rows = snapshot["licenses"]
    valid = rows.filter(pc.fill_null(pc.greater(rows["expires_on"], snapshot.as_of), True))
    found: dict[str, set[str]] = {}
    for provider, state in zip(valid["provider_id"].to_pylist(), valid["state"].to_pylist(), strict=True):
        found.setdefault(provider, set()).add(state)
    return found
