"""The first page: every round, and what is under way in it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.access import service_of
from api.instances import instance_at
from api.pages.frame import page
from api.pages.visitors import Reading
from api.paging import Cursor, place_after
from api.store import instances, rounds, runs
from api.store.instances import Summary
from api.store.rounds import Round
from api.store.runs import Run

router = APIRouter()
ON_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One round with its zone, how many ask, and its newest run."""

    round: Round
    zone: Summary
    applicants: int
    run: Run | None


@router.get("/", include_in_schema=False)
def home(visitor: Reading) -> RedirectResponse:
    """Where everybody begins."""
    return RedirectResponse("/rounds", 303)


@router.get("/rounds", include_in_schema=False)
def show(request: Request, visitor: Reading, cursor: Cursor = None) -> Response:
    """The newest first."""
    service = service_of(request)
    lines = []
    with service.reading() as connection:
        found = rounds.page(connection, place_after(cursor), ON_A_PAGE + 1)
        for each in found[:ON_A_PAGE]:
            zone = instances.find(connection, each.instance_id)
            assert zone is not None, "a round refers to a stored instance"
            if each.applicants_kept == "pinned":
                base = instance_at(service, each.instance_id, connection)
                kept = sum(1 for _ in rounds.kept(base, each.applicants_kept))
            else:
                kept = zone.applicants if each.applicants_kept == "all" else 0
            waiting = len(rounds.ids_in_batches(connection, each.id))
            newest = runs.page(connection, None, 1, each.id)
            lines.append(Line(each, zone, kept + waiting, newest[0] if newest else None))
    return page(request, visitor, "rounds.html", lines=lines, has_more=len(found) > ON_A_PAGE)
