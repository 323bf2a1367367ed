"""Tables of the current version; migrations lead to exactly these."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from data.columns import TABLES, Kind, TableSpec

VERSION = "0007"
"""The newest migration; stores of a later one are refused."""

METADATA = sa.MetaData()

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorted by code point on both, whatever language a PostgreSQL database was made for."""

NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Keys that count themselves; SQLite does it for INTEGER alone."""

TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    "text": TEXT,
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "date": sa.Date(),
    "boolean": sa.Boolean(),
    "list": TEXT,
}
"""SQL type of every kind of column; lists are texts of `data.list_text`."""

SUBJECT_PARTS = (
    "kind",
    "coalesce(patient_id, '')",
    "coalesce(facility_id, '')",
    "coalesce(covers_provider_id, '')",
    "level",
    "role",
)


class Subject(sa.ColumnElement[str]):
    """The same text as `data.order.joined(rows, data.ledger.SUBJECT)`."""

    inherit_cache = True


@compiles(Subject)
def _subject(_: Subject, compiler: SQLCompiler, **__: object) -> str:
    separator = "chr(31)" if compiler.dialect.name == "postgresql" else "char(31)"
    return f" || {separator} || ".join(SUBJECT_PARTS)


def _reference_table(spec: TableSpec) -> sa.Table:
    columns = [
        sa.Column(column.name, TYPES[column.kind], nullable=column.name not in spec.key)
        for column in spec.columns
    ]
    return sa.Table(
        spec.name, METADATA, *columns, sa.PrimaryKeyConstraint(*spec.key), sqlite_with_rowid=False
    )


REFERENCE = {name: _reference_table(spec) for name, spec in TABLES.items() if name != "assignments"}
"""Every table of the catalog but `assignments`, clustered by key."""

ASSIGNMENTS = sa.Table(
    "assignments",
    METADATA,
    sa.Column("row_id", NUMBERED, primary_key=True),
    *(
        sa.Column(column.name, TYPES[column.kind], nullable=column.name not in ("kind", "level", "role"))
        for column in TABLES["assignments"].columns
    ),
    sa.Column("recorded_at", sa.BigInteger(), nullable=False),
    sa.Column("superseded_at", sa.BigInteger()),
    sa.Column("recorded_by", TEXT, nullable=False),
    sa.Column("plan_id", TEXT),
    sa.Column("superseded_by_plan_id", TEXT),
    sa.Column("subject", TEXT, sa.Computed(Subject(), persisted=True)),
    sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="assignments_forward"),
    ExcludeConstraint(
        (sa.text("hashtextextended(subject, 0)"), "="),
        (sa.column("subject"), "="),
        (sa.text("daterange(starts_on, ends_on)"), "&&"),
        name="assignments_overlap",
        using="gist",
        where=sa.text("superseded_at IS NULL"),
    ).ddl_if(dialect="postgresql"),
    sqlite_autoincrement=True,
)
"""Bitemporal; moments are microseconds since 1970 in UTC. Guarded by the triggers of `data.sql.guards`.

