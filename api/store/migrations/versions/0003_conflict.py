"""A run keeps what stands in the way of a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One more column of runs."""
    op.add_column("runs", sa.Column("conflict", sa.Text))
