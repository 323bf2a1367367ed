"""Reads of the SQL store."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from threading import Lock

import pyarrow as pa
import sqlalchemy as sa

from data import refusals
from data.columns import TABLES
from data.errors import NotFoundError
from data.order import sorted_by_key
from data.parquet import from_parquet, table_digests, thaw
from data.plan import PLAN_TABLES, Plan, PlanRecord
from data.plan_json import header_from_json
from data.snapshot import Snapshot, empty_table
from data.sql.arrow import from_cells
from data.sql.changes import caught_up
from data.sql.database import Database
from data.sql.events import revision_of
from data.sql.moments import from_micros, micros
from data.sql.schema import (
    AUDIT_EVENTS,
    FILES,
    OUTBOX,
    PLAN_TABLES_KEPT,
    PLANS,
    REFERENCE,
    SNAPSHOTS,
)
from data.sql.transactions import reading
from data.store import AUDIT, HISTORY


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)


class SqlReader:
    """A `Reader` of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._latest: Snapshot | None = None
        self._catching_up = Lock()

    @property
    def engine(self) -> sa.Engine:
        """Where the store is; what is kept beside it (jobs) goes the same way."""
        return self.database.engine

    def revision(self) -> int:
        """See `Reader.revision`."""
        with self._reading() as connection:
            return revision_of(connection)

    def snapshot(self, as_of: date, known_at: datetime | None = None) -> Snapshot:
        """See `Reader.snapshot`; every table is of the same moment.

        The last one is kept: only what has changed since is read.
        """
        if known_at is not None:
            return self._read_snapshot(as_of, known_at)
        revision = self.revision()
        latest = self._latest
        if latest is None or latest.revision != revision:
            latest = self._caught_up(as_of, revision)
        self._latest = latest = latest.on(as_of)  # what is derived from it is kept with it
        return latest

    def _caught_up(self, as_of: date, revision: int) -> Snapshot:
        """The last snapshot with what has changed since; who comes second waits for the first."""
        with self._catching_up:
            latest = self._latest
            if latest is None:
                return self._read_snapshot(as_of, None)
            if latest.revision >= revision:
                return latest
            return caught_up(self.database, latest) or self._read_snapshot(as_of, None)

    def _read_snapshot(self, as_of: date, known_at: datetime | None) -> Snapshot:
        queries = {name: table_query(name) for name in REFERENCE}
        queries["assignments"] = assignments_query(known_at)
        queries["revision"] = "SELECT revision FROM revision"
        with self.database.sentences():
            raw = self.database.read_tables(queries)
        revision = raw.pop("revision")["revision"][0].as_py()
        tables = {
            name: sorted_by_key(name, from_cells(cells, empty_table(name).schema))
            for name, cells in raw.items()
        }
        return Snapshot(as_of, tables, int(revision))

    def plan(self, plan_id: str) -> Plan:
        """See `Reader.plan`."""
        header = self.record(plan_id).header
        kept = sa.select(PLAN_TABLES_KEPT.c.name, PLAN_TABLES_KEPT.c.content)
        with self._reading() as connection:
            rows = connection.execute(kept.where(PLAN_TABLES_KEPT.c.plan_id == header.plan_id)).all()
        return Plan(header, {name: from_parquet(content, PLAN_TABLES[name]) for name, content in rows})

    def record(self, plan_id: str) -> PlanRecord:
        """See `Reader.record`."""
        with self._reading() as connection:
            return read_record(connection, plan_id)

    def records(self, limit: int = 50) -> list[PlanRecord]:
        """See `Reader.records`."""
        newest = sa.select(PLANS).order_by(PLANS.c.created_at.desc(), PLANS.c.plan_id).limit(limit)
        with self._reading() as connection:
            return [_record(row) for row in connection.execute(newest)]

    def rows(self, row_ids: pa.Int64Array) -> pa.Table:
        """See `Reader.rows`."""
        return self._history(*self._one_of("row_id", row_ids.to_pylist()))

    def rows_of_plan(self, plan_id: str) -> tuple[pa.Table, pa.Table]:
        """See `Reader.rows_of_plan`."""
        full = self.record(plan_id).header.plan_id
        return (
            self._history("plan_id = :plan", {"plan": full}),
            self._history("superseded_by_plan_id = :plan", {"plan": full}),
        )

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> pa.Table:
        """See `Reader.history`."""
        asked = {"patient_id": list(patients), "facility_id": list(facilities)}
        told = [self._one_of(column, names) for column, names in asked.items() if names]
        if not told:
            return HISTORY.empty_table()
        # a union: an index answers each of them, and PostgreSQL reads the whole table for one OR the other
        found = " UNION ".join(f"SELECT row_id FROM assignments WHERE {condition}" for condition, _ in told)
        return self._history(f"row_id IN ({found})", {**told[0][1], **told[-1][1]})

    def history_since(self, since: datetime) -> pa.Table:
        """See `Reader.history_since`."""
        return self._history("recorded_at >= :since OR superseded_at >= :since", {"since": micros(since)})

    def audit(self, limit: int = 100) -> pa.Table:
        """See `Reader.audit`."""
        newest = sa.select(AUDIT_EVENTS).order_by(AUDIT_EVENTS.c.event_id.desc()).limit(limit)
        with self._reading() as connection:
            rows = [dict(row._mapping) for row in connection.execute(newest)]
        cells = {name: [row[name] for row in rows] for name in AUDIT.names}
        return from_cells(pa.table(cells), AUDIT)

    def outbox(self, limit: int = 1000) -> list[tuple[int, str, str]]:
        """See `Reader.outbox`."""
        columns = sa.select(OUTBOX.c.message_id, OUTBOX.c.topic, OUTBOX.c.body)
        waiting = columns.where(OUTBOX.c.sent_at.is_(None)).order_by(OUTBOX.c.message_id).limit(limit)
        with self._reading() as connection:
            return [(row.message_id, row.topic, row.body) for row in connection.execute(waiting)]

    def outbox_size(self) -> int:
        """See `Reader.outbox_size`."""
        counted = sa.select(sa.func.count()).select_from(OUTBOX).where(OUTBOX.c.sent_at.is_(None))
        with self._reading() as connection:
            return int(connection.execute(counted).scalar_one())

    def input_of(self, plan_id: str) -> Snapshot:
        """See `Reader.input_of`."""
        with self._reading() as connection:
            header = read_record(connection, plan_id).header
            wanted = sa.select(SNAPSHOTS.c.manifest).where(SNAPSHOTS.c.digest == header.snapshot_digest)
            manifest = connection.execute(wanted).scalar()
            if manifest is None:
                raise NotFoundError(f"no snapshot was kept with plan {header.plan_id}")
            digests = set(table_digests(manifest).values())
            files = connection.execute(sa.select(FILES).where(FILES.c.digest.in_(digests))).all()
        return thaw(manifest, {row.digest: row.content for row in files}, header.base_revision)

    def close(self) -> None:
        """See `Store.close`."""
        self._latest = None
        self.database.close()

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return reading(self.database)

    def _one_of(self, column: str, values: Iterable[object]) -> tuple[str, dict[str, object]]:
        condition, value = self.database.one_of(column, values, column)
        return condition, {column: value}

    def _history(self, condition: str, parameters: Mapping[str, object]) -> pa.Table:
        sql = f"SELECT {_columns(HISTORY)} FROM assignments WHERE {condition} ORDER BY row_id"
        with self._reading() as connection:
            rows = connection.execute(sa.text(sql), parameters).all()
        columns = list(zip(*rows, strict=True)) or [()] * len(HISTORY)
        return from_cells(pa.table([pa.array(each) for each in columns], names=HISTORY.names), HISTORY)


