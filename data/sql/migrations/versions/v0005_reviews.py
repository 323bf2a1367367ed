"""People's review of plans: rejected pairs, consents, plans whose day has come, orders for visits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the four tables."""
    _rejections()
    _consents()
    _after_commits()


def _rejections() -> None:
    op.create_table(
        "rejections",
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


def _consents() -> None:
    op.create_table(
        "consents",
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


def _after_commits() -> None:
    op.create_table(
        "activations",
        sa.Column("plan_id", TEXT, sa.ForeignKey("plans.plan_id"), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("broken", sa.BigInteger(), nullable=False),
        sa.Column("hold_plan_id", TEXT, nullable=False),
    )
    op.create_table(
        "visit_orders",
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
