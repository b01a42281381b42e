"""Curves over HTTP: jobs against clustering, or value against changes, each point a run with its certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from api.access import Comparer, Reader, service_of
from api.idempotency import Key, answer_of, once
from api.instances import instance_at
from api.openapi import refusals
from api.problems import Problem
from api.runs import LimitsRequest, checked, queued, run_at
from api.service import Service
from api.store import audit, instances, plans, runs
from api.store import curves as store
from api.store.answers import Answer
from api.store.curves import Curve, Point
from api.what_ifs import Revision, WhatIf, changed, planned
from instances.instance import Instance
from optimizer.audit import audit as recount
from optimizer.lines import Line, most_given
from optimizer.plan import Plan
from optimizer.rules.changes import changed as changes_of
from optimizer.rules.changes import earlier_holders
from optimizer.weights import DEFAULT_WEIGHTS, Weights, weighted

router = APIRouter(prefix="/v1/curves", tags=["what if"])

PRICES = (0, 1, 4, 16, 64)
"""Default prices of a change, in 64ths of what the largest applicant's jobs bring."""


class WeightsRequest(BaseModel):
    """How many times each goal counts."""

    model_config = ConfigDict(extra="forbid")

    jobs: int = Field(ge=0, le=100)
    clustering: int = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _some(self) -> WeightsRequest:
        if not self.jobs and not self.clustering:
            raise ValueError("give one weight at least that is positive")
        return self


