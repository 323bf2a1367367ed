"""Writes of the SQL store: each is one transaction, all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from data import refusals
from data.ledger import Entries, overlaps, refusal_of_overlaps, touched_by
from data.merge import Merge, checked, corrections, merge, receipt_of_import
from data.parquet import freeze
from data.patch import named_by
from data.plan import Plan, PlanState
from data.snapshot import Snapshot
from data.sql.changes import keep_changes
from data.sql.confinement import Confinement
from data.sql.database import Database, Holder
from data.sql.events import Event, keep_event, keep_messages, move_plan, raise_revision, revision_of
from data.sql.guards import is_overlap
from data.sql.moments import from_micros, micros
from data.sql.plans import keep_plan
from data.sql.reader import read_existing, read_record
from data.sql.reviews import SqlReviews, keep_visit_orders, read_consents
from data.sql.schema import COMMITS, REFERENCE
from data.sql.traces import Traces
from data.store import Commit, ImportReceipt, Receipt
from data.visit import orders_of

CONFINED_KEPT = 64
"""Confinements whose stores are kept: one for each of as many people."""

HEADS = ("agencies", "practices", "facilities", "providers", "patients")
"""Tables by which it is told what is in sight; rows of others refer to theirs."""


class SqlStore(SqlReviews):
    """A `Store` in one database; `data.sql.opening.open_store` makes it."""

    def __init__(self, database: Database, traces: Traces | None = None) -> None:
        super().__init__(database)
        self._traces = traces or Traces(database)
        self._confined: dict[Confinement, SqlStore] = {}
        self._choosing = Lock()
        self._shown: tuple[int, dict[str, pa.Array]] | None = None

    def import_tables(
        self,
        tables: Mapping[str, pa.Table],
        actor: str,
        at: datetime,
        mode: Literal["update", "replace"] = "update",
    ) -> ImportReceipt:
        """See `Store.import_tables`."""
        given = checked(tables)
        if self._latest is not None:
            self.snapshot(self._latest.as_of)  # so that little is left to be read within the transaction
        with self._writing() as connection:
            latest = self._latest
            if latest is not None and latest.revision == revision_of(connection):
                existing = {name: latest[name] for name in given}
            else:
                existing = read_existing(self.database, given)
            if mode == "update":
                existing = {name: _namesakes(name, rows, given[name]) for name, rows in existing.items()}
            found = {
                name: merge(name, existing[name].select(table.column_names), table, mode == "replace")
                for name, table in given.items()
            }
            changed = [name for name in given if not found[name].empty]
            names = {}
            for name in changed:
                if name == "assignments":
                    made = corrections(existing[name], given[name], found[name])
                    _record_rows(self.database, connection, made, actor, at, None)
                    names[name] = made.supersede
                else:
                    _write_table(self.database, connection, name, existing[name], given[name], found[name])
                    names[name] = _names(name, existing[name], given[name], found[name])
            revision = revision_of(connection)
            if changed:
                revision = raise_revision(connection)
                keep_changes(connection, revision, names)
                keep_event(connection, at, actor, "import", ", ".join(changed))
        return receipt_of_import(revision, found)

    def save_plan(self, plan: Plan, state: PlanState, at: datetime, source: Snapshot | None = None) -> None:
        """See `Store.save_plan`."""
        frozen = freeze(source) if source is not None else None
        if frozen is not None:
            plan = plan.renamed(snapshot_digest=frozen.digest)
        with self._writing() as connection:
            keep_plan(connection, plan, state, at, frozen)

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
        with self._writing() as connection:
            record = read_record(connection, plan_id)
            full = record.header.plan_id
            refusals.check_state(full, record.state, before, f"to become {after} it")
            move_plan(connection, full, after, actor, at)
            keep_event(connection, at, actor, f"plan {after}", full, reason)

    def commit(self, commit: Commit) -> Receipt:
        """See `Store.commit`."""
        refusals.check_entries(commit)
        try:
            with self._writing() as connection:
                first = _first_receipt(connection, commit.idempotency_key)
                if first is not None:
                    refusals.check_repetition(commit, first)
                    return replace(first, repeated=True)
                return _commit(self.database, connection, commit)
        except sa.exc.IntegrityError as error:
            if not is_overlap(error):
                raise
            standing = read_existing(self.database, ["assignments"])["assignments"]
            clashes = overlaps(touched_by(commit.entries, standing))
            raise refusal_of_overlaps(clashes) from error

    def remove_rows(self, name: str, keys: pa.Table, expected_revision: int, actor: str, at: datetime) -> int:
        """See `Store.remove_rows`."""
        with self._writing() as connection:
            refusals.check_revision(expected_revision, revision_of(connection))
            if name == "assignments":
                ids = keys["row_id"].combine_chunks()
                gone = self.database.supersede(connection, ids, micros(at), None)
            else:
                gone = self.database.delete(connection, REFERENCE[name], keys)
            refusals.check_removed(name, keys.num_rows, gone)
            revision = raise_revision(connection)
            keep_changes(connection, revision, {name: keys[named_by(name)]})
            keep_event(connection, at, actor, "remove", refusals.subject_of_removal(name, keys))
        return revision

    def mark_sent(self, message_ids: Iterable[int], at: datetime) -> None:
        """See `Store.mark_sent`."""
        condition, values = self._one_of("message_id", message_ids)
        sql = f"UPDATE outbox SET sent_at = :at WHERE sent_at IS NULL AND {condition}"
        with self._writing() as connection:
            connection.execute(sa.text(sql), {"at": micros(at), **values})

    def note(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> None:
        """See `Store.note`."""
        self._traces.write(Event(at, actor, action, subject, reason))

    def missing_guards(self) -> list[str]:
        """Names of triggers that should guard the history and do not; empty when all is well."""
        with self._reading() as connection:
            return self.database.missing_guards(connection)

    def within(self, confinement: Confinement) -> "SqlStore":
        """The same store, whose database shows and lets change only what is in sight.

        The second fence, behind the application's own, on PostgreSQL (`data.sql.postgres.fences`); a SQLite
        file has none and gives everything. Connections are shared: close the store that this one came from.
        The last ones are kept, with what they have read.
        """
        with self._choosing:
            found = self._confined.pop(confinement, None) or self._seen_from(confinement)
            self._confined[confinement] = found  # the last one used comes last
            while len(self._confined) > CONFINED_KEPT:
                del self._confined[next(iter(self._confined))]
        return found

    def _seen_from(self, confinement: Confinement) -> "SqlStore":
        """What a file shows is the same for everybody, and its traces are written together."""
        database = self.database.within(confinement)
        return SqlStore(database, self._traces if database is self.database else None)

    def held_by(self, job_id: str, attempt: int) -> "SqlStore":
        """The same store as an attempt at a job has it: FencedError for its writes once it was replaced.

        What is kept beside it (`database`) is fenced alike. Connections are shared, as with `within`.
        """
        return SqlStore(self.database.held_by(Holder(job_id, attempt)))

    def shown(self) -> Mapping[str, pa.Array] | None:
        """Ids that the database shows within the confinement, by table (`HEADS`); None where it shows all."""
        kept = self._shown
        if kept is None or kept[0] != self.revision():
            with self.database.sentences():
                kept = self._shown = self.database.shown(HEADS)
        return None if kept is None else kept[1]


def _commit(database: Database, connection: sa.Connection, commit: Commit) -> Receipt:
    record = read_record(connection, commit.plan_id)
    full = record.header.plan_id
    refusals.check_state(full, record.state, refusals.COMMITTABLE, "a commit")
    refusals.check_consents(full, read_consents(connection, full))
    refusals.check_revision(commit.expected_revision, revision_of(connection))
    _record_rows(database, connection, commit.entries, commit.actor, commit.at, full)
    receipt = refusals.receipt_of(commit, full, raise_revision(connection))
    keep_changes(connection, receipt.revision, {"assignments": commit.entries.supersede})
    _keep_receipt(connection, commit, receipt)
    keep_visit_orders(connection, orders_of(commit.visits, full, receipt.at))
    move_plan(connection, full, "committed", commit.actor, commit.at, receipt.revision)
    keep_event(connection, commit.at, commit.actor, "commit", full, commit.reason)
    if commit.reverts:
        undone = read_record(connection, commit.reverts)
        refusals.check_state(undone.header.plan_id, undone.state, ("committed",), "a revert")
        move_plan(connection, undone.header.plan_id, "reverted", commit.actor, commit.at)
        keep_event(connection, commit.at, commit.actor, "revert", undone.header.plan_id, commit.reason)
    return receipt


def _record_rows(
    database: Database,
    connection: sa.Connection,
    made: Entries,
    actor: str,
    at: datetime,
    plan_id: str | None,
) -> None:
    """Supersede and insert; RevisionMovedError unless every row to supersede is believed."""
    now = micros(at)
    struck = database.supersede(connection, made.supersede, now, plan_id)
    refusals.check_superseded(len(made.supersede), struck)
    database.insert_rows(connection, made.insert, now, actor, plan_id)


def _write_table(
    database: Database,
    connection: sa.Connection,
    name: str,
    existing: pa.Table,
    given: pa.Table,
    found: Merge,
) -> None:
    table = REFERENCE[name]
    database.upsert(connection, table, given.take(pa.concat_arrays([found.added, found.changed])))
    key = [column.name for column in table.primary_key.columns]
    database.delete(connection, table, existing.select(key).take(found.removed))


def _namesakes(name: str, existing: pa.Table, given: pa.Table) -> pa.Table:
    """Rows that an update may change; of assignments all, because new ones may not overlap with any."""
    if name == "assignments":
        return existing
    column = named_by(name)
    return existing.filter(pc.is_in(existing[column], value_set=given[column].combine_chunks()))


def _names(name: str, existing: pa.Table, given: pa.Table, found: Merge) -> pa.Array:
    """Names of the rows that an import writes or removes (see `data.patch.named_by`)."""
    written = given[named_by(name)].take(pa.concat_arrays([found.added, found.changed]))
    removed = existing[named_by(name)].take(found.removed)
    return pa.concat_arrays([each.combine_chunks() for each in (written, removed)])


def _first_receipt(connection: sa.Connection, key: str) -> Receipt | None:
    """What the commit with this idempotency key did, if there was one."""
    row = connection.execute(sa.select(COMMITS).where(COMMITS.c.idempotency_key == key)).first()
    if row is None:
        return None
    return Receipt(row.plan_id, row.revision, row.superseded, row.inserted, from_micros(row.at))


def _keep_receipt(connection: sa.Connection, commit: Commit, receipt: Receipt) -> None:
    now = micros(commit.at)
    connection.execute(
        sa.insert(COMMITS).values(
            revision=receipt.revision,
            plan_id=receipt.plan_id,
            superseded=receipt.superseded,
            inserted=receipt.inserted,
            at=now,
            idempotency_key=commit.idempotency_key or None,
        )
    )
    keep_messages(connection, commit.notices, commit.at)
