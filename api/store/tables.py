"""The tables.  Every constraint has a name, every whole number room for 2^53, every time its zone.

Longer than other files, since tables refer to one another and are read beside each other.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Table, Text

from api.store.columns import JsonText, Packed, UtcTime
from api.store.schema import metadata as metadata
from api.store.schema import one_of
from api.store.zone_tables import zone_jobs as zone_jobs
from api.store.zone_tables import zone_messages as zone_messages

ROUND_STATES = ("draft", "open", "frozen", "decided", "published")
RUN_STATES = ("queued", "running", "done", "failed", "cancelled")
ENDED = ("done", "failed", "cancelled")

principals = Table(
    "principals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("roles", JsonText, nullable=False),
    Column("password_hash", Text),
    Column("subject", Text, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    one_of("kind", ("person", "machine")),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("principal_id", ForeignKey("principals.id"), nullable=False, index=True),
    Column("secret_sha256", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("last_used_at", UtcTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("principal_id", ForeignKey("principals.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("roles", JsonText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("principal_id", Text),
)

choices = Table(
    "choices",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("changed_by", ForeignKey("principals.id"), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("closed_until", UtcTime),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("lots", BigInteger, nullable=False),
    Column("neighbours", BigInteger, nullable=False),
    Column("applicants", BigInteger, nullable=False),
    Column("zones", BigInteger, nullable=False),
    Column("neighbours_computed", Boolean(create_constraint=False), nullable=False),
    Column("warnings", JsonText, nullable=False),
    Column("document", Packed, nullable=False),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

its_instance: Column[str] = Column("instance_id", ForeignKey("instances.id"), primary_key=True)
sketches = Table("sketches", metadata, its_instance, Column("content", Packed, nullable=False))

rounds = Table(
    "rounds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("instance_id", ForeignKey("instances.id"), nullable=False, index=True),
    Column("applicants_kept", Text, nullable=False),
    Column("parent_id", ForeignKey("rounds.id"), unique=True),
    Column("frozen_instance_id", ForeignKey("instances.id")),
    Column("roster_sha256", Text),
    Column("plan_id", Text),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("proposed_plan_id", Text),
    Column("proposed_by", Text),
    one_of("state", ROUND_STATES),
    one_of("applicants_kept", ("all", "pinned", "none")),
    CheckConstraint(
        "(state IN ('draft', 'open')) = (frozen_instance_id IS NULL AND roster_sha256 IS NULL)", name="frozen"
    ),
    CheckConstraint("(state IN ('decided', 'published')) = (plan_id IS NOT NULL)", name="decided"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("applicants", Packed, nullable=False),
    Column("warnings", JsonText, nullable=False),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("round_id", "number", name="uq_batches_round_id_number"),
)

roster = Table(
    "roster",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("applicant_id", Text, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), index=True),
    Column("instance_id", ForeignKey("instances.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("kind", Text),
    Column("limits", JsonText, nullable=False),
    Column("start_plan_id", Text),
    Column("stop_asked", Boolean(create_constraint=False), nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("owner", Text),
    Column("failure", JsonText),
    Column("conflict", JsonText),
    Column("best_assignments", JsonText),
    Column("best_value_millipoints", BigInteger),
    Column("best_bound_millipoints", BigInteger),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    one_of("state", RUN_STATES),
    CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"),
    Index("ix_runs_created_by_state", "created_by", "state"),
)

run_events = Table(
    "run_events",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("data", JsonText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, unique=True),
    Column("round_id", ForeignKey("rounds.id"), index=True),
    Column("instance_id", ForeignKey("instances.id"), nullable=False, index=True),
    Column("value_millipoints", BigInteger, nullable=False),
    Column("bound_millipoints", BigInteger),
    Column("gap_millionths", BigInteger),
    Column("document", Packed, nullable=False),
    Column("reasons", Packed, nullable=False),
    Column("certificate", Packed),
    Column("certificate_sha256", Text),
    Column("created_at", UtcTime, nullable=False),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

compared = Table(
    "compared",
    metadata,
    Column("comparison_id", ForeignKey("comparisons.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("label", Text, nullable=False),
    Column("run_id", ForeignKey("runs.id")),
    Column("plan_id", ForeignKey("plans.id")),
    CheckConstraint("(run_id IS NULL) <> (plan_id IS NULL)", name="one_of_both"),
)

variants = Table(
    "variants",
    metadata,
    Column("instance_id", ForeignKey("instances.id"), primary_key=True),
    Column("parent_id", ForeignKey("instances.id"), primary_key=True, index=True),
    Column("parent_fingerprint", Text, nullable=False),
    Column("changes", JsonText, nullable=False),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

curves = Table(
    "curves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("instance_id", ForeignKey("instances.id"), nullable=False),
    Column("created_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    one_of("kind", ("tradeoff", "changes")),
)

curve_points = Table(
    "curve_points",
    metadata,
    Column("curve_id", ForeignKey("curves.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("weights", JsonText, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("principal_id", ForeignKey("principals.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("status", BigInteger, nullable=False),
    Column("headers", JsonText, nullable=False),
    Column("body", Packed, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous_sha256", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("applicant_id", Text, primary_key=True),
    Column("granted_on", Text, nullable=False),
    Column("works_due_on", Text, nullable=False),
    Column("production_due_on", Text, nullable=False),
    Column("works_started_on", Text),
    Column("production_started_on", Text),
    Column("jobs_delivered", BigInteger),
    Column("returned_on", Text),
    Column("changed_by", ForeignKey("principals.id"), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)