class NewCurve(BaseModel):
    """tradeoff: on an instance.  changes: from a plan, after changes if there are any."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "tradeoff", "instance_id": "0" * 64, "limits": {"work": 2}}]},
    )

    kind: Literal["tradeoff", "changes"]
    instance_id: str | None = Field(default=None, max_length=100)
    plan_id: str | None = Field(default=None, max_length=100)
    changes: list[dict[str, Any]] = Field(default=[], max_length=1000)
    weights: list[WeightsRequest] | None = Field(default=None, min_length=1, max_length=8)
    prices: list[Annotated[int, Field(ge=0, le=2**40)]] | None = Field(default=None, min_length=1, max_length=8)
    limits: LimitsRequest = LimitsRequest()

    @model_validator(mode="after")
    def _of_its_kind(self) -> NewCurve:
        is_tradeoff = self.kind == "tradeoff"
        if is_tradeoff != (self.instance_id is not None) or is_tradeoff == (self.plan_id is not None):
            raise ValueError("give an instance_id for a tradeoff, or a plan_id for changes")
        if (self.changes or self.prices) if is_tradeoff else self.weights:
            raise ValueError("weights belong to a tradeoff; prices and changes to the changes of a plan")
        return self


class CurvePoint(BaseModel):
    """One run.  a: jobs in millipoints, or kept sites; b: clustering, or the value, in millipoints.

    most_b: what no plan with as much of a exceeds; most_a: the other way round; null before anything is proved.
    """

    weights: dict[str, int]
    run_id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    plan_id: str | None
    a: int | None = None
    b: int | None = None
    most_a: int | None = None
    most_b: int | None = None
    changes: int | None = Field(default=None, description="Of a curve of changes: applicants that do not keep theirs.")


class CurveResource(BaseModel):
    """Points by rising b, then those without a plan yet."""

    id: str
    kind: Literal["tradeoff", "changes"]
    instance_id: str
    state: Literal["running", "done"]
    points: list[CurvePoint]
    created_at: datetime


@router.post(
    "",
    status_code=202,
    summary="Draw a curve",
    response_model=CurveResource,
    responses=refusals(401, 403, 404, 422, 429),
)
def add(request: Request, analyst: Comparer, new: NewCurve, key: Key = None) -> Response:
    """Starts a run for each point; read the curve again as they end."""
    service = service_of(request)
    limits = checked(service, new.limits)

    def effect(connection: Connection) -> Answer:
        base, settings = _base(service, new)
        stored = instances.add_instance(connection, base, analyst.id)
        points = []
        for weights in settings:
            made = instances.add_instance(connection, _at(base, weights), analyst.id)
            run = queued(connection, service, analyst, made.id, None, limits, new.plan_id)
            points.append(Point(weights, run.id))
        curve = store.add(connection, new.kind, stored.id, points, analyst.id)
        audit.write(connection, analyst.id, "curve.add", curve.id, {"kind": new.kind, "instance": stored.id})
        headers = {"Location": f"/v1/curves/{curve.id}", "Retry-After": "2"}
        return answer_of(202, resource(connection, service, curve), **headers)

    return once(service, request, analyst, key, new.model_dump_json().encode(), effect)


@router.get("/{curve_id}", summary="Read a curve", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, curve_id: str) -> CurveResource:
    """The points as far as the runs have come, with what all certificates together prove."""
    service = service_of(request)
    with service.reading() as connection:
        found = store.find(connection, curve_id)
        if found is None:
            raise Problem("not_found", what="curve", id=curve_id[:80])
        return resource(connection, service, found)


def resource(connection: Connection, service: Service, found: Curve) -> CurveResource:
    """The curve as it is answered."""
    base = instance_at(service, found.instance_id, connection)
    read = [_read(connection, base, point) for point in found.points]
    points = [point for point, _ in read]
    lines = [line for _, line in read if line is not None]
    mirrored = [Line(line.weight_b, line.weight_a, line.bound) for line in lines]
    for point in points:
        if point.a is not None and point.b is not None:
            point.most_b, point.most_a = most_given(lines, point.a), most_given(mirrored, point.b)
    points.sort(key=lambda point: (point.b is None, point.b or 0, -(point.a or 0)))
    is_done = all(point.state not in runs.ACTIVE for point in points)
    return CurveResource.model_validate(
        {
            "id": found.id,
            "kind": found.kind,
            "instance_id": found.instance_id,
            "state": "done" if is_done else "running",
            "points": points,
            "created_at": found.created_at,
        }
    )


def _base(service: Service, new: NewCurve) -> tuple[Instance, Sequence[Mapping[str, int]]]:
    """The instance without weights, and the weights of each point.  Raises Problem, InstanceError."""
    if new.kind == "tradeoff":
        base = instance_at(service, str(new.instance_id))
        if base.policy.most_changes is not None:
            raise Problem("bad_request", where="instance_id", found="policy.revision.most_changes")
        asked = [each.model_dump() for each in new.weights or ()]
        return base, asked or [{"jobs": each.jobs, "clustering": each.clustering} for each in DEFAULT_WEIGHTS]
    _, parent, plan = planned(service, str(new.plan_id))
    base = changed(parent, plan, WhatIf(changes=new.changes, revision=Revision()))
    policy = base.policy
    jobs = [policy.job_direct * each.jobs_direct + policy.job_indirect * each.jobs_indirect for each in base.applicants]
    prices = new.prices or sorted({price * max(max(jobs, default=0) // 64, 1) for price in PRICES})
    return base, [{"kept_site": price} for price in prices]


def _at(base: Instance, weights: Mapping[str, int]) -> Instance:
    """The instance of one point."""
    if "kept_site" in weights:
        return replace(base, policy=replace(base.policy, kept_site=weights["kept_site"]))
    return weighted(base, Weights(**weights))


def _read(connection: Connection, base: Instance, point: Point) -> tuple[CurvePoint, Line | None]:
    """A point with its plan recounted on the instance without weights, and what its certificate proves."""
    run = run_at(connection, point.run_id)
    plan_id = runs.plan_of(connection, point.run_id)
    facts: dict[str, Any] = {"weights": dict(point.weights), "run_id": run.id, "state": run.state, "plan_id": plan_id}
    summary = None if plan_id is None else plans.find(connection, plan_id)
    if summary is None:
        return CurvePoint.model_validate(facts), None
    assignments = plans.document(connection, summary.id)["assignments"]
    plan = Plan({each: tuple(lots) for each, lots in assignments.items()})
    counted = recount(base, plan)
    if "kept_site" in point.weights:
        moving = len(changes_of(base, plan))
        facts |= {"a": earlier_holders(base) - moving, "b": counted.value_millipoints, "changes": moving}
        weights = (1000 * point.weights["kept_site"], 1)
    else:
        goals = counted.goals_millipoints
        facts |= {"a": goals["jobs"], "b": goals["clustering"]}
        weights = (point.weights["jobs"], point.weights["clustering"])
    line = None if summary.bound_millipoints is None else Line(*weights, summary.bound_millipoints)
    return CurvePoint.model_validate(facts), line
