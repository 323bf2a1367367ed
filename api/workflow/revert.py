"""Undo a committed plan by a plan of its own: previewed, committed and checked for drift like any other."""

import secrets
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import PlanStateError
from data.ledger import apply_entries, entries
from data.plan import MOVES, Counts, Plan, PlanHeader
from data.reversal import reversal
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, population, standing
from data.store import Store
from data.visit import visits_given_back

UNDO = ("UNDO", "The plan that changed this is undone")
"""Code and sentence of the moves of an undo."""


def revert(store: Store, plan_id: str, actor: str, at: datetime, today: date) -> Plan:
    """Make and keep the plan that takes back a committed plan.

    What was changed since stays and is named in the notes. PlanStateError when it is not committed.
    """
    record = store.record(plan_id)
    if record.state != "committed":
        raise PlanStateError(
            f"plan {record.header.plan_id} is {record.state}; only a committed plan can be reverted"
        )
    undone = record.header
    now, effective_on = store.snapshot(today), max(today, undone.effective_on)
    opened, superseded = store.rows_of_plan(undone.plan_id)
    back = reversal(opened, superseded, now["assignments"], f"undo of {undone.plan_id}")
    restored = back.statements.filter(pc.equal(back.statements["action"], "restore"))
    made = entries(
        back.statements,
        now["assignments"],
        store.rows(restored["row_id"].combine_chunks()),
        effective_on,
    )
    seen = now.on(effective_on)
    after = seen.with_tables(assignments=apply_entries(seen["assignments"], made))
    moves, counts = effect(seen, after, undone.slot, back.statements, UNDO)
    visits = visits_given_back(store.plan(undone.plan_id)["visits"], seen, effective_on)
    header = header_of("revert", f"Undo of {undone.plan_id}", undone.slot, seen, today, actor, at, counts)
    plan = Plan(
        replace(header, scope=undone.scope, notes=back.kept, reverts=undone.plan_id),
        {"statements": back.statements, "moves": moves, "visits": visits},
    )
    store.save_plan(plan, "ready", at)
    return plan


def header_of(
    kind: str, title: str, slot: Slot, seen: Snapshot, today: date, actor: str, at: datetime, counts: Counts
) -> PlanHeader:
    """The header of a plan that was not searched for: made `today`, in effect from the day of `seen` on."""
    return PlanHeader(
        plan_id=f"{kind}-{secrets.token_hex(3)}",
        kind=kind,
        title=title,
        slot=slot,
        as_of=today,
        effective_on=seen.as_of,
        base_revision=seen.revision,
        created_at=at,
        actor=actor,
        counts=counts,
    )


def effect(
    before: Snapshot, after: Snapshot, slot: Slot, statements: pa.Table, why: tuple[str, str]
) -> tuple[pa.Table, Counts]:
    """What the statements mean for every patient, by resolving who has whom before and after.

    `why`: code and sentence of the moves.
    """
    held, then = standing(before, slot), standing(after, slot)
    needed = population(before, slot)
    changed = np.flatnonzero((held.owner != then.owner) & needed)
    moves = _moves(before, held, then, changed, why)
    gone = then.owner[changed] < 0
    assign = int(((held.owner[changed] < 0) & ~gone).sum())
    move = len(changed) - assign - int(gone.sum())
    everybody, left = int(needed.sum()), int((needed & (then.owner < 0)).sum())
    counts = Counts(
        population=everybody,
        in_scope=everybody,
        assign=assign,
        move=move,
        keep=everybody - assign - move - left,
        left=left,
        review=0,
        statements=statements.num_rows,
    )
    return moves, counts


def _moves(
    before: Snapshot,
    held: Standing,
    then: Standing,
    rows: npt.NDArray[np.int64],
    why: tuple[str, str],
) -> pa.Table:
    count = len(rows)
    ids = before.providers["provider_id"]
    nobody = held.owner[rows] < 0
    columns = {
        "patient_id": before.patients["patient_id"].take(pa.array(rows)),
        "facility_id": before.patients["facility_id"].take(pa.array(rows)),
        "action": pa.array(np.where(nobody, "assign", "move"), pa.string()),
        "from_provider_id": ids.take(pa.array(held.owner[rows], mask=nobody)),
        "to_provider_id": ids.take(pa.array(then.owner[rows], mask=then.owner[rows] < 0)),
        "via": pa.repeat(pa.scalar("restore"), count),
        "row_id": pa.array(held.row_id[rows]),
        "reason_code": pa.repeat(pa.scalar(why[0]), count),
        "reason": pa.repeat(pa.scalar(why[1]), count),
        "miles_before": pa.nulls(count, pa.float64()),
        "miles_after": pa.nulls(count, pa.float64()),
    }
    return pa.table([columns[name] for name in MOVES.names], schema=MOVES)
