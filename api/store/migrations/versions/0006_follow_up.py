"""What became of the grants of a published round."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One table."""
    op.create_table(
        "follow_ups",
        sa.Column("round_id", sa.Text, nullable=False),
        sa.Column("applicant_id", sa.Text, nullable=False),
        sa.Column("granted_on", sa.Text, nullable=False),
        sa.Column("works_due_on", sa.Text, nullable=False),
        sa.Column("production_due_on", sa.Text, nullable=False),
        sa.Column("works_started_on", sa.Text),
        sa.Column("production_started_on", sa.Text),
        sa.Column("jobs_delivered", sa.BigInteger),
        sa.Column("returned_on", sa.Text),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "applicant_id", name=op.f("pk_follow_ups")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_follow_ups_round_id_rounds")),
        sa.ForeignKeyConstraint(["changed_by"], ["principals.id"], name=op.f("fk_follow_ups_changed_by_principals")),
    )
