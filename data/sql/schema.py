"""Tables of the current version; migrations lead to exactly these."""

from typing import Any

import sqlalchemy as sa

from data.columns import TABLES, Kind, TableSpec

VERSION = "0003"
"""The newest migration; stores of a later one are refused."""

METADATA = sa.MetaData()

TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.Text,
    "integer": sa.BigInteger,
    "number": sa.Double,
    "date": sa.Date,
    "boolean": sa.Boolean,
    "list": sa.Text,
}
"""SQL type of every kind of column; lists are texts of `data.list_text`."""

SUBJECT_SQL = " || char(31) || ".join(
    [
        "kind",
        "coalesce(patient_id, '')",
        "coalesce(facility_id, '')",
        "coalesce(covers_provider_id, '')",
        "level",
        "role",
    ]
)
"""The same text as `data.order.joined(rows, data.ledger.SUBJECT)`."""


def _reference_table(spec: TableSpec) -> sa.Table:
    columns = [
        sa.Column(column.name, TYPES[column.kind](), nullable=column.name not in spec.key)
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
    sa.Column("row_id", sa.Integer(), primary_key=True),
    *(
        sa.Column(column.name, TYPES[column.kind](), nullable=column.name not in ("kind", "level", "role"))
        for column in TABLES["assignments"].columns
    ),
    sa.Column("recorded_at", sa.BigInteger(), nullable=False),
    sa.Column("superseded_at", sa.BigInteger()),
    sa.Column("recorded_by", sa.Text(), nullable=False),
    sa.Column("plan_id", sa.Text()),
    sa.Column("superseded_by_plan_id", sa.Text()),
    sa.Column("subject", sa.Text(), sa.Computed(SUBJECT_SQL, persisted=True)),
    sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="assignments_forward"),
    sqlite_autoincrement=True,
)
"""Bitemporal; moments are microseconds since 1970 in UTC. Guarded by the triggers of `data.sql.guards`."""

sa.Index(
    "assignments_believed",
    ASSIGNMENTS.c.subject,
    ASSIGNMENTS.c.starts_on,
    sqlite_where=sa.text("superseded_at IS NULL"),
)
for _column in ("patient_id", "facility_id", "plan_id", "superseded_by_plan_id"):
    sa.Index(f"assignments_{_column}", ASSIGNMENTS.c[_column], sqlite_where=sa.text(f"{_column} IS NOT NULL"))

REVISION = sa.Table(
    "revision",
    METADATA,
    sa.Column("only", sa.Integer(), primary_key=True),
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sa.CheckConstraint("only = 1", name="revision_one_row"),
)

PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("plan_id", sa.Text(), primary_key=True),
    sa.Column("header", sa.Text(), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("changed_at", sa.BigInteger(), nullable=False),
    sa.Column("changed_by", sa.Text(), nullable=False),
    sa.Column("committed_revision", sa.BigInteger(), nullable=False),
)
"""Headers as JSON; `state` and what follows it move on, the rest never changes."""

sa.Index("plans_created_at", PLANS.c.created_at)

PLAN_TABLES_KEPT = sa.Table(
    "plan_tables",
    METADATA,
    sa.Column("plan_id", sa.Text(), sa.ForeignKey("plans.plan_id"), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "name"),
)
"""The rows of plans as Parquet."""

SNAPSHOTS = sa.Table(
    "snapshots",
    METADATA,
    sa.Column("digest", sa.Text(), primary_key=True),
    sa.Column("manifest", sa.Text(), nullable=False),
)

FILES = sa.Table(
    "files",
    METADATA,
    sa.Column("digest", sa.Text(), primary_key=True),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
"""Tables of snapshots as Parquet, by digest: what did not change between two runs is kept once."""

COMMITS = sa.Table(
    "commits",
    METADATA,
    sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("plan_id", sa.Text(), sa.ForeignKey("plans.plan_id"), nullable=False, unique=True),
    sa.Column("superseded", sa.BigInteger(), nullable=False),
    sa.Column("inserted", sa.BigInteger(), nullable=False),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("idempotency_key", sa.Text(), unique=True),
)

AUDIT_EVENTS = sa.Table(
    "audit",
    METADATA,
    sa.Column("event_id", sa.Integer(), primary_key=True),
    sa.Column("at", sa.BigInteger(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("revision", sa.BigInteger(), nullable=False),
    sqlite_autoincrement=True,
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("message_id", sa.Integer(), primary_key=True),
    sa.Column("topic", sa.Text(), nullable=False),
    sa.Column("body", sa.Text(), nullable=False),
    sa.Column("recorded_at", sa.BigInteger(), nullable=False),
    sa.Column("sent_at", sa.BigInteger()),
    sqlite_autoincrement=True,
)

sa.Index("outbox_waiting", OUTBOX.c.message_id, sqlite_where=sa.text("sent_at IS NULL"))

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
