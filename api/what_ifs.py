"""What-ifs over HTTP: change something, solve again from the plan that is there, and see what is different."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import Reader, Runner, service_of
from api.idempotency import Key, once, replayed_or
from api.instances import instance_at, missing
from api.openapi import refusals
from api.plans import FOREVER
from api.problems import Problem, language_of
from api.runs import STARTED, LimitsRequest, Prefer, RunResource, checked, queued, started, waited
from api.service import Service
from api.store import instances, plans, variants
from api.store.answers import Answer
from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.what_if.difference import Difference, difference
from optimizer.what_if.telling import difference_csv, difference_lines
from optimizer.what_if.variant import revising, variant_from

router = APIRouter(tags=["what if"])


class Revision(BaseModel):
    """How far the new plan may go from the one that it begins from."""

    model_config = ConfigDict(extra="forbid")

    kept_site: int = Field(default=0, ge=0, le=2**53 - 1, description="Points for each applicant that keeps its site.")
    most_changes: int | None = Field(
        default=None, ge=0, le=2**53 - 1, description="How many applicants at most may not keep their site."
    )


class WhatIf(BaseModel):
    """Changes to try out on a plan's instance: forbid, pin, withdraw, points, quota or batch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "changes": [{"change": "withdraw", "applicant_id": "A1"}],
                    "revision": {"most_changes": 2},
                    "limits": {"seconds": 3},
                }
            ]
        },
    )

    changes: list[dict[str, Any]] = Field(default=[], max_length=1000)
    revision: Revision | None = Field(default=None, description="Absent: the plan may change as much as it likes.")
    limits: LimitsRequest = LimitsRequest()


class VariantResource(BaseModel):
    """An instance that came from another by changes."""

    model_config = ConfigDict(from_attributes=True)

    instance_id: str
    parent_id: str
    parent_fingerprint: str
    changes: list[dict[str, Any]]
    created_at: datetime


class DifferenceResource(BaseModel):
    """From one plan to another: who moves, gains and loses, and each goal before and after."""

    from_plan_id: str
    plan_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    goals: list[dict[str, Any]]
    kept: int
    applicants: list[dict[str, Any]]
    lots: list[str] = Field(description="Those whose tenant is another one.")
    text: list[str] = Field(description="The same in sentences, in the language of the request.")


@router.post(
    "/v1/plans/{plan_id}/what-ifs",
    status_code=202,
    summary="What if?",
    response_model=RunResource,
    responses={**refusals(401, 403, 404, 422, 429), **STARTED},
)
async def ask(
    request: Request, analyst: Runner, plan_id: str, asked: WhatIf, key: Key = None, prefer: Prefer = None
) -> Response:
    """Stores the instance with the changes, and starts a run on it that begins from the plan.

    All of it, or nothing and every fault is listed.  Read the difference of the run's plan from this one afterwards.
    """
    service = service_of(request)
    given = checked(service, asked.limits)

    def attempt() -> Response:
        parent_id, parent, plan = planned(service, plan_id)
        made = changed(parent, plan, asked)
        noted = [*asked.changes]
        if asked.revision is not None:
            noted.append({"change": "revision", **asked.revision.model_dump(exclude_none=True)})

        def effect(connection: Connection) -> Answer:
            stored = instances.add_instance(connection, made, analyst.id)
            variants.add(connection, stored.id, parent_id, parent.fingerprint(), noted, analyst.id)
            return started(connection, queued(connection, service, analyst, stored.id, None, given, plan_id))

        return once(service, request, analyst, key, asked.model_dump_json().encode() + plan_id.encode(), effect)

    body = asked.model_dump_json().encode() + plan_id.encode()
    answered = await run_in_threadpool(replayed_or, service, request, analyst, key, body, attempt)
    return await waited(service, answered, prefer)


@router.get(
    "/v1/instances/{instance_id}/variants",
    summary="List what was tried on an instance",
    responses=refusals(401, 403, 404),
)
def listed(request: Request, reader: Reader, instance_id: str) -> list[VariantResource]:
    """The instances that came from this one by changes, the oldest first."""
    with service_of(request).reading() as connection:
        if instances.find(connection, instance_id) is None:
            raise missing(instance_id)
        found = variants.of_parent(connection, instance_id)
    return [VariantResource.model_validate(each) for each in found]


@router.get(
    "/v1/plans/{plan_id}/difference",
    summary="What is different?",
    response_model=DifferenceResource,
    responses={
        **refusals(401, 403, 404, 422),
        200: {"description": "JSON, or CSV as Accept says.", "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
def compared(
    request: Request,
    reader: Reader,
    plan_id: str,
    earlier: Annotated[str, Query(alias="from", max_length=100, description="The plan before.")],
) -> Response:
    """From the plan before to this one; they may be of two instances."""
    found = difference_at(service_of(request), earlier, plan_id)
    language = language_of(request.headers.get("accept-language"))
    headers = {"Cache-Control": FOREVER, "Vary": "Accept, Accept-Language"}
    if "text/csv" in request.headers.get("accept", ""):
        headers["Content-Disposition"] = 'attachment; filename="difference.csv"'
        return Response(difference_csv(found, language), 200, headers, "text/csv")
    told = DifferenceResource(
        from_plan_id=earlier, plan_id=plan_id, **found.document(), text=difference_lines(found, language)
    )
    return Response(told.model_dump_json(), 200, headers, "application/json")


def difference_at(service: Service, earlier_id: str, plan_id: str) -> Difference:
    """The difference of two stored plans.  Raises Problem not_found."""
    _, before_instance, before = planned(service, earlier_id)
    _, after_instance, after = planned(service, plan_id)
    return difference(before_instance, before, after_instance, after)


def planned(service: Service, plan_id: str) -> tuple[str, Instance, Plan]:
    """The id of a plan's instance, the instance and the plan.  Raises Problem not_found."""
    with service.reading() as connection:
        found = plans.find(connection, plan_id)
        if found is None:
            raise Problem("not_found", what="plan", id=plan_id[:80])
        assignments = plans.document(connection, plan_id)["assignments"]
    plan = Plan({each: tuple(lots) for each, lots in assignments.items()})
    return found.instance_id, instance_at(service, found.instance_id), plan


def changed(parent: Instance, plan: Plan, asked: WhatIf) -> Instance:
    """The instance with what was asked for.  Raises InstanceError with every fault."""
    if not asked.changes and asked.revision is None:
        return parent
    made = variant_from(parent, asked.changes).instance if asked.changes else parent
    if asked.revision is None:
        return made
    return revising(made, plan, asked.revision.kept_site, asked.revision.most_changes)
