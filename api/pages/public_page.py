"""The public page of a published round: anybody reads the decision, takes its files away, and checks it there.

Hundreds may come in the minute of publication: the page as strangers see it is made once and kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access import service_of
from api.minutes.routes import print_minutes
from api.pages.frame import is_packed, page
from api.pages.lot_drawing import Look, lots_svg
from api.pages.plan_map import SVG_LOTS_MOST, PlanMap
from api.pages.plan_table import Wanted, found, wanted_of
from api.pages.views import KeptPage, Published, derived_view, views_of
from api.pages.visitors import Anybody, Visitor
from api.problems import Problem
from api.store import instances, plans, rounds
from instances.faults import Language

router = APIRouter(prefix="/public/{round_id}")
FILES = ("instance.json", "plan.json", "certificate.json")
"""What anybody may take away and check, with these scripts or with others."""
Text = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=100_000)]


@router.get("", include_in_schema=False)
async def show(
    request: Request, visitor: Anybody, round_id: str, q: Text = "", outcome: Text = "", at: Number = 1
) -> Response:
    """Map, grants, refusals with their reasons, hashes, files, and the check.  Needs no signing in."""
    views = views_of(request)
    decided = await views.published_asked.get(round_id, lambda: _published(request, round_id))
    wanted = wanted_of(q, outcome, "", "outcome", "", at)
    if visitor.principal is not None or request.url.query:
        return await run_in_threadpool(_page, request, visitor, decided, wanted)
    its_round = decided.round
    as_seen = (visitor.language, visitor.theme, is_packed(request))
    key = " ".join(map(str, (its_round.id, its_round.version, decided.plan_id, *as_seen)))
    kept = await views.public_asked.get_kept(views.public, key, lambda: _kept(_page(request, visitor, decided, wanted)))
    return Response(kept.body, 200, kept.headers)


def _kept(response: Response) -> KeptPage:
    return KeptPage(bytes(response.body), dict(response.headers))


def _page(request: Request, visitor: Visitor, decided: Published, wanted: Wanted) -> Response:
    view = derived_view(request, decided.plan_id)
    with service_of(request).reading() as connection:
        certificate = plans.certificate(connection, decided.plan_id)
    drawing, listed = PlanMap(view, visitor.language), found(view.entries, wanted)
    is_large = len(view.zone.lots) > SVG_LOTS_MOST

    def look(lot_id: str) -> Look:
        drawn = drawing.look(lot_id)
        return replace(drawn, letter="" if is_large else drawn.letter, href="")

    return page(
        request,
        visitor,
        "public.html",
        round=decided.round,
        view=view,
        drawing=drawing,
        lots=lots_svg(view.map, look),
        wanted=wanted,
        found=listed,
        rows=view.rows_of(listed.entries, visitor.language),
        sector_names={each.sector_id: each.name(visitor.language) for each in view.zone.policy.sectors},
        fingerprint=view.instance.fingerprint(),
        certificate_sha256=None if certificate is None else hashlib.sha256(certificate).hexdigest(),
        files=FILES[:2] if certificate is None else FILES,
    )


@router.get("/minutes.pdf", include_in_schema=False)
async def minutes(request: Request, round_id: str, language: Language | None = None) -> Response:
    """The minutes, in French and Arabic or in the language asked for."""
    await run_in_threadpool(_published, request, round_id)
    return await print_minutes(request, language, round_id=round_id)


@router.get("/{name}", include_in_schema=False)
def file(request: Request, round_id: str, name: str) -> Response:
    """One of the files, byte for byte as it is stored."""
    decided = _published(request, round_id)
    with service_of(request).reading() as connection:
        content = None
        if name == "instance.json":
            summary = plans.find(connection, decided.plan_id)
            content = instances.document(connection, summary.instance_id) if summary else None
        elif name == "plan.json":
            content = plans.content(connection, decided.plan_id)
        elif name == "certificate.json":
            content = plans.certificate(connection, decided.plan_id)
    if content is None:
        raise Problem("not_found", what="file", id=name[:80])
    # A promotion from the waitlist changes the plan of a published round.
    headers = {"Cache-Control": "no-cache", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, "application/json")


def _published(request: Request, round_id: str) -> Published:
    """The round, once it is published; before that nobody outside learns that it exists.  Raises Problem not_found."""
    with service_of(request).reading() as connection:
        its_round = rounds.find(connection, round_id)
    if its_round is None or its_round.state != "published" or its_round.plan_id is None:
        raise Problem("not_found", what="published round", id=round_id[:80])
    return Published(its_round, its_round.plan_id)
