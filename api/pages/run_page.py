"""The page of a run: value, proved bound and gap as they come, the map as it fills, and what came out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.access import service_of
from api.instances import instance_at
from api.pages.frame import page
from api.pages.lot_drawing import Look, letters_of, lots_svg
from api.pages.plan_map import SVG_LOTS_MOST
from api.pages.plan_view import round_of, views_of
from api.pages.visitors import Reading
from api.runs import run_at
from api.store import instances, plans, runs
from api.store.runs import Run
from optimizer.audit import audit
from optimizer.plan import Plan

router = APIRouter(prefix="/runs/{run_id}")
FAILURES = frozenset({"poison", "overran"})


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, run_id: str) -> Response:
    """The page as it stands; its script follows the events of the run, from the first, wherever it was left."""
    service = service_of(request)
    with service.reading() as connection:
        run = run_at(connection, run_id)
        zone = instances.find(connection, run.instance_id)
        instance = instance_at(service, run.instance_id, connection)
        plan_id = runs.plan_of(connection, run_id)
        plan = plans.find(connection, plan_id) if plan_id else None
    shapes = views_of(request).map_of(run.instance_id, instance)
    sectors = letters_of(sector.sector_id for sector in instance.policy.sectors)

    def look(lot_id: str) -> Look:
        classes = "free" if instance.lot[lot_id].status == "available" else "closed"
        return Look(classes, " " if len(instance.lots) <= SVG_LOTS_MOST else "", lot_id, "")

    return page(
        request,
        visitor,
        "run.html",
        run=run,
        zone=zone,
        round=round_of(request, run.round_id),
        plan=plan,
        map=shapes,
        lots=lots_svg(shapes, look),
        keys=[(*sectors[each.sector_id], each.name(visitor.language)) for each in instance.policy.sectors],
        may_stop=visitor.may("allocate") and _may_stop(run, visitor.principal.id if visitor.principal else "", visitor),
        failure=None if run.failure is None else str(run.failure.get("code", "")),
        failures=FAILURES,
    )


@router.get("/best.json", include_in_schema=False)
def best(request: Request, visitor: Reading, run_id: str) -> JSONResponse:
    """The best plan so far, recounted: its value, and the number of each lot's sector, or -1, in order of ids."""
    service = service_of(request)
    with service.reading() as connection:
        run = run_at(connection, run_id)
        instance = instance_at(service, run.instance_id, connection)
        plan_id = runs.plan_of(connection, run_id)
        assignments = plans.document(connection, plan_id)["assignments"] if plan_id else run.best_assignments
    if assignments is None:
        return JSONResponse({"value_millipoints": None, "lots": [], "granted": 0, "applicants": 0, "jobs": 0})
    plan = Plan({each: tuple(lots) for each, lots in assignments.items()})
    counted = audit(instance, plan)
    number = {sector.sector_id: at for at, sector in enumerate(instance.policy.sectors)}
    holders = [instance.applicant.get(plan.tenant.get(lot.lot_id, "")) for lot in instance.lots]
    return JSONResponse(
        {
            "value_millipoints": counted.value_millipoints if counted.is_feasible else None,
            "lots": [-1 if each is None else number[each.sector] for each in holders],
            "granted": len(plan.tenant),
            "applicants": len(plan.assignments),
            "jobs": sum(instance.applicant[each].jobs_direct for each in plan.assignments),
        }
    )


def _may_stop(run: Run, principal_id: str, visitor: Reading) -> bool:
    """Whoever started it, and the committee."""
    return run.created_by == principal_id or "committee" in visitor.roles
