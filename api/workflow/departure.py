"""Before somebody leaves: what still rests on them, and the last step, refused while anything does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.access_store import GuardedStore
from api.errors import BlockedError, RequestError
from data.plan import PlanRecord
from data.refusals import REVISABLE
from data.snapshot import Snapshot
from data.standing import population, slots_in_use, standing
from data.store import ImportReceipt, Store


@dataclass(frozen=True)
class Blocker:
    """One thing that has to be settled first: a code, how many, which (some ids), what to do."""

    code: str
    count: int
    examples: tuple[str, ...]
    message: str
    remedy: str


SHOWN = 5
"""Ids that a blocker names."""


def departure_check(store: GuardedStore, provider_id: str, on: date) -> tuple[Blocker, ...]:
    """Everything that rests on a provider on a day and after; empty where they can go.

    NotFoundError where there is no such provider in sight. Everything is counted; ids are only named where
    they are in sight. Visits that a committed plan has ordered to move are settled.
    """
    sight = store.sight(on)
    sight.require("providers", provider_id)
    found = [*_patients(sight, provider_id), *_rows(sight, provider_id), *_groups(sight, provider_id)]
    return (*found, *_visits(sight, provider_id, store.visit_orders()), *_plans(store, provider_id))


def deactivate(
    store: GuardedStore,
    provider_id: str,
    on: date,
    actor: str,
    at: datetime,
    reason: str,
    force: bool = False,
) -> ImportReceipt:
    """Mark a provider as no longer active, the last step of a departure.

    BlockedError while anything rests on them, unless `force`: then the reason goes into the audit log with
    what was left behind. RequestError without a reason.
    """
    if not reason.strip():
        raise RequestError(("say why the provider leaves: it goes into the audit log",))
    blockers = departure_check(store, provider_id, on) if force else refuse_departure(store, provider_id, on)
    providers = store.snapshot(on).providers
    one = providers.filter(pc.equal(providers["provider_id"], provider_id))
    inactive = one.set_column(one.column_names.index("active"), "active", pa.array([False]))
    receipt = store.import_tables({"providers": inactive}, actor, at)
    left = "; left behind: " + "; ".join(each.message for each in blockers) if blockers else ""
    store.note(at, actor, "deactivate", f"provider {provider_id}", reason + left)
    return receipt


def refuse_departure(store: GuardedStore, provider_id: str, on: date) -> tuple[Blocker, ...]:
    """BlockedError while anything rests on the provider; else nothing."""
    blockers = departure_check(store, provider_id, on)
    if blockers:
        raise BlockedError(provider_id, tuple(f"{each.message}. {each.remedy}" for each in blockers))
    return ()


def deactivated(before: Snapshot, rows: pa.Table) -> list[str]:
    """Providers who are active and would not be after an import of these rows of `providers`."""
    off = rows.filter(pc.equal(pc.fill_null(rows["active"], True), False))
    known = before.providers
    was = dict(
        zip(known["provider_id"].to_pylist(), pc.fill_null(known["active"], True).to_pylist(), strict=True)
    )
    return [each for each in off["provider_id"].to_pylist() if was.get(each, False)]


def _patients(sight: Sight, provider_id: str) -> list[Blocker]:
    found, snapshot = [], sight.snapshot
    row = snapshot.position("providers", provider_id)
    for slot in slots_in_use(snapshot):
        held = standing(snapshot, slot)
        theirs = np.flatnonzero((held.owner == row) & population(snapshot, slot))
        if len(theirs):
            names = [snapshot.patient_ids[each] for each in theirs]
            found.append(
                _blocker(
                    "PATIENTS",
                    _seen(sight, "patients", names),
                    len(theirs),
                    f"{len(theirs)} patients in {slot}",
                    f"panelwise propose --preset departure --leave {provider_id} "
                    f"--level {slot.level} --role {slot.role}",
                )
            )
    return found


def _rows(sight: Sight, provider_id: str) -> list[Blocker]:
    """Facility defaults, coverage and assignments that begin later."""
    rows = sight.snapshot["assignments"]
    rows = rows.filter(pc.equal(rows["provider_id"], provider_id))
    day = pa.scalar(sight.snapshot.as_of, pa.date32())
    rows = rows.filter(pc.fill_null(pc.greater(rows["ends_on"], day), True))
    begun = pc.less_equal(rows["starts_on"], day)
    kinds = (
        ("FACILITY_DEFAULTS", "facility", begun, "facilities", "default of {} facilities", "propose again"),
        ("COVERAGE", "coverage", None, "providers", "{} times a stand-in", "name another stand-in"),
        (
            "LATER_PATIENTS",
            "patient",
            pc.invert(begun),
            "patients",
            "{} patients from a later day on",
            "revert that plan",
        ),
    )
    columns = {"facilities": "facility_id", "providers": "covers_provider_id", "patients": "patient_id"}
    found = []
    for code, kind, when, table, text, remedy in kinds:
        mine = pc.equal(rows["kind"], kind)
        some = rows.filter(mine if when is None else pc.and_(mine, when))
        if some.num_rows:
            names = _seen(sight, table, some[columns[table]].to_pylist())
            found.append(_blocker(code, names, some.num_rows, text.format(some.num_rows), remedy))
    return found


def _visits(sight: Sight, provider_id: str, orders: pa.Table) -> list[Blocker]:
    visits = sight.snapshot["visits"]
    ahead = pc.greater_equal(visits["on"], pa.scalar(sight.snapshot.as_of, pa.date32()))
    mine = visits.filter(pc.and_(ahead, pc.equal(visits["provider_id"], provider_id)))
    last = orders.sort_by([("ordered_at", "ascending")])
    action = dict(zip(last["visit_id"].to_pylist(), last["action"].to_pylist(), strict=True))
    open_still = mine.filter(
        pa.array([action.get(each) != "move" for each in mine["visit_id"].to_pylist()], pa.bool_())
    )
    count = open_still.num_rows
    if not count:
        return []
    theirs = zip(open_still["visit_id"].to_pylist(), open_still["patient_id"].to_pylist(), strict=True)
    names = [visit for visit, patient in theirs if sight.sees("patients", patient)]
    remedy = "move them: propose with --existing-visits move, or change them in the schedule"
    return [_blocker("VISITS", names, count, f"{count} visits that nobody has moved", remedy)]


def _groups(sight: Sight, provider_id: str) -> list[Blocker]:
    groups = sight.snapshot["groups"].to_pylist()
    names = [each["group_id"] for each in groups if provider_id in (each["members"] or [])]
    if not names:
        return []
    seen, remedy = _seen(sight, "groups", names), "take them out of the groups"
    return [_blocker("GROUPS", seen, len(names), f"member of {len(names)} groups", remedy)]


def _plans(store: Store, provider_id: str) -> list[Blocker]:
    """Open plans in sight that would give patients to the provider."""
    names = [
        each.header.plan_id
        for each in store.records(2**31 - 1)
        if each.state in REVISABLE and _gives(store, each, provider_id)
    ]
    if not names:
        return []
    text, remedy = f"{len(names)} open plans give them patients", "reject or re-base the plans"
    return [_blocker("PLANS", names, len(names), text, remedy)]


def _seen(sight: Sight, table: str, names: Iterable[str]) -> list[str]:
    return [each for each in names if each and sight.sees(table, each)]


def _gives(store: Store, record: PlanRecord, provider_id: str) -> bool:
    targets = store.plan(record.header.plan_id)["statements"]["to_provider_id"]
    return bool(pc.any(pc.equal(targets, provider_id)).as_py())


def _blocker(code: str, names: Iterable[str], count: int, message: str, remedy: str) -> Blocker:
    some = tuple(sorted(names)[:SHOWN])
    shown = f" ({', '.join(some)}{', ...' if count > len(some) else ''})" if some else ""
    return Blocker(code, count, some, message + shown, remedy)
