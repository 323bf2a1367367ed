"""What every revision changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; revisions before it tell nothing, so that a reader of one reads everything."""
    op.create_table(
        "changes",
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("names", TEXT),
        sa.PrimaryKeyConstraint("revision", "table_name"),
    )
