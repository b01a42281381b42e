"""Plans over HTTP: in every format, with certificate, reasons and waitlist."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.access import Reader, service_of
from api.instances import instance_at
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.problems import Problem, language_of
from api.service import Service
from api.store import plans as store
from instances.faults import Language
from optimizer.export.plan_csv import plan_csv
from optimizer.export.plan_geojson import plan_geojson
from optimizer.export.plan_xlsx import plan_xlsx
from optimizer.export.recorded import recorded_outcome
from optimizer.outcome import Outcome

router = APIRouter(prefix="/v1/plans", tags=["plans"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES = {"application/json": "json", "text/csv": "csv", XLSX: "xlsx", "application/geo+json": "geojson"}
MEDIA = {suffix: media for media, suffix in SUFFIXES.items()}
FOREVER = "private, max-age=31536000, immutable"


class PlanSummary(BaseModel):
    """A plan in a list.  Bound and gap were recomputed by the checker, or are null."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    run_id: str
    round_id: str | None
    instance_id: str
    value_millipoints: int
    bound_millipoints: int | None
    gap_millionths: int | None
    certificate_sha256: str | None
    created_at: datetime


class Waiting(BaseModel):
    """Those who would fit somewhere, by score and then by lottery rank."""

    plan_id: str
    applicants: list[str]


@router.get("", summary="List plans", responses=refusals(401, 403, 422))
def page(
    request: Request,
    reader: Reader,
    limit: Limit = 50,
    cursor: Cursor = None,
    round_id: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[PlanSummary]:
    """The newest first; of one round, when it is named."""
    with service_of(request).reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1, round_id)
    items = [PlanSummary.model_validate(each) for each in found]
    return paged(items, limit, [(each.created_at, each.id) for each in found])


@router.get(
    "/{plan_id}",
    summary="Read a plan",
    response_model=dict[str, Any],
    responses={
        **refusals(401, 403, 404, 406),
        200: {
            "description": "The plan, as Accept or the suffix .json, .csv, .xlsx or .geojson says.",
            "content": {media: {} for media in SUFFIXES},
        },
    },
)
async def show(request: Request, reader: Reader, plan_id: str) -> Response:
    """plan.json as the optimizer wrote it, or the same plan as a table or a map."""
    plan_id, _, suffix = plan_id.partition(".")
    media = MEDIA.get(suffix) if suffix else wanted_of(request.headers.get("accept"))
    if media is None:
        raise Problem("not_acceptable", offered=", ".join(SUFFIXES))
    language = language_of(request.headers.get("accept-language"))
    key = f"{plan_id} {media} {language}"
    service = service_of(request)
    content = await service.pages_asked.get_kept(
        service.pages, key, lambda: _written(service, plan_id, media, language)
    )
    etag = f'"{plan_id}.{language}.{SUFFIXES[media]}"'
    headers = {"ETag": etag, "Cache-Control": FOREVER, "Vary": "Accept, Accept-Language"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if media != "application/json":
        headers["Content-Disposition"] = f'attachment; filename="plan.{SUFFIXES[media]}"'
    return Response(content, 200, headers, media)


@router.get("/{plan_id}/summary", summary="Read a plan's summary", responses=refusals(401, 403, 404))
def summary(request: Request, reader: Reader, plan_id: str) -> PlanSummary:
    """Value, proved bound and gap, and what the plan belongs to."""
    with service_of(request).reading() as connection:
        found = store.find(connection, plan_id)
    if found is None:
        raise _missing(plan_id)
    return PlanSummary.model_validate(found)


@router.get(
    "/{plan_id}/certificate",
    summary="Read the certificate",
    response_model=dict[str, Any],
    responses=refusals(401, 403, 404),
)
def certificate(request: Request, reader: Reader, plan_id: str) -> Response:
    """certificate.json, byte for byte what its SHA-256 in the plan's proof is of."""
    with service_of(request).reading() as connection:
        if store.find(connection, plan_id) is None:
            raise _missing(plan_id)
        content = store.certificate(connection, plan_id)
    if content is None:
        raise Problem("no_certificate", id=plan_id)
    return Response(content, 200, {"Cache-Control": FOREVER}, "application/json")


@router.get("/{plan_id}/waitlist", summary="Read the waitlist", responses=refusals(401, 403, 404))
def waitlist(request: Request, reader: Reader, plan_id: str) -> Waiting:
    """Who is next when a lot comes free."""
    return Waiting(plan_id=plan_id, applicants=_document(service_of(request), plan_id)["waitlist"])


def outcome_at(service: Service, plan_id: str) -> Outcome:
    """The outcome that a plan belongs to.  Raises Problem not_found."""
    with service.reading() as connection:
        found = store.find(connection, plan_id)
        if found is None:
            raise _missing(plan_id)
        document, reasons = store.document(connection, plan_id), store.reasons(connection, plan_id)
    return recorded_outcome(instance_at(service, found.instance_id), document, reasons)


def wanted_of(accept: str | None) -> str | None:
    """The media type of a plan that an Accept header asks for first; JSON when it takes anything; None otherwise."""
    for part in (accept or "*/*").split(","):
        media = part.partition(";")[0].strip().lower()
        if media in SUFFIXES:
            return media
        if media in ("*/*", "application/*"):
            return "application/json"
        if media == "text/*":
            return "text/csv"
    return None


def _written(service: Service, plan_id: str, media: str, language: Language) -> bytes:
    if media == "application/json":
        with service.reading() as connection:
            content = store.content(connection, plan_id)
        if content is None:
            raise _missing(plan_id)
        return content
    outcome = outcome_at(service, plan_id)
    if media == "text/csv":
        return plan_csv(outcome, language)
    return plan_xlsx(outcome) if media == XLSX else plan_geojson(outcome)


def _document(service: Service, plan_id: str) -> dict[str, Any]:
    with service.reading() as connection:
        try:
            return store.document(connection, plan_id)
        except KeyError:
            raise _missing(plan_id) from None


def _missing(plan_id: str) -> Problem:
    return Problem("not_found", what="plan", id=plan_id[:80])