def table_query(name: str) -> str:
    """The rows of one table of the catalog (not assignments), in any order: mostly they come by key."""
    return f'SELECT {_columns(TABLES[name].schema)} FROM "{name}"'


def assignments_query(known_at: datetime | None = None) -> str:
    """Assignment rows believed now, or at the moment, with `row_id`."""
    condition = "superseded_at IS NULL"
    if known_at is not None:
        then = micros(known_at)
        condition = f"recorded_at <= {then} AND (superseded_at IS NULL OR superseded_at > {then})"
    return f"SELECT {_columns(empty_table('assignments').schema)} FROM assignments WHERE {condition}"


def read_existing(database: Database, names: Iterable[str]) -> dict[str, pa.Table]:
    """Tables of the catalog as they stand, all of one moment; assignments believed now, with `row_id`."""
    queries = {name: assignments_query() if name == "assignments" else table_query(name) for name in names}
    raw = database.read_tables(queries)
    return {name: from_cells(raw[name], empty_table(name).schema) for name in raw}


def read_record(connection: sa.Connection, plan_id: str) -> PlanRecord:
    """Record of the plan whose id begins so; NotFoundError where none or several do."""
    begins = sa.func.substr(PLANS.c.plan_id, 1, len(plan_id)) == plan_id
    rows = connection.execute(sa.select(PLANS).where(PLANS.c.plan_id >= plan_id, begins).limit(1000)).all()
    found = {row.plan_id: row for row in rows}
    return _record(found[refusals.full_id(plan_id, found)])


def _record(row: sa.Row[tuple[object, ...]]) -> PlanRecord:
    header = header_from_json(row.header)
    return PlanRecord(header, row.state, from_micros(row.changed_at), row.changed_by, row.committed_revision)
