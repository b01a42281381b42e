"""The tables of zone jobs and of what a run and its zone jobs say to each other; both empty while no run asks."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, Text, UniqueConstraint

from api.store.columns import UtcTime
from api.store.schema import metadata, one_of

ZONE_STATES = ("waiting", "at_work", "lost")
DIRECTIONS = ("to_job", "to_run")

zone_jobs = Table(
    "zone_jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("attempt", Text, nullable=False),
    Column("number", BigInteger),
    Column("state", Text, nullable=False),
    Column("worker", Text),
    Column("asked_at", UtcTime, nullable=False),
    Column("began_at", UtcTime),
    one_of("state", ZONE_STATES),
    UniqueConstraint("run_id", "number", name="uq_zone_jobs_run_id_number"),
)

zone_messages = Table(
    "zone_messages",
    metadata,
    Column("zone_job_id", ForeignKey("zone_jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    one_of("direction", DIRECTIONS),
)
