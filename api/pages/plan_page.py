"""The page of a plan: map, reasons, table, what is used up, and who waits."""

from __future__ import annotations

import gzip
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.collecting import without_collecting
from api.pages.frame import is_packed, page, wants_fragment
from api.pages.plan_map import SVG_LOTS_MOST, PlanMap
from api.pages.plan_table import Wanted, found, wanted_of
from api.pages.plan_view import PlanView
from api.pages.policy_words import group_text, worth_policy
from api.pages.views import plan_view, round_of, views_of
from api.pages.visitors import Reading, Visitor
from api.problems import Problem
from api.rounds import MOVES
from api.store import choices, plans, runs
from api.store.plans import PlanSummary
from api.store.rounds import Round
from api.what_ifs import difference_at
from optimizer.plan import Plan
from optimizer.what_if.telling import difference_lines

router = APIRouter(prefix="/plans/{plan_id}")
VIEWS = ("sector", "jobs", "changes")
WAITING_SHOWN = 12
OTHERS_SHOWN = 20
TOLD_SHOWN = 40
"""So many sentences tell what a trial changed; the map and the table show all of it."""
Text = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=100_000)]


@router.get("", include_in_schema=False)
def show(
    request: Request,
    visitor: Reading,
    plan_id: str,
    q: Text = "",
    outcome: Text = "",
    sector: Text = "",
    sort: Text = "outcome",
    turned: Text = "",
    page: Number = 1,
    by: Text = "",
    against: Text = "",
) -> Response:
    """The whole page; its script asks for the table alone."""
    view = plan_view(request, plan_id)
    wanted = wanted_of(q, outcome, sector, sort, turned, page)
    if wants_fragment(request):
        return _table(request, visitor, view, wanted)
    return _whole(request, visitor, view, wanted, by, against)


@router.get("/lots/{lot_id:path}", include_in_schema=False)
def lot(request: Request, visitor: Reading, plan_id: str, lot_id: str) -> Response:
    """A lot: its facts, its tenant and why, its neighbours, and who else wished for it."""
    view = plan_view(request, plan_id)
    if lot_id not in view.zone.lot:
        raise Problem("not_found", what="lot", id=lot_id[:80])
    return _panel(request, visitor, view, lot_id=lot_id)


@router.get("/applicants/{applicant_id:path}", include_in_schema=False)
def applicant(request: Request, visitor: Reading, plan_id: str, applicant_id: str) -> Response:
    """An applicant: what it asked for, what became of it, and why."""
    view = plan_view(request, plan_id)
    if applicant_id not in view.zone.applicant:
        raise Problem("not_found", what="applicant", id=applicant_id[:80])
    return _panel(request, visitor, view, applicant_id=applicant_id)


@router.get("/map.json", include_in_schema=False)
def drawn(request: Request, visitor: Reading, plan_id: str, against: Text = "") -> Response:
    """What the canvas of a large zone draws; as long as the plan is known it is put together once."""
    view, kept, packs = plan_view(request, plan_id), views_of(request).drawn, is_packed(request)
    key = f"{plan_id} {against} {visitor.language} {packs}"
    body = kept.get(key)
    if body is None:
        with without_collecting():
            drawn = PlanMap(view, visitor.language, _plan_of(request, against)).drawn()
            text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
        body = kept.put(key, gzip.compress(text, 1) if packs else text)
    headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packs else {})
    return Response(body, 200, headers, "application/json")


def _panel(request: Request, visitor: Visitor, view: PlanView, lot_id: str = "", applicant_id: str = "") -> Response:
    values = panel_values(view, visitor, lot_id, applicant_id) | {"letters_of": _letters_of(request, view)}
    if wants_fragment(request):
        return page(request, visitor, "plan_panel.html", **values)
    return _whole(request, visitor, view, Wanted(), panel=values)


def panel_values(view: PlanView, visitor: Visitor, lot_id: str, applicant_id: str) -> dict[str, Any]:
    """What the panel beside the map shows of a lot or of an applicant."""
    zone = view.zone
    held_by = view.plan.tenant.get(lot_id, "") if lot_id else applicant_id
    return {
        "view": view,
        "lot": zone.lot.get(lot_id),
        "applicant": zone.applicant.get(held_by),
        "row": view.row(held_by, visitor.language),
        "besides": view.besides(lot_id) if lot_id else [],
        "wanted_by": zone.wanting(lot_id)[:WAITING_SHOWN],
        "group_name": lambda group: group_text(group, visitor.language),
        "sector_name": lambda sector: zone.policy.sector(sector).name(visitor.language),
    }


