"""Plans side by side: the measures of two to four of them, and their maps."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.compared import counted_plans
from api.curves import resource
from api.pages.curve_drawing import curve_drawing
from api.pages.frame import page
from api.pages.lot_drawing import Look, lots_svg
from api.pages.plan_map import SVG_LOTS_MOST, PlanMap
from api.pages.plan_view import PlanView
from api.pages.views import plan_view
from api.pages.visitors import Reading, Visitor
from api.store import curves
from api.store.comparisons import Side

router = APIRouter(prefix="/compare")
MOST = 4
Chosen = Annotated[list[str], Query(max_length=20)]


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, plan: Chosen = []) -> Response:  # noqa: B006 - never changed
    """The plans that are named, the first four at most; the others are told against the first."""
    service = service_of(request)
    views = [plan_view(request, each) for each in dict.fromkeys(plan[:MOST])]
    sides = [Side(view.summary.id, None, view.summary.id) for view in views]
    with service.reading() as connection:
        figures = counted_plans(connection, service, sides)
        stored = curves.newest(connection, "tradeoff", {view.summary.instance_id for view in views})
        curve = None if stored is None else resource(connection, service, stored)
    goals = [each.goals_millipoints for each in figures]
    marks = [(view.summary.id, each["jobs"], each["clustering"]) for view, each in zip(views, goals, strict=True)]
    return page(
        request,
        visitor,
        "compare.html",
        views=views,
        curve=None if curve is None else curve_drawing(curve.points, marks),
        figures=figures,
        maps=[_lots(view, visitor) for view in views],
        differ=[_differing(views[0], view) for view in views],
        names={each.sector_id: each.name(visitor.language) for view in views for each in view.zone.policy.sectors},
        sectors=sorted({name for each in figures for name in each.lots_by_sector}),
    )


def _lots(view: PlanView, visitor: Visitor) -> str:
    drawing, is_large = PlanMap(view, visitor.language), len(view.zone.lots) > SVG_LOTS_MOST

    def look(lot_id: str) -> Look:
        drawn = drawing.look(lot_id)
        return replace(drawn, letter="" if is_large else drawn.letter, href="")

    return lots_svg(view.map, look)


def _differing(first: PlanView, view: PlanView) -> int:
    """How many lots have another tenant than in the first plan."""
    lots = first.plan.tenant.keys() | view.plan.tenant.keys()
    return sum(first.plan.tenant.get(each) != view.plan.tenant.get(each) for each in lots)
