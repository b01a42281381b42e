"""Comparisons over HTTP: plans, or instances with limits, set side by side in one table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from api.access import May, Reader, service_of
from api.idempotency import Key, answer_of, once
from api.instances import instance_at
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.problems import Problem
from api.runs import LimitsRequest, checked, queued, run_at
from api.service import Service
from api.store import audit, instances, plans, runs
from api.store import comparisons as store
from api.store.answers import Answer
from api.store.comparisons import Comparison, Side
from api.store.principals import Principal
from instances.instance import Instance

router = APIRouter(prefix="/v1/comparisons", tags=["comparisons"])


class SideRequest(BaseModel):
    """A plan that is there, or an instance on which a run is started."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=100)
    plan_id: str | None = Field(default=None, max_length=100)
    instance_id: str | None = Field(default=None, max_length=100)
    limits: LimitsRequest | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SideRequest:
        if (self.plan_id is None) == (self.instance_id is None) or (
            self.plan_id is not None and self.limits is not None
        ):
            raise ValueError("give a plan_id alone, or an instance_id with or without limits")
        return self


class NewComparison(BaseModel):
    """What to set side by side."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "seeds", "sides": [{"label": "one", "instance_id": "0" * 64, "limits": {"work": 5}}]}]
        },
    )

    name: str = Field(min_length=1, max_length=200)
    sides: list[SideRequest] = Field(min_length=1, max_length=20)


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
    water_hl_day: int | None = None
    lots_by_sector: dict[str, int] | None = None


State = Annotated[Literal["running", "done"], Field(description="running until every run has ended")]


class ComparisonResource(BaseModel):
    """Plans side by side."""

    id: str
    name: str
    state: State
    columns: list[Column]
    created_at: datetime


class ComparisonSummary(BaseModel):
    """A comparison in a list; read it for its table."""

    id: str
    name: str
    state: State
    labels: list[str]
    created_at: datetime


Analyst = Annotated[Principal, Depends(May("compare"))]


@router.post(
    "",
    status_code=202,
    summary="Compare",
    response_model=ComparisonResource,
    responses=refusals(401, 403, 404, 422, 429),
)
def add(request: Request, analyst: Analyst, new: NewComparison, key: Key = None) -> Response:
    """Starts a run for each instance; read the comparison again for its table."""
    service = service_of(request)

    def effect(connection: Connection) -> Answer:
        sides = [_side(connection, service, analyst, each) for each in new.sides]
        made = store.add(connection, new.name, sides, analyst.id)
        audit.write(connection, analyst.id, "comparison.add", made.id, new.model_dump())
        headers = {"Location": f"/v1/comparisons/{made.id}", "Retry-After": "2"}
        return answer_of(202, resource(connection, service, made), **headers)

    return once(service, request, analyst, key, new.model_dump_json().encode(), effect)


@router.get("", summary="List comparisons", responses=refusals(401, 403, 422))
def page(request: Request, reader: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[ComparisonSummary]:
    """The newest first."""
    with service_of(request).reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1)
        unfinished = store.unfinished(connection, [each.id for each in found])
    items = [
        ComparisonSummary(
            id=each.id,
            name=each.name,
            state="running" if each.id in unfinished else "done",
            labels=[side.label for side in each.sides],
            created_at=each.created_at,
        )
        for each in found
    ]
    return paged(items, limit, [(each.created_at, each.id) for each in found])


@router.get("/{comparison_id}", summary="Read a comparison", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, comparison_id: str) -> ComparisonResource:
    """The table as far as the runs have come."""
    service = service_of(request)
    with service.reading() as connection:
        found = store.find(connection, comparison_id)
        if found is None:
            raise Problem("not_found", what="comparison", id=comparison_id[:80])
        return resource(connection, service, found)


def resource(connection: Connection, service: Service, found: Comparison) -> ComparisonResource:
    """The comparison as it is answered."""
    columns = [_column(connection, service, side) for side in found.sides]
    is_done = all(column.state not in runs.ACTIVE for column in columns)
    state: State = "done" if is_done else "running"
    return ComparisonResource(id=found.id, name=found.name, state=state, columns=columns, created_at=found.created_at)


def _side(connection: Connection, service: Service, analyst: Principal, asked: SideRequest) -> Side:
    if asked.plan_id is not None:
        if plans.find(connection, asked.plan_id) is None:
            raise Problem("not_found", what="plan", id=asked.plan_id)
        return Side(asked.label, None, asked.plan_id)
    instance_id = str(asked.instance_id)
    if instances.find(connection, instance_id) is None:
        raise Problem("not_found", what="instance", id=instance_id)
    limits = checked(service, asked.limits or LimitsRequest())
    return Side(asked.label, queued(connection, service, analyst, instance_id, None, limits).id, None)


def _column(connection: Connection, service: Service, side: Side) -> Column:
    facts: dict[str, Any] = {"label": side.label, "run_id": side.run_id, "plan_id": side.plan_id, "state": "done"}
    facts["instance_id"] = None
    if side.run_id is not None:
        run = run_at(connection, side.run_id)
        facts |= {"state": run.state, "instance_id": run.instance_id, "plan_id": runs.plan_of(connection, run.id)}
    plan = None if facts["plan_id"] is None else plans.find(connection, facts["plan_id"])
    if plan is not None:
        facts |= {"instance_id": plan.instance_id, "run_id": plan.run_id}
        facts |= {name: getattr(plan, name) for name in ("value_millipoints", "bound_millipoints", "gap_millionths")}
        facts |= _counts(instance_at(service, plan.instance_id, connection), plans.document(connection, plan.id))
    return Column.model_validate(facts)


def _counts(instance: Instance, document: dict[str, Any]) -> dict[str, Any]:
    granted = {instance.applicant[each]: lots for each, lots in document["assignments"].items()}
    by_sector = {sector.sector_id: 0 for sector in instance.policy.sectors}
    for applicant, lots in granted.items():
        by_sector[applicant.sector] += len(lots)
    needs = ("jobs_direct", "jobs_indirect", "power_kw", "water_hl_day")
    return {
        "goals_millipoints": document["goals_millipoints"],
        **{name: sum(getattr(each, name) for each in granted) for name in needs},
        "lots_granted": sum(len(lots) for lots in granted.values()),
        "area_m2": sum(instance.lot[lot].area_m2 for lots in granted.values() for lot in lots),
        "applicants_granted": len(granted),
        "waitlist": len(document["waitlist"]),
        "lots_by_sector": {sector: count for sector, count in by_sector.items() if count},
    }
