"""Zone jobs of runs, and the messages between the two."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Two tables, empty while no run asks for zone jobs."""
    op.create_table(
        "zone_jobs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_jobs")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_zone_jobs_run_id_runs"), ondelete="CASCADE"),
        sa.CheckConstraint("state IN ('waiting', 'at_work', 'lost')", name=op.f("ck_zone_jobs_state")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_zone_jobs_run_id_number")),
    )
    op.create_table(
        "zone_messages",
        sa.Column("zone_job_id", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("zone_job_id", "direction", "number", name=op.f("pk_zone_messages")),
        sa.ForeignKeyConstraint(
            ["zone_job_id"], ["zone_jobs.id"], name=op.f("fk_zone_messages_zone_job_id_zone_jobs"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("direction IN ('to_job', 'to_run')", name=op.f("ck_zone_messages_direction")),
    )
