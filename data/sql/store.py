"""Writes of the SQL store: each is one transaction, all or nothing."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from data import refusals
from data.errors import DataError
from data.ledger import Entries, overlaps, refusal_of_overlaps, touched_by
from data.merge import Merge, checked, corrections, merge, receipt_of_import
from data.parquet import FrozenSnapshot, freeze, to_parquet
from data.plan import Plan, PlanState
from data.plan_json import header_to_json
from data.snapshot import Snapshot
from data.sql.confinement import Confinement
from data.sql.database import Database
from data.sql.guards import is_overlap
from data.sql.moments import from_micros, micros
from data.sql.reader import SqlReader, read_existing, read_record
from data.sql.schema import (
    AUDIT_EVENTS,
    COMMITS,
    FILES,
    OUTBOX,
    PLAN_TABLES_KEPT,
    PLANS,
    REFERENCE,
    REVISION,
    SNAPSHOTS,
)
from data.sql.transactions import writing
from data.store import Commit, ImportReceipt, Receipt

KEEP_FILE = "INSERT INTO files (digest, content) VALUES (:digest, :content) ON CONFLICT DO NOTHING"
KEEP_SNAPSHOT = "INSERT INTO snapshots (digest, manifest) VALUES (:digest, :manifest) ON CONFLICT DO NOTHING"
"""Whoever does not see what is kept already must not stumble over it."""


CONFINED_KEPT = 64
"""Confinements whose stores are kept: one for each of as many people."""

HEADS = ("agencies", "practices", "facilities", "providers", "patients")
"""Tables by which it is told what is in sight; rows of others refer to theirs."""


class SqlStore(SqlReader):
    """A `Store` in one database; `data.sql.opening.open_store` makes it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
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
        with self._writing() as connection:
            latest = self._latest
            if latest is not None and latest.revision == _revision(connection):
                existing = {name: latest[name] for name in given}
            else:
                existing = read_existing(self.database, given)
            found = {
                name: merge(name, existing[name].select(table.column_names), table, mode == "replace")
                for name, table in given.items()
            }
            changed = [name for name in given if not found[name].empty]
            for name in changed:
                if name == "assignments":
                    made = corrections(existing[name], given[name], found[name])
                    _record_rows(self.database, connection, made, actor, at, None)
                else:
                    _write_table(self.database, connection, name, existing[name], given[name], found[name])
            revision = _revision(connection)
            if changed:
                revision = _raise_revision(connection)
                _event(connection, at, actor, "import", ", ".join(changed))
        return receipt_of_import(revision, found)

    def save_plan(self, plan: Plan, state: PlanState, at: datetime, source: Snapshot | None = None) -> None:
        """See `Store.save_plan`."""
        frozen = freeze(source) if source is not None else None
        if frozen is not None:
            plan = plan.renamed(snapshot_digest=frozen.digest)
        header = plan.header
        row = {
            "plan_id": header.plan_id,
            "header": header_to_json(header),
            "created_at": micros(header.created_at),
            "state": state,
            "changed_at": micros(at),
            "changed_by": header.actor,
            "committed_revision": 0,
        }
        contents = [
            {"plan_id": header.plan_id, "name": name, "content": to_parquet(table)}
            for name, table in plan.tables.items()
        ]
        with self._writing() as connection:
            known = sa.select(PLANS.c.plan_id).where(PLANS.c.plan_id == header.plan_id)
            if connection.execute(known).first() is not None:
                raise DataError(f"plan {header.plan_id} is saved already; a plan never changes")
            connection.execute(sa.insert(PLANS), row)
            connection.execute(sa.insert(PLAN_TABLES_KEPT), contents)
            if frozen is not None:
                _keep(connection, frozen)
            _event(connection, at, header.actor, "save plan", header.plan_id)

    def set_state(
        self, plan_id: str, before: Iterable[PlanState], after: PlanState, actor: str, at: datetime
    ) -> None:
        """See `Store.set_state`."""
        with self._writing() as connection:
            record = read_record(connection, plan_id)
            full = record.header.plan_id
            refusals.check_state(full, record.state, before, f"to become {after} it")
            _move(connection, full, after, actor, at)
            _event(connection, at, actor, f"plan {after}", full)

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

    def mark_sent(self, message_ids: Iterable[int], at: datetime) -> None:
        """See `Store.mark_sent`."""
        condition, values = self._one_of("message_id", message_ids)
        sql = f"UPDATE outbox SET sent_at = :at WHERE sent_at IS NULL AND {condition}"
        with self._writing() as connection:
            connection.execute(sa.text(sql), {"at": micros(at), **values})

    def note(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> None:
        """See `Store.note`."""
        with self._writing() as connection:
            _event(connection, at, actor, action, subject, reason)

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
            found = self._confined.pop(confinement, None) or SqlStore(self.database.within(confinement))
            self._confined[confinement] = found  # the last one used comes last
            while len(self._confined) > CONFINED_KEPT:
                del self._confined[next(iter(self._confined))]
        return found

    def shown(self) -> Mapping[str, pa.Array] | None:
        """Ids that the database shows within the confinement, by table (`HEADS`); None where it shows all."""
        kept = self._shown
        if kept is None or kept[0] != self.revision():
            with self.database.sentences():
                kept = self._shown = self.database.shown(HEADS)
        return None if kept is None else kept[1]

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return writing(self.database)


def _commit(database: Database, connection: sa.Connection, commit: Commit) -> Receipt:
    record = read_record(connection, commit.plan_id)
    full = record.header.plan_id
    refusals.check_state(full, record.state, refusals.COMMITTABLE, "a commit")
    refusals.check_revision(commit.expected_revision, _revision(connection))
    _record_rows(database, connection, commit.entries, commit.actor, commit.at, full)
    receipt = refusals.receipt_of(commit, full, _raise_revision(connection))
    _keep_receipt(connection, commit, receipt)
    _move(connection, full, "committed", commit.actor, commit.at, receipt.revision)
    _event(connection, commit.at, commit.actor, "commit", full, commit.reason)
    if commit.reverts:
        undone = read_record(connection, commit.reverts)
        refusals.check_state(undone.header.plan_id, undone.state, ("committed",), "a revert")
        _move(connection, undone.header.plan_id, "reverted", commit.actor, commit.at)
        _event(connection, commit.at, commit.actor, "revert", undone.header.plan_id, commit.reason)
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


def _keep(connection: sa.Connection, frozen: FrozenSnapshot) -> None:
    """Keep a snapshot; what equal ones before it kept is kept once."""
    known = sa.select(SNAPSHOTS.c.digest).where(SNAPSHOTS.c.digest == frozen.digest)
    if connection.execute(known).first() is not None:
        return
    connection.execute(sa.text(KEEP_SNAPSHOT), {"digest": frozen.digest, "manifest": frozen.manifest})
    there = set(
        connection.execute(sa.select(FILES.c.digest).where(FILES.c.digest.in_(frozen.files))).scalars()
    )
    new = [
        {"digest": digest, "content": content}
        for digest, content in frozen.files.items()
        if digest not in there
    ]
    if new:
        connection.execute(sa.text(KEEP_FILE), new)


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
    messages = [{"topic": topic, "body": body, "recorded_at": now} for topic, body in commit.notices]
    if messages:
        connection.execute(sa.insert(OUTBOX).inline(), messages)


def _move(
    connection: sa.Connection, plan_id: str, state: PlanState, actor: str, at: datetime, revision: int = 0
) -> None:
    values = {"state": state, "changed_at": micros(at), "changed_by": actor}
    if revision:
        values["committed_revision"] = revision
    connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == plan_id).values(values))


def _event(
    connection: sa.Connection, at: datetime, actor: str, action: str, subject: str, reason: str = ""
) -> None:
    connection.execute(
        sa.insert(AUDIT_EVENTS)
        .inline()  # who writes an event need not be able to read it back
        .values(
            at=micros(at),
            actor=actor,
            action=action,
            subject=subject,
            reason=reason,
            revision=_revision(connection),
        )
    )


def _revision(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(REVISION.c.revision)).scalar_one())


def _raise_revision(connection: sa.Connection) -> int:
    connection.execute(sa.update(REVISION).values(revision=REVISION.c.revision + 1))
    return _revision(connection)