Valid times of one subject never overlap: on PostgreSQL by the exclusion constraint, on SQLite by a trigger.
The hash before the subject decides nothing; it leads the index there ten times sooner than long texts do.
"""


def _index_where(name: str, condition: str, *columns: sa.Column[Any]) -> sa.Index:
    """An index of the rows that meet the condition."""
    where = sa.text(condition)
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


_index_where(
    "assignments_believed", "superseded_at IS NULL", ASSIGNMENTS.c.subject, ASSIGNMENTS.c.starts_on
).ddl_if(dialect="sqlite")
for _column in ("patient_id", "facility_id", "plan_id", "superseded_by_plan_id"):
    _index_where(f"assignments_{_column}", f"{_column} IS NOT NULL", ASSIGNMENTS.c[_column])

REVISION = sa.Table(
    "revision",
    METADATA,
    sa.Column("only", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sa.CheckConstraint('"only" = 1', name="revision_one_row"),
)

CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sa.Column("table_name", TEXT, nullable=False),
    sa.Column("names", TEXT),
    sa.PrimaryKeyConstraint("revision", "table_name"),
)
"""What the last revisions changed, see `data.sql.changes`: names as JSON, null where there are too many."""

PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("plan_id", TEXT, primary_key=True),
    sa.Column("header", TEXT, nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("changed_at", sa.BigInteger(), nullable=False),
    sa.Column("changed_by", TEXT, nullable=False),
    sa.Column("committed_revision", sa.BigInteger(), nullable=False),
)
"""Headers as JSON; `state` and what follows it move on, the rest never changes."""

sa.Index("plans_created_at", PLANS.c.created_at)

PLAN_TABLES_KEPT = sa.Table(
    "plan_tables",
    METADATA,
    sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "name"),
)
"""The rows of plans as Parquet."""

SNAPSHOTS = sa.Table(
    "snapshots",
    METADATA,
    sa.Column("digest", TEXT, primary_key=True),
    sa.Column("manifest", TEXT, nullable=False),
)

FILES = sa.Table(
    "files",
    METADATA,
    sa.Column("digest", TEXT, primary_key=True),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
"""Tables of snapshots as Parquet, by digest: what did not change between two runs is kept once."""

COMMITS = sa.Table(
    "commits",
    METADATA,
    sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False, unique=True),
    sa.Column("superseded", sa.BigInteger(), nullable=False),
    sa.Column("inserted", sa.BigInteger(), nullable=False),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("idempotency_key", TEXT, unique=True),
)

AUDIT_EVENTS = sa.Table(
    "audit",
    METADATA,
    sa.Column("event_id", NUMBERED, primary_key=True),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("action", TEXT, nullable=False),
    sa.Column("subject", TEXT, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sqlite_autoincrement=True,
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("message_id", NUMBERED, primary_key=True),
    sa.Column("topic", TEXT, nullable=False),
    sa.Column("body", TEXT, nullable=False),
    sa.Column("recorded_at", sa.BigInteger(), nullable=False),
    sa.Column("sent_at", sa.BigInteger()),
    sqlite_autoincrement=True,
)

_index_where("outbox_waiting", "sent_at IS NULL", OUTBOX.c.message_id)

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("job_id", sa.Text(), primary_key=True),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("request", sa.Text(), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("changed_at", sa.BigInteger(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("attempt", sa.Integer(), nullable=False),
    sa.Column("beat", sa.BigInteger(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("cancel", sa.Boolean(), nullable=False),
    sa.Column("phase", sa.Text(), nullable=False),
    sa.Column("percent", sa.Double(), nullable=False),
    sa.Column("value", sa.Double()),
    sa.Column("bound", sa.Double()),
    sa.Column("gap", sa.Double()),
    sa.Column("plan_id", sa.Text(), nullable=False),
    sa.Column("error", sa.Text(), nullable=False),
)
"""See `data.job.Job`; progress is spread over columns."""

sa.Index("jobs_created_at", JOBS.c.created_at)

JOB_RESULTS = sa.Table(
    "job_results",
    METADATA,
    sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.job_id"), primary_key=True),
    sa.Column("content", sa.Text(), nullable=False),
)
"""What jobs found that is no plan, as JSON; apart, because lists of jobs do not show it."""

SCHEDULES = sa.Table(
    "schedules",
    METADATA,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("due", sa.BigInteger(), nullable=False),
    sa.Column("taken_at", sa.BigInteger(), nullable=False),
)
"""See `data.schedule_store`."""

WEBHOOKS = sa.Table(
    "webhooks",
    METADATA,
    sa.Column("subscription_id", sa.Text(), primary_key=True),
    sa.Column("url", sa.Text(), nullable=False),
    sa.Column("topics", sa.Text(), nullable=False),
    sa.Column("sealed_secret", sa.Text(), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("created_by", sa.Text(), nullable=False),
    sa.Column("paused", sa.Boolean(), nullable=False),
    sa.Column("former_secret", sa.Text()),
)
"""See `data.webhook.Subscription`; topics as JSON. No former secret: versions before 0007 write none."""

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("delivery_id", NUMBERED, primary_key=True),
    sa.Column("subscription_id", sa.Text(), sa.ForeignKey("webhooks.subscription_id"), nullable=False),
    sa.Column("message_id", sa.BigInteger(), sa.ForeignKey("outbox.message_id"), nullable=False),
    sa.Column("next_at", sa.BigInteger(), nullable=False),
    sa.Column("changed_at", sa.BigInteger(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("status", sa.Integer(), nullable=False),
    sa.Column("error", sa.Text(), nullable=False),
    sa.UniqueConstraint("subscription_id", "message_id", name="deliveries_once"),
    sqlite_autoincrement=True,
)
"""See `data.webhook.Delivery`; topic and body stay in the outbox."""

_index_where("deliveries_waiting", "state = 'waiting'", DELIVERIES.c.next_at)

REJECTIONS = sa.Table(
    "rejections",
    METADATA,
    sa.Column("rejection_id", NUMBERED, primary_key=True),
    sa.Column("patient_id", TEXT, nullable=False),
    sa.Column("provider_id", TEXT, nullable=False),
    sa.Column("level", TEXT, nullable=False),
    sa.Column("role", TEXT, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("plan_id", TEXT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("revoked_at", sa.BigInteger()),
    sa.Column("revoked_by", TEXT, nullable=False),
    sqlite_autoincrement=True,
)
"""See `data.review.Rejection`."""

CONSENTS = sa.Table(
    "consents",
    METADATA,
    sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("agency_id", TEXT, nullable=False),
    sa.Column("practice_id", TEXT, nullable=False),
    sa.Column("why", TEXT, nullable=False),
    sa.Column("patients", sa.BigInteger(), nullable=False),
    sa.Column("moves", sa.LargeBinary(), nullable=False),
    sa.Column("asked_by", TEXT, nullable=False),
    sa.Column("asked_at", sa.BigInteger(), nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("decided_by", TEXT, nullable=False),
    sa.Column("decided_at", sa.BigInteger()),
    sa.Column("reason", TEXT, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "kind", "agency_id", "practice_id"),
)
"""See `data.review.Consent`; why as JSON, moves as Parquet."""

ACTIVATIONS = sa.Table(
    "activations",
    METADATA,
    sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), primary_key=True),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("held", sa.BigInteger(), nullable=False),
    sa.Column("broken", sa.BigInteger(), nullable=False),
    sa.Column("hold_plan_id", TEXT, nullable=False),
)
"""See `data.review.Activation`."""

VISIT_ORDERS = sa.Table(
    "visit_orders",
    METADATA,
    sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False),
    sa.Column("visit_id", TEXT, nullable=False),
    sa.Column("ordered_at", sa.BigInteger(), nullable=False),
    sa.Column("patient_id", TEXT, nullable=False),
    sa.Column("facility_id", TEXT),
    sa.Column("on", sa.Date(), nullable=False),
    sa.Column("provider_id", TEXT),
    sa.Column("to_provider_id", TEXT),
    sa.Column("action", TEXT, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "visit_id"),
)
"""See `data.visit.VISIT_ORDERS`."""

RULE_BOOKS = sa.Table(
    "rule_books",
    METADATA,
    sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("texts", sa.Text(), nullable=False),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("in_force", sa.Boolean(), nullable=False),
)
"""See `data.rule_store.RuleBook`; texts as JSON."""

FINDING_RUNS = sa.Table(
    "finding_runs",
    METADATA,
    sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("as_of", sa.Date(), nullable=False),
    sa.Column("level", sa.Text(), nullable=False),
    sa.Column("role", sa.Text(), nullable=False),
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.Column("checked", sa.BigInteger(), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
"""See `data.rule_store.FindingsRun`; its rows as Parquet."""
