"""The page of a run: value, proved bound and gap as they come, the map as it fills, and what came out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.access import service_of
from api.instances import instance_at
from api.pages.frame import page
from api.pages.live_runs import live_run, may_stop
from api.pages.views import round_of
from api.pages.visitors import Reading
from api.runs import run_at
from api.store import instances, plans, runs
from optimizer.audit import audit
from optimizer.conflict.sentences import sentences
from optimizer.plan import Plan

router = APIRouter(prefix="/runs/{run_id}")
FAILURES = frozenset({"poison", "overran", "forsaken"})


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, run_id: str) -> Response:
    """The page as it stands; its script follows the events of the run, from the first, wherever it was left."""
    with service_of(request).reading() as connection:
        run = run_at(connection, run_id)
        zone = instances.find(connection, run.instance_id)
    return page(
        request,
        visitor,
        "run.html",
        live=live_run(request, visitor, run),
        run=run,
        zone=zone,
        round=round_of(request, run.round_id),
        may_stop=may_stop(visitor, run),
        failure=None if run.failure is None else str(run.failure.get("code", "")),
        failures=FAILURES,
        conflict=[] if run.conflict is None else sentences(run.conflict, visitor.language),
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
