"""Fairness over HTTP: worked out by a process of its own, once for all who ask about a plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api.access import May, service_of
from api.answering import answered
from api.explanations import Told
from api.openapi import refusals
from api.problems import Problem, language_of
from api.recorded import record_at
from api.service import Service
from api.store import instances
from api.store.principals import Principal

router = APIRouter(prefix="/v1/plans", tags=["plans"])

Reviewer = Annotated[Principal, Depends(May("review"))]


class EnvyResource(BaseModel):
    """An applicant asked for a lot that fits it and that somebody of lower score holds.  Shows no scores."""

    applicant_id: str
    holder_id: str
    lot: str
    lots: list[str] = Field(description="What it could hold in the other's place.")
    keeps_rules: bool
    cost_millipoints: int = Field(description="How much less the plan would be worth.")


class TieResource(BaseModel):
    """Two applicants between whom the draw alone decided."""

    granted_id: str
    waiting_id: str
    lots: list[str]
    granted_place: int
    waiting_place: int


class SideResource(BaseModel):
    """One of the two plans set side by side."""

    value_millipoints: int
    granted: int
    lots: int
    jobs_direct: int
    envies: int


class FairnessResource(BaseModel):
    """The plan beside the score order, envies, ties, and all that the draw is made of."""

    plan_id: str
    plan: SideResource
    score_order: SideResource
    only_here: list[str]
    only_there: list[str]
    envies: list[EnvyResource]
    ties: list[TieResource]
    lottery_seed: int
    roster_sha256: str
    draw: list[str] = Field(description="Applicants in the order of the draw.")
    facts: list[Told]


@router.get("/{plan_id}/fairness", summary="How fair is the plan?", responses=refusals(401, 403, 404, 429))
async def show_fairness(request: Request, reviewer: Reviewer, plan_id: str) -> FairnessResource:
    """For those who decide and those who audit: it tells who has a lower score than whom, though no scores."""
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    seen = await answered(service, f"fairness {plan_id}", lambda: _job(service, plan_id), _failed)
    facts = seen.pop("facts")[language]
    return FairnessResource.model_validate(seen | {"plan_id": plan_id, "facts": facts})


def _failed() -> Problem:
    return Problem("not_seen", headers={"Retry-After": "10"})


def _job(service: Service, plan_id: str) -> dict[str, Any]:
    recorded = record_at(service, plan_id)
    with service.reading() as connection:
        text = instances.document(connection, recorded.instance_id)
    assert text is not None, "a plan is of a stored instance"
    return {
        "task": "fairness",
        "instance": text.decode(),
        "instance_id": recorded.instance_id,
        "start": recorded.document["assignments"],
        "memory_mb": service.settings.run_memory_mb,
    }
