"""What pages show of an instance, kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """One table, which fills by itself."""
    op.create_table(
        "sketches",
        sa.Column("instance_id", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_sketches")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_sketches_instance_id_instances")),
    )
