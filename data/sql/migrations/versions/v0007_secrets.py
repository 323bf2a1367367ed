"""A second secret of a webhook, while they are exchanged."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; versions before this one neither read nor write it."""
    op.add_column("webhooks", sa.Column("former_secret", sa.Text()))