def _table(request: Request, visitor: Visitor, view: PlanView, wanted: Wanted) -> Response:
    return page(request, visitor, "plan_table.html", **_table_values(view, visitor, wanted))


def _table_values(view: PlanView, visitor: Visitor, wanted: Wanted) -> dict[str, Any]:
    names = {sector.sector_id: sector.name(visitor.language) for sector in view.zone.policy.sectors}
    listed = found(view.entries, wanted)
    rows = view.rows_of(listed.entries, visitor.language)
    return {"view": view, "wanted": wanted, "found": listed, "rows": rows, "sector_names": names}


def _whole(
    request: Request,
    visitor: Visitor,
    view: PlanView,
    wanted: Wanted,
    by: str = "",
    against: str = "",
    panel: dict[str, Any] | None = None,
) -> Response:
    began_from = _began_from(request, view)
    others = _others(request, view, began_from)
    if began_from and not against:
        against = began_from
        by = by or "changes"
    before = _plan_of(request, against) if against in {each.id for each in others} else None
    drawing = PlanMap(view, visitor.language, before)
    its_round = round_of(request, view.summary.round_id)
    is_proposed = its_round is not None and its_round.proposed_plan_id == view.summary.id
    is_mine = (
        is_proposed
        and visitor.principal is not None
        and its_round is not None
        and (its_round.proposed_by == visitor.principal.id)
    )
    with service_of(request).reading() as connection:
        needs_second = choices.approvals_needed(connection) > 1
    return page(
        request,
        visitor,
        "plan.html",
        needs_second=needs_second,
        is_second=needs_second and is_proposed,
        is_mine=needs_second and is_mine,
        **_table_values(view, visitor, wanted),
        round=its_round,
        may_approve=its_round is not None and visitor.may("decide") and _may_be_approved(its_round, view),
        drawing=drawing,
        is_canvas=len(view.zone.lots) > SVG_LOTS_MOST,
        by=by if by in VIEWS and (by != "changes" or before is not None) else "sector",
        views=VIEWS,
        others=others,
        began_from=began_from,
        told=_told(request, view, began_from, visitor)[:TOLD_SHOWN] if began_from else [],
        against=against if before is not None else "",
        map_address=f"/plans/{view.summary.id}/map.json?against={against if before is not None else ''}",
        panel=panel,
        waiting=[view.zone.applicant[each] for each in view.waitlist[:WAITING_SHOWN]],
        group_name=lambda group: group_text(group, visitor.language),
        jobs_worth=worth_policy(view.zone.policy, view.summary.value_millipoints),
    )


def _letters_of(request: Request, view: PlanView) -> str:
    """The round whose letters tell of this plan; empty while it is not the decided one."""
    its_round = round_of(request, view.summary.round_id)
    return its_round.id if its_round is not None and its_round.plan_id == view.summary.id else ""


def _may_be_approved(its_round: Round, view: PlanView) -> bool:
    """Whether the round waits for a decision, and the plan is of its frozen roster."""
    return its_round.state == MOVES["approve"][0] and its_round.frozen_instance_id == view.summary.instance_id


def _began_from(request: Request, view: PlanView) -> str:
    """The plan from which a trial began; empty for a plan that is none."""
    if view.summary.round_id is not None:
        return ""
    with service_of(request).reading() as connection:
        run = runs.find(connection, view.summary.run_id)
    return (run.start_plan_id or "") if run is not None else ""


def _told(request: Request, view: PlanView, began_from: str, visitor: Visitor) -> list[str]:
    """What is different from the plan from which a trial began, in sentences."""
    return difference_lines(difference_at(service_of(request), began_from, view.summary.id), visitor.language)


def _others(request: Request, view: PlanView, began_from: str) -> list[PlanSummary]:
    """The other plans of the round on the same zone, to compare with this one; of a trial, the one where it began."""
    if view.summary.round_id is None and not began_from:
        return []
    with service_of(request).reading() as connection:
        if began_from:
            first = plans.find(connection, began_from)
            return [first] if first is not None else []
        listed = plans.page(connection, None, OTHERS_SHOWN, view.summary.round_id)
    return [each for each in listed if each.id != view.summary.id]


def _plan_of(request: Request, plan_id: str) -> Plan | None:
    return plan_view(request, plan_id).plan if plan_id else None
