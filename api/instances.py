"""Instances over HTTP: send one, list them, read their parts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import May, Reader, service_of
from api.idempotency import Key, answer_of, once
from api.openapi import DOCUMENT_EXAMPLE, body_of, refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.problems import Problem
from api.requests import raw_body
from api.service import Service
from api.store import audit
from api.store import instances as store
from api.store.answers import Answer
from api.store.principals import Principal
from instances.faults import refuse
from instances.instance import Instance
from instances.reading import inspect
from instances.tables import applicants_items
from instances.writing import document_text

router = APIRouter(prefix="/v1/instances", tags=["instances"])
MEDIA = {"application/json": ".json", "application/zip": ".zip"}


class InstanceSummary(BaseModel):
    """An instance as stored.  The id is the hash of its content: the same content always has the same id."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(description="SHA-256 of the stored document, in hexadecimal.")
    fingerprint: str = Field(description="SHA-256 of the canonical JSON; certificates name it.")
    name: str
    lots: int
    neighbours: int
    applicants: int
    zones: int
    neighbours_computed: bool = Field(
        description="The neighbours were computed from the polygons: a round on this instance must approve them."
    )
    warnings: list[dict[str, Any]] = Field(description="What was doubtful in the files, and not wrong.")
    created_at: datetime


Sender = Annotated[Principal, Depends(May("submit_instance"))]
Body = Annotated[bytes, Depends(raw_body)]


@router.post(
    "",
    status_code=201,
    summary="Send an instance",
    response_model=InstanceSummary,
    responses={
        **refusals(401, 403, 415, 422),
        200: {"description": "The same content was stored before, or it was only tried.", "model": InstanceSummary},
    },
    openapi_extra=body_of({"application/json": DOCUMENT_EXAMPLE, "application/zip": None}),
)
def add(
    request: Request,
    sender: Sender,
    body: Body,
    key: Key = None,
    dry_run: Annotated[bool, Query(description="Validate only; store nothing.")] = False,
) -> Response:
    """One JSON document, or a zip of the four files.  All of it is stored, or nothing and every fault is listed."""
    service = service_of(request)
    instance, summary, text = read(body, f"instance{media_of(request, MEDIA)}")
    if dry_run:
        document = InstanceSummary.model_validate(summary).model_dump_json()
        return Response(document, 200, media_type="application/json")

    def effect(connection: Connection) -> Answer:
        stored, is_new = store.add(connection, summary, text, instance, sender.id)
        if is_new:
            facts = {"name": stored.name, "fingerprint": stored.fingerprint}
            audit.write(connection, sender.id, "instance.add", stored.id, facts)
        document = InstanceSummary.model_validate(stored)
        return answer_of(201 if is_new else 200, document, Location=f"/v1/instances/{stored.id}")

    answered = once(service, request, sender, key, body, effect)
    service.instances.put(summary.id, instance)
    return answered


@router.get("", summary="List instances", responses=refusals(401, 403, 422))
def page(request: Request, reader: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[InstanceSummary]:
    """The newest first."""
    with service_of(request).reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1)
    items = [InstanceSummary.model_validate(each) for each in found]
    return paged(items, limit, [(each.created_at, each.id) for each in found])


@router.get("/{instance_id}", summary="Read an instance's summary", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, instance_id: str, response: Response) -> InstanceSummary:
    """What is stored under the id."""
    with service_of(request).reading() as connection:
        found = store.find(connection, instance_id)
    if found is None:
        raise missing(instance_id)
    response.headers["ETag"] = f'"{found.id}"'
    return InstanceSummary.model_validate(found)


@router.get(
    "/{instance_id}/document",
    summary="Read the whole instance",
    response_model=dict[str, Any],
    responses=refusals(401, 403, 404),
)
def document(request: Request, reader: Reader, instance_id: str) -> Response:
    """The JSON document, byte for byte what its id is the hash of."""
    with service_of(request).reading() as connection:
        found = store.document(connection, instance_id)
    return lasting(request, instance_id, found, "application/json")


@router.get(
    "/{instance_id}/lots.geojson",
    summary="Read the lots as a map",
    response_class=Response,
    responses={**refusals(401, 403, 404), 200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}},
)
def lots(request: Request, reader: Reader, instance_id: str) -> Response:
    """The lots as GeoJSON, in longitude and latitude."""
    with service_of(request).reading() as connection:
        found = store.document(connection, instance_id)
    zone = None if found is None else json.dumps(json.loads(found)["zone"], ensure_ascii=False).encode()
    return lasting(request, instance_id, zone, "application/geo+json")


@router.get("/{instance_id}/applicants", summary="List the applicants", responses=refusals(401, 403, 404, 422))
def applicants(
    request: Request,
    reader: Reader,
    instance_id: str,
    limit: Limit = 50,
    after: Annotated[str | None, Query(max_length=400, description="Id of the last applicant seen.")] = None,
) -> Page[dict[str, Any]]:
    """The applicants in order of their ids; `next_cursor` is the `after` of the next page."""
    instance = instance_at(service_of(request), instance_id)
    rest = [each for each in instance.applicants if after is None or each.applicant_id > after]
    more = rest[limit - 1].applicant_id if len(rest) > limit else None
    return Page(items=applicants_items(rest[:limit]), next_cursor=more)


def read(source: bytes | dict[str, Any], name: str = "instance.json") -> tuple[Instance, store.Summary, str]:
    """The instance in a body with its summary and its document.  Raises InstanceError with every fault."""
    reading = inspect(source, name)
    if reading.instance is None:
        refuse(reading.faults)
    assert reading.instance is not None, "a reading without errors holds an instance"
    text = document_text(reading.instance)
    warnings = [each.document() for each in reading.faults]
    return reading.instance, store.summary_of(reading.instance, text, reading.neighbours_computed, warnings), text


def instance_at(service: Service, instance_id: str, connection: Connection | None = None) -> Instance:
    """The instance under the id, from memory when it was used lately.  Raises Problem not_found.

    connection: of a transaction that may have stored it just now.
    """
    known = service.instances.get(instance_id)
    if known is not None:
        return known
    if connection is None:
        with service.reading() as reading:
            return instance_at(service, instance_id, reading)
    try:
        return service.instances.put(instance_id, store.load(connection, instance_id))
    except KeyError:
        raise missing(instance_id) from None


def media_of(request: Request, known: dict[str, str]) -> str:
    """The suffix that stands for the body's Content-Type.  Raises Problem unsupported_media."""
    given = request.headers.get("content-type", "application/json")
    media = given.partition(";")[0].strip().lower()
    if media not in known:
        raise Problem("unsupported_media", found=given[:80], offered=", ".join(known))
    return known[media]


def lasting(request: Request, etag: str, content: bytes | None, media_type: str) -> Response:
    """What never changes: clients may keep it for good, and ask with If-None-Match.  Raises Problem not_found."""
    if content is None:
        raise missing(etag)
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, max-age=31536000, immutable"}
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media_type)


def missing(instance_id: str) -> Problem:
    """There is no such instance."""
    return Problem("not_found", what="instance", id=instance_id[:80])
