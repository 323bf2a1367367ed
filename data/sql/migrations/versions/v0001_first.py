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
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.PrimaryKeyConstraint("agency_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programs",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.PrimaryKeyConstraint("program_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "practices",
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("agency_id", sa.Text()),
        sa.Column("programs", sa.Text()),
        sa.Column("active", sa.Boolean()),
        sa.PrimaryKeyConstraint("practice_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "insurances",
        sa.Column("insurance_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("payer", sa.Text()),
        sa.Column("reviewed_on", sa.Date()),
        sa.PrimaryKeyConstraint("insurance_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facilities",
        sa.Column("facility_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("type", sa.Text()),
        sa.Column("practice_id", sa.Text()),
        sa.Column("region", sa.Text()),
        sa.Column("city", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("zip", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("required_credentials", sa.Text()),
        sa.Column("active", sa.Boolean()),
        sa.Column("opens_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.PrimaryKeyConstraint("facility_id"),
        sqlite_with_rowid=False,
    )


def _catalog_of_providers() -> None:
    op.create_table(
        "providers",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("roles", sa.Text()),
        sa.Column("specialties", sa.Text()),
        sa.Column("practice_id", sa.Text()),
        sa.Column("agency_id", sa.Text()),
        sa.Column("active", sa.Boolean()),
        sa.Column("approved", sa.Boolean()),
        sa.Column("panel_status", sa.Text()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("regions", sa.Text()),
        sa.Column("languages", sa.Text()),
        sa.Column("city", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("zip", sa.Text()),
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
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("compact", sa.Boolean()),
        sa.PrimaryKeyConstraint("provider_id", "state", "type"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credentials",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.PrimaryKeyConstraint("provider_id", "credential"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participations",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("insurance_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("accepting_new", sa.Boolean()),
        sa.PrimaryKeyConstraint("provider_id", "insurance_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "absences",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("provider_id", "starts_on"),
        sqlite_with_rowid=False,
    )


def _catalog_of_patients() -> None:
    op.create_table(
        "patients",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("birth_date", sa.Date()),
        sa.Column("sex", sa.Text()),
        sa.Column("active", sa.Boolean()),
        sa.Column("practice_id", sa.Text()),
        sa.Column("facility_id", sa.Text()),
        sa.Column("region", sa.Text()),
        sa.Column("city", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("zip", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("language", sa.Text()),
        sa.Column("acuity", sa.BigInteger()),
        sa.Column("needs", sa.Text()),
        sa.Column("programs", sa.Text()),
        sa.Column("insurances", sa.Text()),
        sa.Column("household_id", sa.Text()),
        sa.Column("panel_weight", sa.Double()),
        sa.Column("visits_per_month", sa.Double()),
        sa.Column("minutes_per_visit", sa.Double()),
        sa.Column("requested_provider_id", sa.Text()),
        sa.Column("transition_until", sa.Date()),
        sa.Column("tenure_months", sa.BigInteger()),
        sa.PrimaryKeyConstraint("patient_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text()),
        sa.Column("provider_id", sa.Text()),
        sa.Column("facility_id", sa.Text()),
        sa.Column("on", sa.Date()),
        sa.Column("minutes", sa.Double()),
        sa.PrimaryKeyConstraint("visit_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "groups",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("facility_id", sa.Text()),
        sa.Column("specialty", sa.Text()),
        sa.Column("members", sa.Text()),
        sa.PrimaryKeyConstraint("group_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pins",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("patient_id", "provider_id", "level", "role"),
        sqlite_with_rowid=False,
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("row_id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text()),
        sa.Column("facility_id", sa.Text()),
        sa.Column("covers_provider_id", sa.Text()),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("temporary", sa.Boolean()),
        sa.Column("review_on", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger()),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text()),
        sa.Column("superseded_by_plan_id", sa.Text()),
        sa.Column("subject", sa.Text(), sa.Computed(SUBJECT, persisted=True)),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="assignments_forward"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "assignments_believed",
        "assignments",
        ["subject", "starts_on"],
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "assignments_facility_id",
        "assignments",
        ["facility_id"],
        sqlite_where=sa.text("facility_id IS NOT NULL"),
    )
    op.create_index(
        "assignments_patient_id",
        "assignments",
        ["patient_id"],
        sqlite_where=sa.text("patient_id IS NOT NULL"),
    )
    op.create_index(
        "assignments_plan_id", "assignments", ["plan_id"], sqlite_where=sa.text("plan_id IS NOT NULL")
    )
    op.create_index(
        "assignments_superseded_by_plan_id",
        "assignments",
        ["superseded_by_plan_id"],
        sqlite_where=sa.text("superseded_by_plan_id IS NOT NULL"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Text(), primary_key=True),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("committed_revision", sa.BigInteger(), nullable=False),
    )
    op.create_index("plans_created_at", "plans", ["created_at"])
    op.create_table(
        "plan_tables",
        sa.Column("plan_id", sa.Text(), sa.ForeignKey("plans.plan_id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "name"),
    )
    op.create_table(
        "snapshots",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("manifest", sa.Text(), nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def _log() -> None:
    op.create_table(
        "revision",
        sa.Column("only", sa.Integer(), primary_key=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("only = 1", name="revision_one_row"),
    )
    op.create_table(
        "commits",
        sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("plan_id", sa.Text(), sa.ForeignKey("plans.plan_id"), nullable=False, unique=True),
        sa.Column("superseded", sa.BigInteger(), nullable=False),
        sa.Column("inserted", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), unique=True),
    )
    op.create_table(
        "audit",
        sa.Column("event_id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Integer(), primary_key=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_waiting", "outbox", ["message_id"], sqlite_where=sa.text("sent_at IS NULL"))
