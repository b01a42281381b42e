"""What is set side by side: the figures of stored plans, counted once and remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.instances import instance_at
from api.runs import run_at
from api.service import Service
from api.store import plans, runs
from api.store.comparisons import Side
from api.store.plans import PlanSummary
from optimizer.compare.figures import Compared, Figures, figures
from optimizer.outcome import Proof
from optimizer.plan import Plan


class Column(BaseModel):
    """One plan in numbers; null where there is no plan yet."""

    label: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    run_id: str | None
    plan_id: str | None
    instance_id: str | None
    value_millipoints: int | None = None
    goals_millipoints: dict[str, int] | None = None
    bound_millipoints: int | None = None
    gap_millionths: int | None = None
    jobs_direct: int | None = None
    jobs_indirect: int | None = None
    lots_granted: int | None = None
    area_m2: int | None = None
    applicants_granted: int | None = None
    waitlist: int | None = None
    power_kw: int | None = None
    power_kw_limit: int | None = None
    water_hl_day: int | None = None
    water_hl_day_limit: int | None = None
    lots_by_sector: dict[str, int] | None = None
    lots_by_group: dict[str, int] | None = None
    envies: int | None = Field(
        default=None, description="Applicants whom a lot held by somebody of a lower score would have suited."
    )
    lowest_score: int | None = Field(
        default=None, description="The lowest score that was granted a site without a pin."
    )
    seconds: int | None = Field(default=None, description="How long the run took.")


def column_of(connection: Connection, service: Service, side: Side) -> Column:
    """One side as it is answered, as far as its run has come."""
    facts: dict[str, Any] = {"label": side.label, "run_id": side.run_id, "plan_id": side.plan_id, "state": "done"}
    facts["instance_id"] = None
    if side.run_id is not None:
        run = run_at(connection, side.run_id)
        facts |= {"state": run.state, "instance_id": run.instance_id}
    plan = _plan(connection, side)
    if plan is not None:
        counted = _figures(connection, service, plan)
        facts |= {"instance_id": plan.instance_id, "run_id": plan.run_id, "plan_id": plan.id}
        facts |= {name: getattr(plan, name) for name in ("value_millipoints", "bound_millipoints", "gap_millionths")}
        facts |= {name: value for name, value in asdict(counted).items() if name in SHARED}
        for unit in ("power_kw", "water_hl_day"):
            facts |= {unit: counted.used[unit], f"{unit}_limit": counted.most[unit]}
        facts["waitlist"] = len(plans.document(connection, plan.id)["waitlist"])
    return Column.model_validate(facts)


SHARED = (
    "goals_millipoints", "jobs_direct", "jobs_indirect", "lots_granted", "area_m2", "applicants_granted",
    "lots_by_sector", "lots_by_group", "envies", "lowest_score", "seconds",
)  # fmt: skip
"""Figures that a column has under the same name."""


def counted_plans(connection: Connection, service: Service, sides: Sequence[Side]) -> list[Figures]:
    """The figures of every side that has a plan, under the sides' labels."""
    found = ((side, _plan(connection, side)) for side in sides)
    return [replace(_figures(connection, service, plan), label=side.label) for side, plan in found if plan is not None]


def _plan(connection: Connection, side: Side) -> PlanSummary | None:
    plan_id = side.plan_id
    if side.run_id is not None:
        plan_id = runs.plan_of(connection, side.run_id)
    return None if plan_id is None else plans.find(connection, plan_id)


def _figures(connection: Connection, service: Service, plan: PlanSummary) -> Figures:
    key = f"{plan.id} figures"
    known = service.pages.get(key)
    if known is not None:
        return Figures(**json.loads(known))
    instance = instance_at(service, plan.instance_id, connection)
    document, run = plans.document(connection, plan.id), run_at(connection, plan.run_id)
    proof = None
    if plan.bound_millipoints is not None and plan.certificate_sha256 is not None:
        proof = Proof(plan.bound_millipoints, plan.certificate_sha256)
    took = None if run.started_at is None or run.ended_at is None else run.ended_at - run.started_at
    seconds = None if took is None else round(took.total_seconds())
    granted = Plan({each: tuple(lots) for each, lots in document["assignments"].items()})
    counted = figures(Compared("", instance, granted, proof, seconds))
    service.pages.put(key, json.dumps(asdict(counted)).encode())
    return counted
