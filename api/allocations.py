"""Allocation in one call: an instance and limits in, a run out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.idempotency import Key, once, replayed_or
from api.instances import read
from api.openapi import DOCUMENT_EXAMPLE, refusals
from api.runs import STARTED, Asker, LimitsRequest, Prefer, RunResource, checked, queued, started, waited
from api.store import instances
from api.store.answers import Answer

router = APIRouter(tags=["runs"])


class Allocation(BaseModel):
    """An instance and limits in, a plan out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"instance": DOCUMENT_EXAMPLE, "limits": {"seconds": 2}}]}
    )

    instance: dict[str, Any] = Field(description="The JSON document of an instance.")
    limits: LimitsRequest = LimitsRequest()


@router.post(
    "/v1/allocations",
    status_code=202,
    summary="Allocate in one call",
    response_model=RunResource,
    responses={**refusals(401, 403, 422, 429), **STARTED},
)
async def allocate(
    request: Request, asker: Asker, asked: Allocation, key: Key = None, prefer: Prefer = None
) -> Response:
    """Stores the instance and starts a run on it, outside any round; `Prefer: wait=30` waits for its end."""
    service = service_of(request)
    given = checked(service, asked.limits)
    body = await request.body()

    def attempt() -> Response:
        instance, summary, text = read(asked.instance)

        def effect(connection: Connection) -> Answer:
            instances.add(connection, summary, text, instance, asker.id)
            return started(connection, queued(connection, service, asker, summary.id, None, given))

        return once(service, request, asker, key, body, effect)

    answered = await run_in_threadpool(replayed_or, service, request, asker, key, body, attempt)
    return await waited(service, answered, prefer)
