"""Whether what a plan starts from still stands."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.plan import Plan
from data.scenario import apply
from data.snapshot import Snapshot
from data.standing import standing

SHOWN = 50
"""Differences told one by one; more are counted."""


def drift(plan: Plan, now: Snapshot) -> tuple[str, ...]:
    """Sentences for everything in the plan whose starting point has changed; empty when it all stands."""
    found = _lost_rows(plan, now) + _changed_patients(plan, now) + _lost_providers(plan, now)
    if len(found) > SHOWN:
        found = [*found[:SHOWN], f"... and {len(found) - SHOWN:,} more"]
    return tuple(found)


def _lost_rows(plan: Plan, now: Snapshot) -> list[str]:
    """Rows that statements close or take back must still be believed."""
    statements = plan["statements"]
    needed = statements.filter(
        pc.and_(pc.greater(statements["row_id"], 0), pc.not_equal(statements["action"], "restore"))
    )
    believed = pc.is_in(needed["row_id"], value_set=now["assignments"]["row_id"].combine_chunks())
    lost = needed.filter(pc.invert(believed)).to_pylist()
    return [
        f"the assignment of {_subject(row)} to {row['from_provider_id'] or 'nobody'} was replaced"
        for row in lost
    ]


def _changed_patients(plan: Plan, now: Snapshot) -> list[str]:
    """Every moved patient must still have the same owner by the same row, and be at the same facility."""
    header, moves = plan.header, plan["moves"]
    if not moves.num_rows:
        return []
    assumed = apply(header.scenario, now).on(header.effective_on)
    patient = assumed.positions("patients", moves["patient_id"])
    names = moves["patient_id"].to_pylist()
    gone = [f"patient {names[row]} is no longer there" for row in np.flatnonzero(patient < 0)]
    known = np.flatnonzero(patient >= 0)
    row_id = standing(assumed, header.slot).row_id[patient[known]]
    moved_on = row_id != moves["row_id"].to_numpy()[known]
    facility = assumed.patients["facility_id"].take(pa.array(patient[known]))
    elsewhere = pc.not_equal(
        pc.fill_null(facility, ""), pc.fill_null(moves["facility_id"].take(pa.array(known)), "")
    )
    elsewhere = elsewhere.to_numpy(zero_copy_only=False).astype(bool)
    return [
        *gone,
        *(f"patient {names[row]} was assigned anew since" for row in known[moved_on]),
        *(f"patient {names[row]} is at another facility now" for row in known[elsewhere & ~moved_on]),
    ]


def _lost_providers(plan: Plan, now: Snapshot) -> list[str]:
    targets = pc.unique(plan["statements"]["to_provider_id"].drop_null()).to_pylist()
    return [f"provider {each} is no longer there" for each in targets if now.position("providers", each) < 0]


def _subject(row: dict[str, object]) -> str:
    if row["kind"] == "facility":
        return f"facility {row['facility_id']}"
    if row["kind"] == "coverage":
        return f"a stand-in for {row['covers_provider_id']}"
    return f"patient {row['patient_id']}"
