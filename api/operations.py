"""Operation: is the service alive, is it ready, what does it count, what can go wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.access import Reader, service_of
from api.openapi import refusals
from api.problems import Problem, catalogue
from api.readiness import Looks, Readiness
from api.store import workers, zone_jobs
from instances.faults import LANGUAGES
from instances.faults import catalogue as faults_catalogue

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class FaultType(BaseModel):
    """One thing that can be wrong with input or request, in every language."""

    code: str
    kind: Literal["fault", "warning", "problem"]
    status: int | None = None
    title: dict[str, str]
    hint: dict[str, str]


@router.get("/healthz", summary="Is the process alive?")
async def health() -> Health:
    """Says ok as long as the process answers at all."""
    return Health()


@router.get(
    "/readyz",
    summary="Can the service do its work?",
    responses={503: {"description": "It cannot, yet.", "model": Readiness}},
)
async def readiness(request: Request, response: Response) -> Readiness:
    """Whether the store answers, has this version's tables and takes changes, and whether runs are taken up."""
    looks: Looks = request.app.state.looks
    found = await looks.of(service_of(request))
    response.status_code = 200 if found.status == "ready" else 503
    return found


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={**refusals(401, 403), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, reader: Reader) -> Response:
    """Requests by route and status, time to answer, runs by state, workers alive."""
    service = service_of(request)
    with service.reading() as connection:
        runs = workers.runs_by_state(connection)
        zones = zone_jobs.count(connection)
        alive = workers.count_alive(connection, service.settings.dead_after_seconds)
    page = request.app.state.metrics.page(runs, zones, alive)
    return Response(page, media_type="text/plain; version=0.0.4")


@router.get("/v1/fault-types", summary="Everything that can be refused", tags=["help"], responses=refusals(404, 422))
async def fault_types(code: Annotated[str | None, Query(max_length=100)] = None) -> list[FaultType]:
    """Every code of a fault in a file or of a refused request, with its texts in English, French and Arabic."""
    listed = [
        FaultType(
            code=name,
            kind="warning" if entry.get("warning") else "fault",
            title={language: entry[language] for language in LANGUAGES},
            hint={language: entry["hint"][language] for language in LANGUAGES},
        )
        for name, entry in faults_catalogue()["faults"].items()
    ]
    listed += [_of_problem(name, entry) for name, entry in catalogue().items()]
    wanted = [each for each in listed if code is None or each.code == code]
    if not wanted:
        raise Problem("not_found", what="code", id=str(code)[:80])
    return wanted


def _of_problem(name: str, entry: dict[str, Any]) -> FaultType:
    return FaultType(code=name, kind="problem", status=entry["status"], title=entry["title"], hint=entry["detail"])
