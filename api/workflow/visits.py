"""Visits that are scheduled with somebody else than the patient's provider, and what was ordered for each."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from data.slot import Slot
from data.standing import standing

VISITS = pa.schema(
    [
        ("visit_id", pa.string()),
        ("on", pa.date32()),
        ("patient_id", pa.string()),
        ("facility_id", pa.string()),
        ("provider_id", pa.string()),
        ("owner_id", pa.string()),
        ("order", pa.string()),
        ("to_provider_id", pa.string()),
        ("plan_id", pa.string()),
    ]
)
"""`provider_id`: with whom it is scheduled; `owner_id`: whose patient it is on that day (null: nobody's);
`order`: what the last committed plan that named it said: keep, move, or null where none has."""


def visits_with_others(sight: Sight, slot: Slot, orders: pa.Table) -> pa.Table:
    """Columns `VISITS`, by day: visits ahead whose provider does not have the patient on their day.

    `orders` are the store's (columns `VISIT_ORDERS`).
    """
    visits = sight.rows("visits")
    visits = visits.filter(pc.greater_equal(visits["on"], pa.scalar(sight.snapshot.as_of, pa.date32())))
    owner = _owner_on_day(sight, slot, visits)
    theirs = sight.snapshot.providers["provider_id"].combine_chunks().take(pa.array(owner, mask=owner < 0))
    provider = sight.snapshot.positions("providers", visits["provider_id"])
    other = pa.array((provider != owner) | (owner < 0))
    last = orders.sort_by([("ordered_at", "descending")])
    at = pc.index_in(visits["visit_id"], value_set=last["visit_id"].combine_chunks()).combine_chunks()
    columns = {
        **{name: visits[name] for name in ("visit_id", "on", "patient_id", "facility_id", "provider_id")},
        "owner_id": theirs,
        "order": last["action"].combine_chunks().take(at),
        "to_provider_id": last["to_provider_id"].combine_chunks().take(at),
        "plan_id": last["plan_id"].combine_chunks().take(at),
    }
    found = pa.table([columns[name] for name in VISITS.names], schema=VISITS).filter(other)
    return found.sort_by([("on", "ascending"), ("visit_id", "ascending")])


def _owner_on_day(sight: Sight, slot: Slot, visits: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Whose patient each visit's patient is on the day of the visit (row of providers, -1: nobody)."""
    patient = sight.snapshot.positions("patients", visits["patient_id"])
    days: list[date] = visits["on"].to_pylist()
    owner = np.full(visits.num_rows, -1, np.int32)
    for day in _days_of_change(sight, days):
        held = standing(sight.snapshot.on(day), slot).owner
        since = np.array([each >= day for each in days], np.bool_)
        owner[since] = np.append(held, -1)[patient[since]]
    return owner


def _days_of_change(sight: Sight, days: list[date]) -> list[date]:
    """Today, and the later days up to the last visit on which somebody's provider changes."""
    today = sight.snapshot.as_of
    rows = sight.snapshot["assignments"]
    changes: set[date] = {*rows["starts_on"].to_pylist(), *rows["ends_on"].drop_null().to_pylist()}
    last = max(days, default=today)
    return sorted({today, *(each for each in changes if today < each <= last)})
