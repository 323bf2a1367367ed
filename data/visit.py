"""Visits of patients whose provider changes: which a plan touches, and what is to be done with them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import Snapshot

VISITS_TOUCHED = pa.schema(
    [
        ("visit_id", pa.string()),
        ("patient_id", pa.string()),
        ("facility_id", pa.string()),
        ("on", pa.date32()),
        ("provider_id", pa.string()),
        ("to_provider_id", pa.string()),
        ("action", pa.string()),
        ("reason", pa.string()),
    ]
)
"""Visits with the former provider. `action`: `keep` (stays with `provider_id`) or `move` (to
`to_provider_id`, null where the patient has nobody afterwards)."""

VISIT_ORDERS = pa.schema(
    [("plan_id", pa.string()), ("ordered_at", pa.timestamp("us", "UTC")), *list(VISITS_TOUCHED)]
)
"""What committed plans say is to be done with visits; the schedule belongs to the scheduling system."""

GONE = "the provider no longer works here on that day"
"""Why a visit moves although visits are kept."""

FAR = np.iinfo(np.int32).max


@dataclass(frozen=True)
class ExistingVisits:
    """What happens to visits that are scheduled already: `keep`, `move`, or `move_after` the day `after`.

    ValueError where `after` is missing, or given for another action.
    """

    action: Literal["keep", "move", "move_after"] = "keep"
    after: date | None = None

    def __post_init__(self) -> None:
        if (self.action == "move_after") != (self.after is not None):
            raise ValueError("existing visits: give a day with move_after, and only with it")

    def __str__(self) -> str:
        return f"move after {self.after}" if self.after else self.action


def visits_touched(
    snapshot: Snapshot, moves: pa.Table, effective_on: date, existing: ExistingVisits
) -> pa.Table:
    """Visits on or after the effective day of patients who are moved, with the provider they leave.

    `moves` has `patient_id`, `from_provider_id` and `to_provider_id`; `snapshot` is as the plan assumes it.
    A visit is moved in any case where the former provider does not work on its day.
    """
    visits = snapshot["visits"]
    visits = visits.filter(pc.greater_equal(visits["on"], pa.scalar(effective_on, pa.date32())))
    move = pc.index_in(visits["patient_id"], value_set=moves["patient_id"].combine_chunks())
    former = moves["from_provider_id"].combine_chunks().take(move.combine_chunks())
    touched = pc.fill_null(pc.equal(visits["provider_id"], former), False)
    visits, move = visits.filter(touched), move.filter(touched).combine_chunks()
    gone = _gone(snapshot, visits)
    moved = gone | _moved(visits, existing)
    target = moves["to_provider_id"].combine_chunks().take(move)
    columns = {
        **{name: visits[name] for name in ("visit_id", "patient_id", "facility_id", "on", "provider_id")},
        "to_provider_id": pc.if_else(pa.array(moved), target, pa.scalar(None, pa.string())),
        "action": pa.array(np.where(moved, "move", "keep").tolist(), pa.string()),
        "reason": pa.array(np.where(gone, GONE, f"existing visits: {existing}").tolist(), pa.string()),
    }
    return pa.table([columns[name] for name in VISITS_TOUCHED.names], schema=VISITS_TOUCHED)


def visits_given_back(undone: pa.Table, snapshot: Snapshot, effective_on: date) -> pa.Table:
    """What is to be done with the visits that an undone plan touched (columns `VISITS_TOUCHED`).

    A visit that was to move stays where it still is with the former provider, and moves back where not.
    Visits that are over, or no longer scheduled, are left out.
    """
    visits = snapshot["visits"]
    ordered = undone.filter(pc.equal(undone["action"], "move"))
    at = pc.index_in(ordered["visit_id"], value_set=visits["visit_id"].combine_chunks())
    ordered, there = ordered.filter(pc.is_valid(at)), visits.take(at.combine_chunks().drop_null())
    ahead = pc.greater_equal(there["on"], pa.scalar(effective_on, pa.date32()))
    ordered, there = ordered.filter(ahead), there.filter(ahead)
    stays = pc.equal(there["provider_id"], ordered["provider_id"])
    columns = {
        **{name: there[name] for name in ("visit_id", "patient_id", "facility_id", "on", "provider_id")},
        "to_provider_id": pc.if_else(stays, pa.scalar(None, pa.string()), ordered["provider_id"]),
        "action": pc.if_else(stays, "keep", "move"),
        "reason": pa.repeat(pa.scalar("the plan that moved it is undone"), there.num_rows),
    }
    return pa.table([columns[name] for name in VISITS_TOUCHED.names], schema=VISITS_TOUCHED)


def orders_of(visits: pa.Table, plan_id: str, at: datetime) -> pa.Table:
    """Touched visits as the orders of a plan that is committed at a moment in UTC."""
    count = visits.num_rows
    stamp = pa.scalar(at, VISIT_ORDERS.field("ordered_at").type)
    own = [pa.array([plan_id] * count, pa.string()), pa.repeat(stamp, count)]
    return pa.table([*own, *visits.columns], schema=VISIT_ORDERS)


def _moved(visits: pa.Table, existing: ExistingVisits) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if existing.after is None:
        return np.full(visits.num_rows, existing.action == "move")
    later = pc.greater_equal(visits["on"], pa.scalar(existing.after, pa.date32()))
    return np.asarray(later.to_numpy(), np.bool_)


def _gone(snapshot: Snapshot, visits: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Visits whose provider does not work on their day."""
    provider = snapshot.positions("providers", visits["provider_id"])
    providers = snapshot.providers
    ends = pc.fill_null(providers["ends_on"].cast(pa.int32()), FAR).to_numpy()
    active = pc.fill_null(providers["active"], True).to_numpy().astype(np.bool_)
    day = visits["on"].cast(pa.int32()).to_numpy()
    known = provider >= 0
    gone = np.zeros(visits.num_rows, np.bool_)
    gone[known] = (ends[provider[known]] <= day[known]) | ~active[provider[known]]
    return gone
