"""Questions over HTTP: what it would cost to grant an applicant a site, answered by a solver process in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access import Runner, service_of
from api.answering import answered
from api.explanations import Told, certificate_at, plan_at, told
from api.openapi import refusals
from api.problems import Problem, language_of
from api.service import Service
from instances.writing import document
from optimizer.why.fact import Fact

router = APIRouter(prefix="/v1/plans", tags=["plans"])


class Question(BaseModel):
    """Whom to grant a site, on which lot if that matters, and which figure's threshold is wanted besides."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"applicant_id": "A2"}]})

    applicant_id: str = Field(max_length=100)
    lot: str = Field("", max_length=100)
    threshold: Literal["area_min_m2", "power_kw", "water_hl_day"] | None = Field(
        None, description="With how little of this a better plan with the applicant is found; takes longer."
    )


class AnswerResource(BaseModel):
    """What granting the site would cost the plan.  `least` is proved, `most` is that of a plan that was found."""

    applicant_id: str
    lot: str
    status: Literal["asked", "holds", "never", "barred"]
    least_millipoints: int | None = Field(description="Negative when a plan with it might be worth more.")
    most_millipoints: int | None = Field(description="Negative when the plan found is worth more.")
    lots: list[str] = Field(description="What it holds in the plan found.")
    lose: list[str]
    move: list[str]
    gain: list[str]
    jobs_out_below: int | None
    jobs_found_from: int | None
    jobs_sure_from: int | None
    threshold: int | None
    assignments: dict[str, list[str]] | None = Field(description="The plan found, to begin a run from.")
    facts: list[Told]


@router.post("/{plan_id}/questions", summary="What would it cost?", responses=refusals(401, 403, 404, 422, 429))
async def ask(request: Request, asker: Runner, plan_id: str, question: Question) -> AnswerResource:
    """Changes nothing: the same question has the same answer, for all effort is counted in work.

    An answer comes within seconds; a threshold takes up to a minute.
    """
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    instance, _, _ = await run_in_threadpool(plan_at, service, plan_id)
    for what, found, known in (
        ("applicant", question.applicant_id, instance.applicant),
        ("lot", question.lot, {"": None, **instance.lot}),
    ):
        if found not in known:
            raise Problem("not_found", what=what, id=found[:80])
    key = f"question {plan_id} {question.model_dump_json()}"

    def failed() -> Problem:
        return Problem("no_answer", headers={"Retry-After": "10"}, id=question.applicant_id)

    answer = await answered(service, key, lambda: _job(service, plan_id, question), failed)
    facts = told([_fact(code, values) for code, values in answer.pop("facts")], language, instance)
    return AnswerResource(applicant_id=question.applicant_id, lot=question.lot, facts=facts, **answer)


def _job(service: Service, plan_id: str, question: Question) -> dict[str, Any]:
    instance, plan, _ = plan_at(service, plan_id)
    return {
        "task": "question",
        "instance": document(instance),
        "start": plan["assignments"],
        "certificate": certificate_at(service, plan_id),
        "applicant_id": question.applicant_id,
        "lot": question.lot,
        "field": question.threshold,
        "memory_mb": service.settings.run_memory_mb,
    }


def _fact(code: str, values: Mapping[str, Any]) -> Fact:
    return Fact(code, tuple((name, tuple(each) if isinstance(each, list) else each) for name, each in values.items()))
