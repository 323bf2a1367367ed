"""First version: the catalog, assignments with both times, plans, commits, audit, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SUBJECT = (
    "kind || char(31) || "
    "coalesce(patient_id, '') || char(31) || "
    "coalesce(facility_id, '') || char(31) || "
    "coalesce(covers_provider_id, '') || char(31) || "
    "level || char(31) || "
    "role"
)
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NO_OVERLAP = (
    "ALTER TABLE assignments ADD CONSTRAINT assignments_overlap EXCLUDE USING gist "
    "(hashtextextended(subject, 0) WITH =, subject WITH =, daterange(starts_on, ends_on) WITH &&) "
    "WHERE (superseded_at IS NULL)"
)


def upgrade() -> None:
    """Create every table and index."""
    _catalog_of_places()
    _catalog_of_providers()
    _catalog_of_patients()
    _assignments()
    _plans()
    _log()


def _catalog_of_places() -> None:
    op.create_table(
        "agencies",
        sa.Column("agency_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.PrimaryKeyConstraint("agency_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programs",
        sa.Column("program_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.PrimaryKeyConstraint("program_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "practices",
        sa.Column("practice_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("agency_id", TEXT),
        sa.Column("programs", TEXT),
        sa.Column("active", sa.Boolean()),
        sa.PrimaryKeyConstraint("practice_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "insurances",
        sa.Column("insurance_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("payer", TEXT),
        sa.Column("reviewed_on", sa.Date()),
        sa.PrimaryKeyConstraint("insurance_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facilities",
        sa.Column("facility_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("type", TEXT),
        sa.Column("practice_id", TEXT),
        sa.Column("region", TEXT),
        sa.Column("city", TEXT),
        sa.Column("state", TEXT),
        sa.Column("zip", TEXT),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("required_credentials", TEXT),
        sa.Column("active", sa.Boolean()),
        sa.Column("opens_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.PrimaryKeyConstraint("facility_id"),
        sqlite_with_rowid=False,
    )


def _catalog_of_providers() -> None:
    op.create_table(
        "providers",
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("roles", TEXT),
        sa.Column("specialties", TEXT),
        sa.Column("practice_id", TEXT),
        sa.Column("agency_id", TEXT),
        sa.Column("active", sa.Boolean()),
        sa.Column("approved", sa.Boolean()),
        sa.Column("panel_status", TEXT),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("regions", TEXT),
        sa.Column("languages", TEXT),
        sa.Column("city", TEXT),
        sa.Column("state", TEXT),
        sa.Column("zip", TEXT),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("max_miles", sa.Double()),
        sa.Column("max_panel", sa.Double()),
        sa.Column("max_daily_visits", sa.Double()),
        sa.Column("max_weekly_hours", sa.Double()),
        sa.Column("max_facilities", sa.BigInteger()),
        sa.Column("max_new_patients", sa.BigInteger()),
        sa.PrimaryKeyConstraint("provider_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "licenses",
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("number", TEXT),
        sa.Column("expires_on", sa.Date()),
        sa.Column("compact", sa.Boolean()),
        sa.PrimaryKeyConstraint("provider_id", "state", "type"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credentials",
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("credential", TEXT, nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.PrimaryKeyConstraint("provider_id", "credential"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participations",
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("insurance_id", TEXT, nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("accepting_new", sa.Boolean()),
        sa.PrimaryKeyConstraint("provider_id", "insurance_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "absences",
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("reason", TEXT),
        sa.PrimaryKeyConstraint("provider_id", "starts_on"),
        sqlite_with_rowid=False,
    )


def _catalog_of_patients() -> None:
    op.create_table(
        "patients",
        sa.Column("patient_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("birth_date", sa.Date()),
        sa.Column("sex", TEXT),
        sa.Column("active", sa.Boolean()),
        sa.Column("practice_id", TEXT),
        sa.Column("facility_id", TEXT),
        sa.Column("region", TEXT),
        sa.Column("city", TEXT),
        sa.Column("state", TEXT),
        sa.Column("zip", TEXT),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("language", TEXT),
        sa.Column("acuity", sa.BigInteger()),
        sa.Column("needs", TEXT),
        sa.Column("programs", TEXT),
        sa.Column("insurances", TEXT),
        sa.Column("household_id", TEXT),
        sa.Column("panel_weight", sa.Double()),
        sa.Column("visits_per_month", sa.Double()),
        sa.Column("minutes_per_visit", sa.Double()),
        sa.Column("requested_provider_id", TEXT),
        sa.Column("transition_until", sa.Date()),
        sa.Column("tenure_months", sa.BigInteger()),
        sa.PrimaryKeyConstraint("patient_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visits",
        sa.Column("visit_id", TEXT, nullable=False),
        sa.Column("patient_id", TEXT),
        sa.Column("provider_id", TEXT),
        sa.Column("facility_id", TEXT),
        sa.Column("on", sa.Date()),
        sa.Column("minutes", sa.Double()),
        sa.PrimaryKeyConstraint("visit_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "groups",
        sa.Column("group_id", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("facility_id", TEXT),
        sa.Column("specialty", TEXT),
        sa.Column("members", TEXT),
        sa.PrimaryKeyConstraint("group_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pins",
        sa.Column("patient_id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("kind", TEXT),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        sa.PrimaryKeyConstraint("patient_id", "provider_id", "level", "role"),
        sqlite_with_rowid=False,
    )


def _assignments() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    subject = SUBJECT.replace("char(31)", "chr(31)") if postgres else SUBJECT
    op.create_table(
        "assignments",
        sa.Column("row_id", NUMBERED, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("patient_id", TEXT),
        sa.Column("facility_id", TEXT),
        sa.Column("covers_provider_id", TEXT),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("provider_id", TEXT),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("temporary", sa.Boolean()),
        sa.Column("review_on", sa.Date()),
        sa.Column("reason", TEXT),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger()),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("plan_id", TEXT),
        sa.Column("superseded_by_plan_id", TEXT),
        sa.Column("subject", TEXT, sa.Computed(subject, persisted=True)),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="assignments_forward"),
        sqlite_autoincrement=True,
    )
    if postgres:
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(NO_OVERLAP)
    else:
        _index_where("assignments_believed", "assignments", ["subject", "starts_on"], "superseded_at IS NULL")
    for column in ("facility_id", "patient_id", "plan_id", "superseded_by_plan_id"):
        _index_where(f"assignments_{column}", "assignments", [column], f"{column} IS NOT NULL")


def _index_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("plan_id", TEXT, primary_key=True),
        sa.Column("header", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", TEXT, nullable=False),
        sa.Column("committed_revision", sa.BigInteger(), nullable=False),
    )
    op.create_index("plans_created_at", "plans", ["created_at"])
    op.create_table(
        "plan_tables",
        sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "name"),
    )
    op.create_table(
        "snapshots",
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("manifest", TEXT, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def _log() -> None:
    op.create_table(
        "revision",
        sa.Column("only", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('"only" = 1', name="revision_one_row"),
    )
    op.create_table(
        "commits",
        sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), nullable=False, unique=True),
        sa.Column("superseded", sa.BigInteger(), nullable=False),
        sa.Column("inserted", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", TEXT, unique=True),
    )
    op.create_table(
        "audit",
        sa.Column("event_id", NUMBERED, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", NUMBERED, primary_key=True),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    _index_where("outbox_waiting", "outbox", ["message_id"], "sent_at IS NULL")
