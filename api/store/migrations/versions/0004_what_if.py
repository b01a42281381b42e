"""What-ifs and curves: where an instance came from, the plan that a run begins from, and runs that make a curve."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Three tables, and one more column of runs."""
    op.add_column("runs", sa.Column("start_plan_id", sa.Text))
    op.create_table(
        "variants",
        sa.Column("instance_id", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Text, nullable=False),
        sa.Column("parent_fingerprint", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "parent_id", name=op.f("pk_variants")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_variants_instance_id_instances")),
        sa.ForeignKeyConstraint(["parent_id"], ["instances.id"], name=op.f("fk_variants_parent_id_instances")),
        sa.ForeignKeyConstraint(["created_by"], ["principals.id"], name=op.f("fk_variants_created_by_principals")),
    )
    op.create_index("ix_variants_parent_id", "variants", ["parent_id"])
    op.create_table(
        "curves",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("instance_id", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curves")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_curves_instance_id_instances")),
        sa.ForeignKeyConstraint(["created_by"], ["principals.id"], name=op.f("fk_curves_created_by_principals")),
        sa.CheckConstraint("kind IN ('tradeoff', 'changes')", name=op.f("ck_curves_kind")),
    )
    op.create_table(
        "curve_points",
        sa.Column("curve_id", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("weights", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("curve_id", "number", name=op.f("pk_curve_points")),
        sa.ForeignKeyConstraint(["curve_id"], ["curves.id"], name=op.f("fk_curve_points_curve_id_curves")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_curve_points_run_id_runs")),
    )
