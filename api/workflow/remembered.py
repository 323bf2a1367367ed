"""The snapshot with what people refused before: rejected pairs are not proposed again."""

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from data.order import sorted_by_key
from data.review import Rejection
from data.review_store import ReviewReader
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import standing
from data.store import Reader


def remembered(store: Reader, as_of: date, slot: Slot) -> Snapshot:
    """The store's snapshot; the slot's rejections are bans in it."""
    return with_rejections(store.snapshot(as_of), slot, rejected(store, slot))


def rejected(store: ReviewReader, slot: Slot) -> list[Rejection]:
    """Rejections of a slot in force."""
    return [each for each in store.rejections() if each.slot == slot]


def with_rejections(snapshot: Snapshot, slot: Slot, rejections: Iterable[Rejection]) -> Snapshot:
    """Rejected pairs as bans, beside the pins and bans that are there and come first.

    A pair that stands meanwhile was decided anew by somebody: it is no longer held against anybody.
    """
    found = {(each.patient_id, each.provider_id): each for each in rejections}
    if not found:
        return snapshot
    pins = snapshot["pins"]
    same = zip(
        *(pins[name].to_pylist() for name in ("patient_id", "provider_id", "level", "role")), strict=True
    )
    decided = {(who, whom) for who, whom, level, role in same if (level, role) == (slot.level, slot.role)}
    owner = standing(snapshot, slot).owner
    rows = []
    for (who, whom), each in found.items():
        patient, provider = snapshot.position("patients", who), snapshot.position("providers", whom)
        known = patient >= 0 and provider >= 0
        if known and (who, whom) not in decided and owner[patient] != provider:
            rows.append(
                {
                    "patient_id": who,
                    "provider_id": whom,
                    "kind": "ban",
                    "level": slot.level,
                    "role": slot.role,
                    "reason": f"rejected in plan {each.plan_id} by {each.actor}: {each.reason}",
                }
            )
    if not rows:
        return snapshot
    more = pa.Table.from_pylist(rows, schema=pins.schema)
    return snapshot.with_tables(pins=sorted_by_key("pins", pa.concat_tables([pins, more])))
