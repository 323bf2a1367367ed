"""The fewest statements that give everybody the planned provider.

A patient with an explicit row of the slot's level keeps an explicit row. The others of a facility follow its
default. The default may be changed where all of the facility's patients are in scope and each of them
ends with somebody at work, since whoever is not to follow the new default needs a row of their own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.plan import STATEMENTS
from data.snapshot import Snapshot
from data.standing import Standing

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

EXPLICIT, DEFAULT = 1, 2
"""Positions in `data.standing.ORIGINS` of owners named by rows of the slot's own level."""


@dataclass(frozen=True)
class Statements:
    """Patients who get a row of their own, and facilities whose default becomes `provider` instead.

    `patient` are rows of patients, ascending; `facility`, `provider`, `base` (the row of the default that
    ends, 0: none) and `former` (its provider, -1: none) go together; `carried[i]` says that patient i's
    change comes from a new default.
    """

    patient: Int32
    facility: Int32
    provider: Int32
    base: Int64
    former: Int32
    carried: Bool


def statements(
    snapshot: Snapshot, standing: Standing, counted: Bool, inside: Bool, working: Bool, planned: Int32
) -> Statements:
    """Choose defaults and single rows.

    `planned[i]` is the provider of patient i after the plan, as `standing.owner` where nothing changes;
    `counted` the population, `inside` who is in scope, `working` which providers are at work.
    """
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])
    changed = counted & (planned != standing.owner)
    follows = counted & (facility >= 0) & (standing.origin != EXPLICIT)
    at_work = (planned >= 0) & np.append(working, False)[planned]
    places = snapshot.facilities.num_rows
    closed = np.zeros(places, np.bool_)
    closed[facility[counted & (facility >= 0) & ~inside]] = True
    closed[facility[follows & ~at_work]] = True
    provider = _best_defaults(facility, planned, follows, changed, closed, len(working))
    new = np.append(provider, -1)[facility]
    carried = follows & (new >= 0) & (new == planned)
    own = np.where(follows & (new >= 0), new != planned, changed)
    chosen = np.flatnonzero(provider >= 0).astype(np.int32)
    base = np.zeros(places, np.int64)
    former = np.full(places, -1, np.int32)
    by_default = counted & (standing.origin == DEFAULT)
    base[facility[by_default]] = standing.row_id[by_default]
    former[facility[by_default]] = standing.owner[by_default]
    own_row = np.flatnonzero(own).astype(np.int32)
    return Statements(own_row, chosen, provider[chosen], base[chosen], former[chosen], carried & changed)


def _best_defaults(
    facility: Int32, planned: Int32, follows: Bool, changed: Bool, closed: Bool, providers: int
) -> Int32:
    """The new default of every facility, -1 where keeping the present one needs no more statements.

    Keeping costs one statement for each change, a new default one more than those who do not follow it.
    """
    usable = follows & ~np.append(closed, True)[facility]
    pairs, followers = np.unique(
        facility[usable].astype(np.int64) * max(providers, 1) + planned[usable], return_counts=True
    )
    place, provider = pairs // max(providers, 1), pairs % max(providers, 1)
    everybody = np.bincount(facility[usable], minlength=len(closed))
    keeping = np.bincount(facility[usable & changed], minlength=len(closed))
    order = np.lexsort((-provider, followers, place))  # the last of a facility has most followers
    best, most = np.full(len(closed), -1, np.int32), np.zeros(len(closed), np.int64)
    best[place[order]], most[place[order]] = provider[order], followers[order]
    return np.where(1 + everybody - most < keeping, best, -1).astype(np.int32)


def statement_table(
    snapshot: Snapshot,
    standing: Standing,
    chosen: Statements,
    planned: Int32,
    reason: dict[int, str],
    facility_reason: dict[int, str],
) -> pa.Table:
    """The table `statements`; reasons by row of patient and of facility."""
    patients, providers = snapshot.patient_ids, [*snapshot.provider_ids, None]
    slot = standing.slot
    rows = [
        {
            "action": "open",
            "kind": "facility",
            "facility_id": snapshot.facility_ids[place],
            "level": slot.level,
            "role": slot.role,
            "from_provider_id": providers[former],
            "to_provider_id": providers[provider],
            "row_id": base,
            "reason": facility_reason.get(place, ""),
        }
        for place, provider, base, former in zip(
            chosen.facility.tolist(),
            chosen.provider.tolist(),
            chosen.base.tolist(),
            chosen.former.tolist(),
            strict=True,
        )
    ]
    explicit = standing.origin == EXPLICIT
    rows += [
        {
            "action": "open",
            "kind": "patient",
            "patient_id": patients[who],
            "level": slot.level,
            "role": slot.role,
            "from_provider_id": providers[standing.owner[who]],
            "to_provider_id": providers[planned[who]],
            "row_id": int(standing.row_id[who]) if explicit[who] else 0,
            "reason": reason.get(who, ""),
        }
        for who in chosen.patient.tolist()
    ]
    return pa.Table.from_pylist(rows, schema=STATEMENTS)
