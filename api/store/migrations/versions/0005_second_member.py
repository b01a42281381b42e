"""Approvals by two members, what an administrator sets, and when a key was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """One table, and four more columns."""
    op.add_column("rounds", sa.Column("proposed_plan_id", sa.Text))
    op.add_column("rounds", sa.Column("proposed_by", sa.Text))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.add_column("invitations", sa.Column("principal_id", sa.Text))
    op.create_table(
        "choices",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_choices")),
        sa.ForeignKeyConstraint(["changed_by"], ["principals.id"], name=op.f("fk_choices_changed_by_principals")),
    )
