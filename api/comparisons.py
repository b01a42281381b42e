"""Comparisons over HTTP: plans, or instances with limits, set side by side in one table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from api.access import Comparer, Reader, service_of
from api.compared import Column, column_of, counted_plans
from api.idempotency import Key, answer_of, once
from api.instances import instance_at
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.plans import XLSX
from api.problems import Problem, language_of
from api.runs import LimitsRequest, checked, queued
from api.service import Service
from api.store import audit, instances, plans, runs
from api.store import comparisons as store
from api.store.answers import Answer
from api.store.comparisons import Comparison, Side
from api.store.principals import Principal
from instances.faults import InstanceError, Place
from instances.instance import Instance
from instances.policy_file import PolicyReader
from optimizer.export.comparison import comparison_csv, comparison_xlsx

router = APIRouter(prefix="/v1/comparisons", tags=["comparisons"])
TABLES = {"text/csv": "csv", XLSX: "xlsx"}
SUFFIXES = {"json": "application/json", **{suffix: media for media, suffix in TABLES.items()}}


class SideRequest(BaseModel):
    """A plan that is there, or an instance on which a run is started, under its own policy or another one."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=100)
    plan_id: str | None = Field(default=None, max_length=100)
    instance_id: str | None = Field(default=None, max_length=100)
    policy: dict[str, Any] | None = Field(
        default=None,
        description="Instead of the instance's own: the keys of policy.toml. Kept as an instance of its own.",
    )
    limits: LimitsRequest | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SideRequest:
        alone = self.limits is None and self.policy is None
        if (self.plan_id is None) == (self.instance_id is None) or (self.plan_id is not None and not alone):
            raise ValueError("give a plan_id alone, or an instance_id with or without policy and limits")
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


@router.post(
    "",
    status_code=202,
    summary="Compare",
    response_model=ComparisonResource,
    responses=refusals(401, 403, 404, 422, 429),
)
def add(request: Request, analyst: Comparer, new: NewComparison, key: Key = None) -> Response:
    """Starts a run for each instance; read the comparison again for its table."""
    service = service_of(request)
    variants = [_variant(service, number, each) for number, each in enumerate(new.sides)]

    def effect(connection: Connection) -> Answer:
        pairs = zip(new.sides, variants, strict=True)
        sides = [_side(connection, service, analyst, each, variant) for each, variant in pairs]
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


@router.get(
    "/{comparison_id}",
    summary="Read a comparison",
    response_model=ComparisonResource,
    responses={
        **refusals(401, 403, 404, 406),
        200: {
            "description": "The comparison; or, as Accept or the suffix .csv or .xlsx says, the table of the plans "
            "that are there, one line for each fact.",
            "model": ComparisonResource,
            "content": {media: {} for media in TABLES},
        },
    },
)
def show(request: Request, reader: Reader, comparison_id: str) -> Response:
    """The table as far as the runs have come."""
    service, (comparison_id, _, suffix) = service_of(request), comparison_id.partition(".")
    accepted = (request.headers.get("accept") or "*/*").partition(",")[0].partition(";")[0].strip().lower()
    media = SUFFIXES.get(suffix) if suffix else accepted if accepted in TABLES else "application/json"
    if media is None:
        raise Problem("not_acceptable", offered=", ".join(SUFFIXES.values()))
    with service.reading() as connection:
        found = store.find(connection, comparison_id)
        if found is None:
            raise Problem("not_found", what="comparison", id=comparison_id[:80])
        headers = {"Vary": "Accept, Accept-Language"}
        if media == "application/json":
            return Response(resource(connection, service, found).model_dump_json(), 200, headers, media)
        counted = counted_plans(connection, service, found.sides)
    language = language_of(request.headers.get("accept-language"))
    content = comparison_csv(counted, language) if media == "text/csv" else comparison_xlsx(counted, language)
    headers["Content-Disposition"] = f'attachment; filename="comparison.{TABLES[media]}"'
    return Response(content, 200, headers, media)


def resource(connection: Connection, service: Service, found: Comparison) -> ComparisonResource:
    """The comparison as it is answered."""
    columns = [column_of(connection, service, side) for side in found.sides]
    is_done = all(column.state not in runs.ACTIVE for column in columns)
    state: State = "done" if is_done else "running"
    return ComparisonResource(id=found.id, name=found.name, state=state, columns=columns, created_at=found.created_at)


def _variant(service: Service, number: int, asked: SideRequest) -> Instance | None:
    """The instance under the other policy that a side asks for.  Raises InstanceError with every fault, Problem."""
    if asked.policy is None:
        return None
    instance = instance_at(service, str(asked.instance_id))
    where = Place("policy", "item", f"/sides/{number}/policy")
    reader = PolicyReader(where)
    policy = reader.read(asked.policy)
    if policy is None:
        raise InstanceError(reader.faults)
    return Instance(instance.lots, instance.neighbours, instance.applicants, policy)


def _side(
    connection: Connection, service: Service, analyst: Principal, asked: SideRequest, variant: Instance | None
) -> Side:
    if asked.plan_id is not None:
        if plans.find(connection, asked.plan_id) is None:
            raise Problem("not_found", what="plan", id=asked.plan_id)
        return Side(asked.label, None, asked.plan_id)
    instance_id = str(asked.instance_id)
    if variant is not None:
        instance_id = instances.add_instance(connection, variant, analyst.id).id
    elif instances.find(connection, instance_id) is None:
        raise Problem("not_found", what="instance", id=instance_id)
    limits = checked(service, asked.limits or LimitsRequest())
    return Side(asked.label, queued(connection, service, analyst, instance_id, None, limits).id, None)
