"""A store in memory: the same behavior as `data.sql`, gone with the process."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from threading import RLock
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import refusals
from data.columns import TABLES
from data.errors import NotFoundError
from data.ledger import ROWS, Entries, overlaps, refusal_of_overlaps, touched_by
from data.memory_reviews import MemoryReviews
from data.memory_state import State
from data.merge import Merge, checked, corrections, merge, receipt_of_import
from data.order import joined, sorted_by_key
from data.parquet import freeze, thaw
from data.plan import Plan, PlanRecord, PlanState
from data.snapshot import ROW_ID, Snapshot
from data.store import AUDIT, HISTORY, Commit, ImportReceipt, Receipt
from data.visit import orders_of


class MemoryStore(MemoryReviews):
    """A `Store` without a file: for tests, trials and notebooks."""

    def __init__(self) -> None:
        empty = {name: spec.schema.empty_table() for name, spec in TABLES.items() if name != "assignments"}
        self._state = State(0, empty, HISTORY.empty_table())
        self._lock = RLock()

    def revision(self) -> int:
        """See `Reader.revision`."""
        return self._state.revision

    def snapshot(self, as_of: date, known_at: datetime | None = None) -> Snapshot:
        """See `Reader.snapshot`."""
        state = self._state
        rows = state.believed() if known_at is None else _known(state.history, known_at)
        tables = {**state.tables, "assignments": sorted_by_key("assignments", rows)}
        return Snapshot(as_of, tables, state.revision)

    def plan(self, plan_id: str) -> Plan:
        """See `Reader.plan`."""
        state = self._state
        return state.plans[state.found(plan_id).header.plan_id]

    def record(self, plan_id: str) -> PlanRecord:
        """See `Reader.record`."""
        return self._state.found(plan_id)

    def records(self, limit: int = 50) -> list[PlanRecord]:
        """See `Reader.records`."""
        found = sorted(self._state.records.values(), key=lambda each: each.header.plan_id)
        return sorted(found, key=lambda each: each.header.created_at, reverse=True)[:limit]

    def rows(self, row_ids: pa.Int64Array) -> pa.Table:
        """See `Reader.rows`."""
        history = self._state.history
        return history.filter(pc.is_in(history["row_id"], value_set=row_ids))

    def rows_of_plan(self, plan_id: str) -> tuple[pa.Table, pa.Table]:
        """See `Reader.rows_of_plan`."""
        state = self._state
        found = pa.scalar(state.found(plan_id).header.plan_id)
        opened = state.history.filter(pc.equal(state.history["plan_id"], found))
        return opened, state.history.filter(pc.equal(state.history["superseded_by_plan_id"], found))

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> pa.Table:
        """See `Reader.history`."""
        history = self._state.history
        theirs = pc.is_in(history["patient_id"], value_set=pa.array(list(patients), pa.string()))
        there = pc.is_in(history["facility_id"], value_set=pa.array(list(facilities), pa.string()))
        return history.filter(pc.or_(theirs, there)).sort_by("row_id")

    def history_since(self, since: datetime) -> pa.Table:
        """See `Reader.history_since`."""
        history = self._state.history
        then = pa.scalar(refusals.moment(since), HISTORY.field("recorded_at").type)
        later = [pc.greater_equal(history[name], then) for name in ("recorded_at", "superseded_at")]
        return history.filter(pc.or_kleene(*later)).sort_by("row_id")

    def audit(self, limit: int = 100) -> pa.Table:
        """See `Reader.audit`."""
        events = list(enumerate(self._state.events, start=1))[::-1][:limit]
        rows = [dict(zip(AUDIT.names, (number, *event), strict=True)) for number, event in events]
        return pa.Table.from_pylist(rows, schema=AUDIT)

    def outbox(self, limit: int = 1000) -> list[tuple[int, str, str]]:
        """See `Reader.outbox`."""
        return list(self._state.outbox[:limit])

    def input_of(self, plan_id: str) -> Snapshot:
        """See `Reader.input_of`."""
        state = self._state
        header = state.found(plan_id).header
        frozen = state.inputs.get(header.snapshot_digest)
        if frozen is None:
            raise NotFoundError(f"no snapshot was kept with plan {header.plan_id}")
        return thaw(frozen.manifest, frozen.files, header.base_revision)

    def import_tables(
        self,
        tables: Mapping[str, pa.Table],
        actor: str,
        at: datetime,
        mode: Literal["update", "replace"] = "update",
    ) -> ImportReceipt:
        """See `Store.import_tables`."""
        given = checked(tables)
        with self._lock:
            state = self._state
            believed = state.believed()
            existing = {**state.tables, "assignments": believed.drop_columns([ROW_ID.name])}
            found = {name: merge(name, existing[name], given[name], mode == "replace") for name in given}
            changed = {name: each for name, each in found.items() if not each.empty}
            if changed:
                after = dict(state.tables)
                history = state.history
                revision = state.revision + 1
                for name, each in changed.items():
                    if name == "assignments":
                        made = corrections(believed, given[name], each)
                        history = _recorded(history, made, actor, refusals.moment(at), None)
                    else:
                        after[name] = _merged(name, state.tables[name], given[name], each)
                state = replace(state, revision=revision, tables=after, history=history)
                self._state = state.with_event(at, actor, "import", ", ".join(changed))
            return receipt_of_import(state.revision, found)

    def save_plan(self, plan: Plan, state: PlanState, at: datetime, source: Snapshot | None = None) -> None:
        """See `Store.save_plan`."""
        frozen = freeze(source) if source is not None else None
        if frozen is not None:
            plan = plan.renamed(snapshot_digest=frozen.digest)
        with self._lock:
            self._state = self._state.with_plan(plan, state, at, frozen)

    def set_state(
        self,
        plan_id: str,
        before: Iterable[PlanState],
        after: PlanState,
        actor: str,
        at: datetime,
        reason: str = "",
    ) -> None:
        """See `Store.set_state`."""
        with self._lock:
            record = self._state.found(plan_id)
            full = record.header.plan_id
            refusals.check_state(full, record.state, before, f"to become {after} it")
            self._state = self._state.with_state(full, after, actor, at, reason)

    def commit(self, commit: Commit) -> Receipt:
        """See `Store.commit`."""
        refusals.check_entries(commit)
        at = refusals.moment(commit.at)
        with self._lock:
            state = self._state
            first = state.receipts.get(commit.idempotency_key)
            if first is not None:
                refusals.check_repetition(commit, first)
                return replace(first, repeated=True)
            record = state.found(commit.plan_id)
            refusals.check_state(record.header.plan_id, record.state, refusals.COMMITTABLE, "a commit")
            refusals.check_consents(record.header.plan_id, self.consents(record.header.plan_id))
            refusals.check_revision(commit.expected_revision, state.revision)
            believed = state.believed()
            standing = pc.is_in(commit.entries.supersede, value_set=believed["row_id"].combine_chunks())
            refusals.check_superseded(len(standing), pc.sum(standing).as_py() or 0)
            clashes = overlaps(touched_by(commit.entries, believed))
            if clashes.num_rows:
                raise refusal_of_overlaps(clashes)
            receipt = refusals.receipt_of(commit, record.header.plan_id, state.revision + 1)
            self._state = _committed(state, commit, record, receipt, at)
            return receipt

    def remove_rows(self, name: str, keys: pa.Table, expected_revision: int, actor: str, at: datetime) -> int:
        """See `Store.remove_rows`."""
        with self._lock:
            state = self._state
            refusals.check_revision(expected_revision, state.revision)
            rows = state.believed() if name == "assignments" else state.tables[name]
            gone = pc.is_in(
                joined(rows, tuple(keys.column_names)), value_set=joined(keys, tuple(keys.column_names))
            )
            refusals.check_removed(name, keys.num_rows, pc.sum(gone).as_py() or 0)
            if name == "assignments":
                made = Entries(keys[ROW_ID.name].combine_chunks(), ROWS.empty_table())
                state = replace(
                    state, history=_recorded(state.history, made, actor, refusals.moment(at), None)
                )
            else:
                state = replace(state, tables={**state.tables, name: rows.filter(pc.invert(gone))})
            state = replace(state, revision=state.revision + 1)
            self._state = state.with_event(at, actor, "remove", refusals.subject_of_removal(name, keys))
            return self._state.revision

    def mark_sent(self, message_ids: Iterable[int], at: datetime) -> None:  # noqa: ARG002  the store keeps no sent ones
        """See `Store.mark_sent`."""
        gone = set(message_ids)
        with self._lock:
            waiting = tuple(each for each in self._state.outbox if each[0] not in gone)
            self._state = replace(self._state, outbox=waiting)

    def outbox_size(self) -> int:
        """See `Reader.outbox_size`."""
        return len(self._state.outbox)

    def tell(self, topic: str, body: str) -> None:
        """One more message that waits to be sent."""
        with self._lock:
            self._state = self._state.with_notices([(topic, body)])

    def note(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> None:
        """See `Store.note`."""
        with self._lock:
            self._state = self._state.with_event(at, actor, action, subject, reason)

    def close(self) -> None:
        """See `Store.close`; there is nothing to let go of."""


def _known(history: pa.Table, known_at: datetime) -> pa.Table:
    then = pa.scalar(refusals.moment(known_at), HISTORY.field("recorded_at").type)
    recorded = pc.less_equal(history["recorded_at"], then)
    still = pc.fill_null(pc.greater(history["superseded_at"], then), True)
    return history.filter(pc.and_(recorded, still)).select([ROW_ID.name, *ROWS.names])


def _merged(name: str, existing: pa.Table, given: pa.Table, found: Merge) -> pa.Table:
    gone = np.zeros(existing.num_rows, dtype=np.bool_)
    gone[found.base.to_numpy()] = True
    gone[found.removed.to_numpy()] = True
    new = given.take(pa.concat_arrays([found.added, found.changed]))
    return sorted_by_key(name, pa.concat_tables([existing.filter(pa.array(~gone)), new]))


def _recorded(history: pa.Table, made: Entries, actor: str, at: datetime, plan_id: str | None) -> pa.Table:
    """The history after the entries: rows superseded at the moment, new rows with the next ids."""
    struck = pc.is_in(history["row_id"], value_set=made.supersede)
    for name, value in (("superseded_at", at), ("superseded_by_plan_id", plan_id)):
        scalar = pa.scalar(value, HISTORY.field(name).type)
        history = history.set_column(
            HISTORY.get_field_index(name), name, pc.if_else(struck, scalar, history[name])
        )
    count = made.insert.num_rows
    columns = {name: made.insert[name] for name in ROWS.names} | {
        "row_id": pa.array(np.arange(count) + history.num_rows + 1),
        "recorded_at": pa.repeat(pa.scalar(at, HISTORY.field("recorded_at").type), count),
        "recorded_by": pa.repeat(pa.scalar(actor), count),
        "plan_id": pa.repeat(pa.scalar(plan_id, pa.string()), count),
    }
    nothing = {field.name: pa.nulls(count, field.type) for field in HISTORY if field.name not in columns}
    new = pa.table([(columns | nothing)[name] for name in HISTORY.names], schema=HISTORY)
    return pa.concat_tables([history, new])


def _committed(state: State, commit: Commit, record: PlanRecord, receipt: Receipt, at: datetime) -> State:
    full = record.header.plan_id
    after = replace(
        state,
        revision=receipt.revision,
        history=_recorded(state.history, commit.entries, commit.actor, at, full),
        visit_orders=pa.concat_tables([state.visit_orders, orders_of(commit.visits, full, at)]),
    ).with_notices(commit.notices)
    if commit.idempotency_key:
        after = replace(after, receipts={**state.receipts, commit.idempotency_key: receipt})
    done = replace(record, state="committed", changed_at=at, changed_by=commit.actor)
    after = after.with_record(replace(done, committed_revision=receipt.revision))
    after = after.with_event(at, commit.actor, "commit", full, commit.reason)
    if commit.reverts:
        undone = state.found(commit.reverts)
        refusals.check_state(undone.header.plan_id, undone.state, ("committed",), "a revert")
        after = after.with_record(replace(undone, state="reverted", changed_at=at, changed_by=commit.actor))
        after = after.with_event(at, commit.actor, "revert", undone.header.plan_id, commit.reason)
    return after
