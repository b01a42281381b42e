"""A run as it is watched on a page: its stages, its map, and what came out of it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from api.access import service_of
from api.instances import instance_at
from api.pages.lot_drawing import Look, letters_of, lots_svg
from api.pages.plan_map import SVG_LOTS_MOST
from api.pages.plan_stages import PlanStage
from api.pages.views import plan_view, views_of
from api.pages.visitors import Visitor
from api.store import plans, runs
from api.store.plans import PlanSummary
from api.store.runs import Run
from api.zone_map import ZoneMap


@dataclass(frozen=True, slots=True)
class LiveRun:
    """One run.  goals: of the policy's stages in order, none where it asks for the value; stages: what is proved of
    them, once there is a plan.  keys: colour, letter and name of each sector."""

    run: Run
    plan: PlanSummary | None
    goals: tuple[str, ...]
    stages: tuple[PlanStage, ...]
    map: ZoneMap
    lots: Markup
    keys: list[tuple[int, str, str]]

    @property
    def is_large(self) -> bool:
        """Whether its map is too large to stand beside others."""
        return len(self.map.shapes) > SVG_LOTS_MOST


def live_run(request: Request, visitor: Visitor, run: Run) -> LiveRun:
    """The run with what a page needs to watch it."""
    service = service_of(request)
    with service.reading() as connection:
        instance = instance_at(service, run.instance_id, connection)
        plan_id = runs.plan_of(connection, run.id)
        plan = plans.find(connection, plan_id) if plan_id else None
    objective = instance.policy.objective
    goals = () if objective == (("value", 0),) else tuple(goal for goal, _ in objective)
    shapes = views_of(request).map_of(run.instance_id, instance)
    sectors = letters_of(sector.sector_id for sector in instance.policy.sectors)

    def look(lot_id: str) -> Look:
        classes = "free" if instance.lot[lot_id].status == "available" else "closed"
        return Look(classes, " " if len(instance.lots) <= SVG_LOTS_MOST else "", lot_id, "")

    return LiveRun(
        run,
        plan,
        goals,
        plan_view(request, plan.id).stages if plan is not None and goals else (),
        shapes,
        lots_svg(shapes, look),
        [(*sectors[each.sector_id], each.name(visitor.language)) for each in instance.policy.sectors],
    )


def may_stop(visitor: Visitor, run: Run) -> bool:
    """Whoever started the run, and the committee."""
    is_own = visitor.principal is not None and run.created_by == visitor.principal.id
    return visitor.may("allocate") and (is_own or "committee" in visitor.roles)
