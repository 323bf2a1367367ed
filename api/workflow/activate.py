"""Plans for a later day, looked at again when the day has come.

Their rows take effect by themselves, because they are valid from that day on. What would be refused if it
were committed today must not take effect all the same: a patient whose new provider is no longer at work, or
no longer allowed by the rules, stays with the one before, where that one is at work and allowed. The
plan that does this (a *hold*) is committed, kept in the history and can be undone like any other. Where
nobody else has the patient the move stands, since somebody is better than nobody, and a person is told.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from api.workflow.commit import commit
from api.workflow.decide import Decided, Rulebook, decide
from api.workflow.revert import effect
from data.errors import ConsentMissingError
from data.ledger import apply_entries, entries
from data.plan import Plan, PlanHeader, PlanRecord
from data.reversal import reversal
from data.review import Activation
from data.scenario import Scenario
from data.snapshot import Snapshot
from data.standing import at_work, population
from data.store import Store
from solver.statements import statement_table, statements

Bool = npt.NDArray[np.bool_]

HELD = ("HELD", "What the plan rested on no longer holds on its day; the patient stays with whom they had")


@dataclass(frozen=True)
class Activated:
    """What was found of one plan on (or before) its day.

    `held` patients stay with whom they had, by the plan `hold_plan_id`; `broken` ones have somebody whom the
    rules no longer allow, or who is not at work, and nobody else has them. Patients who were assigned
    anew since the commit are not looked at. `due` is false for a look ahead, which changes nothing.
    `waits`: what the hold itself waits for.
    """

    plan_id: str
    effective_on: date
    patients: int
    held: tuple[str, ...]
    broken: tuple[str, ...]
    due: bool = True
    hold_plan_id: str = ""
    waits: tuple[str, ...] = ()


def activate_due(
    store: Store, rulebook: Rulebook, actor: str, at: datetime, today: date, ahead_days: int = 0
) -> tuple[Activated, ...]:
    """Look at every committed plan whose day has come, once; and, without doing anything, at those ahead."""
    return tuple(
        _activated(store, record, rulebook, actor, at, today) for record in _waiting(store, today, ahead_days)
    )


def _waiting(store: Store, today: date, ahead_days: int) -> Iterator[PlanRecord]:
    """Committed plans for a day after their commit that nobody has looked at since, the earliest first."""
    done = {each.plan_id for each in store.activations()}
    last = today + timedelta(days=ahead_days)
    found = [
        record
        for record in store.records(2**31 - 1)
        if record.state == "committed"
        and record.header.plan_id not in done
        and record.changed_at.date() < record.header.effective_on <= last
    ]
    return iter(sorted(found, key=lambda each: (each.header.effective_on, each.header.plan_id)))


def _activated(
    store: Store, record: PlanRecord, rulebook: Rulebook, actor: str, at: datetime, today: date
) -> Activated:
    header = record.header
    plan, day = store.plan(header.plan_id), max(today, header.effective_on)
    now = store.snapshot(today).on(day)
    moved = _still_moved(plan, decide(now, rulebook, header.slot, Scenario(), day))
    held, broken = _sorted(store, plan, now, moved, rulebook)
    found = Activated(
        header.plan_id,
        header.effective_on,
        moved.count,
        tuple(sorted(moved.broken[each] for each in held)),
        tuple(sorted(moved.broken[each] for each in broken)),
        due=header.effective_on <= today,
    )
    if not found.due:
        return found
    hold_id, patients, waits = _hold(store, plan, now, held, rulebook, actor, at, today)
    activation = Activation(header.plan_id, at, actor, patients, len(broken), hold_id)
    store.keep_activation(activation, _notices(header, patients, len(broken)))
    return replace(found, hold_plan_id=hold_id, waits=waits)


@dataclass(frozen=True)
class _Moved:
    """Patients (rows) who still have the provider that the plan gave them, and those of them it may not keep.

    `broken` maps rows to ids; `former` says who had each before (-1: nobody).
    """

    count: int
    broken: Mapping[int, str]
    former: Mapping[int, int]


def _still_moved(plan: Plan, decided: Decided) -> _Moved:
    moves, snapshot = plan["moves"], decided.snapshot
    patient = snapshot.positions("patients", moves["patient_id"])
    target = snapshot.positions("providers", moves["to_provider_id"])
    former = snapshot.positions("providers", moves["from_provider_id"])
    owner = decided.standing.owner
    kept = (patient >= 0) & (target >= 0) & (np.append(owner, -1)[patient] == target)
    counted = population(snapshot, decided.standing.slot) & (decided.eligibility.row >= 0)
    bad = counted & (~decided.standing.in_force | (decided.eligibility.standing_ok == 0))
    wrong = np.flatnonzero(kept & np.append(bad, False)[patient])
    ids = snapshot.patient_ids
    return _Moved(
        int(kept.sum()),
        {int(patient[each]): ids[patient[each]] for each in wrong},
        {int(patient[each]): int(former[each]) for each in wrong},
    )


def _sorted(
    store: Store, plan: Plan, now: Snapshot, moved: _Moved, rulebook: Rulebook
) -> tuple[list[int], list[int]]:
    """Rows of patients who can stay with whom they had, and of those who cannot.

    The former provider is asked about as if the plan had not been: as somebody who has the patient already.
    """
    if not moved.broken:
        return [], []
    before = decide(_without(store, plan, now), rulebook, plan.header.slot, Scenario(), now.as_of)
    working = np.append(at_work(before.snapshot), False)
    fits = {
        row: former >= 0
        and before.standing.owner[row] == former
        and bool(working[former])
        and bool(before.eligibility.standing_ok[row])
        for row, former in moved.former.items()
    }
    return [row for row in fits if fits[row]], [row for row in fits if not fits[row]]


def _without(store: Store, plan: Plan, now: Snapshot) -> Snapshot:
    """The snapshot as it would be without the plan."""
    opened, superseded = store.rows_of_plan(plan.plan_id)
    back = reversal(opened, superseded, now["assignments"])
    restored = back.statements.filter(pc.equal(back.statements["action"], "restore"))
    rows = store.rows(restored["row_id"].combine_chunks())
    made = entries(back.statements, now["assignments"], rows, now.as_of)
    return now.with_tables(assignments=apply_entries(now["assignments"], made))


def _hold(
    store: Store,
    plan: Plan,
    now: Snapshot,
    rows: list[int],
    rulebook: Rulebook,
    actor: str,
    at: datetime,
    today: date,
) -> tuple[str, int, tuple[str, ...]]:
    """Commit the plan that leaves the patients with whom they had; its id, how many, and what it waits for.

    One that was committed before a crash is found again; one that was only made before it is left to expire.
    """
    known = {each.header.plan_id: each for each in store.records(2**31 - 1)}
    names = (f"{plan.plan_id}.hold{number or ''}" for number in count())
    hold_id = ""
    for hold_id in names:
        if hold_id not in known:
            break
        if known[hold_id].state == "committed":
            return hold_id, known[hold_id].header.counts.move, ()
    if not rows:
        return "", 0, ()
    store.save_plan(_hold_plan(plan, now, rows, rulebook, actor, at, hold_id), "ready", at, now)
    try:
        commit(store, hold_id, rulebook, actor, at, today, HELD[1])
    except ConsentMissingError as missing:
        return hold_id, len(rows), missing.waits
    return hold_id, len(rows), ()


def _hold_plan(
    plan: Plan, now: Snapshot, rows: list[int], rulebook: Rulebook, actor: str, at: datetime, hold_id: str
) -> Plan:
    header = plan.header
    held = decide(now, rulebook, header.slot, Scenario(), now.as_of).standing
    counted, planned = population(now, header.slot), held.owner.copy()
    former = dict(
        zip(
            plan["moves"]["patient_id"].to_pylist(),
            plan["moves"]["from_provider_id"].to_pylist(),
            strict=True,
        )
    )
    for row in rows:
        planned[row] = now.position("providers", former[now.patient_ids[row]])
    inside = header.scope.patients_inside(now, held.owner)
    chosen = statements(now, held, counted, inside, at_work(now), planned)
    written = statement_table(now, held, chosen, planned, dict.fromkeys(rows, HELD[1]), {})
    made = entries(written, now["assignments"], now["assignments"].slice(0, 0), now.as_of)
    after = now.with_tables(assignments=apply_entries(now["assignments"], made))
    moves, counts = effect(now, after, header.slot, written, HELD)
    own = PlanHeader(
        plan_id=hold_id,
        kind="hold",
        title=f"Hold of {header.plan_id}",
        slot=header.slot,
        as_of=now.as_of,
        effective_on=now.as_of,
        base_revision=now.revision,
        created_at=at,
        actor=actor,
        counts=counts,
        scope=header.scope,
        notes=(f"{len(rows)} patients of {header.plan_id} stay with whom they had: {HELD[1]}",),
    )
    return Plan(own, {"statements": written, "moves": moves})


def _notices(header: PlanHeader, held: int, broken: int) -> list[tuple[str, str]]:
    told = {
        "plan_id": header.plan_id,
        "effective_on": header.effective_on.isoformat(),
        "held": held,
        "broken": broken,
    }
    return [("plan.activated", json.dumps(told))]
