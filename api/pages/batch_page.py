"""The page on which applicants are imported into a round, and the workbook that shows every fault at its cell."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.batches import MEDIA, XLSX
from api.instances import Body, instance_at, media_of
from api.pages.frame import page
from api.pages.visitors import Gathering
from api.rounds import round_at
from api.store import rounds
from instances.batch import read_batch
from instances.faults_workbook import faults_workbook
from instances.tables import COLUMNS

router = APIRouter(prefix="/rounds/{round_id}")


@router.get("/import", include_in_schema=False)
def show(request: Request, visitor: Gathering, round_id: str) -> Response:
    """Where a file is dropped; it is tried first, and stored only when it has no fault."""
    service = service_of(request)
    with service.reading() as connection:
        found = round_at(connection, round_id)
    return page(
        request,
        visitor,
        "batch.html",
        round=found,
        columns=COLUMNS,
        sectors=instance_at(service, found.instance_id).policy.sectors,
    )


@router.post("/faults.xlsx", include_in_schema=False)
def workbook(request: Request, visitor: Gathering, round_id: str, body: Body) -> Response:
    """The table as it was sent, with every fault written at its cell; nothing is stored."""
    service, suffix = service_of(request), media_of(request, MEDIA)
    with service.reading() as connection:
        found = round_at(connection, round_id)
        there = rounds.ids_in_batches(connection, round_id)
        earlier = rounds.applicants_of(connection, round_id) if there else []
    base = instance_at(service, found.instance_id)
    earlier += rounds.kept(base, found.applicants_kept)
    there |= {each.applicant_id for each in earlier}
    batch = read_batch(body, f"batch{suffix}", base, there, [each for each in earlier if each.is_pinned])
    content = faults_workbook(body, f"batch{suffix}", batch.faults, visitor.language)
    return Response(content, 200, {"Content-Disposition": 'attachment; filename="faults.xlsx"'}, XLSX)
