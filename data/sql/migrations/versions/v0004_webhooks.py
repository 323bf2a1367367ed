"""Webhooks and their deliveries, schedules, results of jobs; on PostgreSQL also the queue of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; the queue is made with the guards, which follow every migration."""
    op.create_table(
        "webhooks",
        sa.Column("subscription_id", sa.Text(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "deliveries",
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
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "deliveries_waiting", "deliveries", ["next_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "job_results",
        sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.job_id"), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
