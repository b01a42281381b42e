"""Minutes and letters over HTTP, as PDF."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access import Reader
from api.minutes.decision import decision_of, decision_with
from api.minutes.letters_sheet import letters_data
from api.minutes.minutes_sheet import FACING, minutes_data
from api.minutes.printing import PDF, printed
from api.openapi import refusals
from api.problems import Problem, language_of
from instances.faults import Language

router = APIRouter()

Facing = Annotated[
    Language | None, Query(description="Without it the minutes stand in French and Arabic on facing columns.")
]
Chosen = Annotated[Language | None, Query(description="Without it as Accept-Language says.")]
SHEET: dict[int | str, dict[str, Any]] = {200: {"description": "The PDF.", "content": {PDF: {}}}}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route that prints may answer."""
    return {**refusals(*statuses), **SHEET}


@router.get(
    "/v1/plans/{plan_id}.pdf",
    tags=["plans"],
    summary="Print a plan",
    response_class=Response,
    responses=described(401, 403, 404, 422),
)
async def plan(request: Request, reader: Reader, plan_id: str, language: Facing = None) -> Response:
    """The minutes of a decided plan; of any other plan the same sheet, which then says that it is a proposal."""
    return await print_minutes(request, language, plan_id=plan_id)


@router.get(
    "/v1/rounds/{round_id}/minutes",
    tags=["rounds"],
    summary="Print the minutes",
    response_class=Response,
    responses=described(401, 403, 404, 409, 422),
)
async def minutes(request: Request, reader: Reader, round_id: str, language: Facing = None) -> Response:
    """What was decided: map, grants, refusals with their reasons, waitlist, draw, proof, and where to check it."""
    return await print_minutes(request, language, round_id=round_id)


@router.get(
    "/v1/rounds/{round_id}/letters",
    tags=["rounds"],
    summary="Print every letter",
    response_class=Response,
    responses=described(401, 403, 404, 409, 422),
)
async def letters(request: Request, reader: Reader, round_id: str, language: Chosen = None) -> Response:
    """A page for each applicant of the round, in order of their ids."""
    return await _letters(request, round_id, language, None)


@router.get(
    "/v1/rounds/{round_id}/letters/{applicant_id}",
    tags=["rounds"],
    summary="Print a letter",
    response_class=Response,
    responses=described(401, 403, 404, 409, 422),
)
async def letter(
    request: Request, reader: Reader, round_id: str, applicant_id: str, language: Chosen = None
) -> Response:
    """Grant, place on the waitlist, or refusal with its reason."""
    return await _letters(request, round_id, language, applicant_id)


async def print_minutes(request: Request, language: Language | None, plan_id: str = "", round_id: str = "") -> Response:
    """The minutes of the round, or the sheet of the plan.  Raises Problem: not_found, not_decided, not_printed."""

    def data() -> dict[str, Any]:
        decision = decision_of(request, round_id) if round_id else decision_with(request, plan_id)
        return minutes_data(decision, (language,) if language else FACING)

    return await printed(request, "minutes", await run_in_threadpool(data), "minutes")


async def _letters(request: Request, round_id: str, language: Language | None, applicant_id: str | None) -> Response:
    written = language or language_of(request.headers.get("accept-language"))

    def data() -> dict[str, Any]:
        decision = decision_of(request, round_id)
        if applicant_id is not None and applicant_id not in decision.view.instance.applicant:
            raise Problem("not_found", what="applicant", id=applicant_id[:80])
        return letters_data(decision, written, None if applicant_id is None else {applicant_id})

    answer = await printed(request, "letters", await run_in_threadpool(data), "letter" if applicant_id else "letters")
    answer.headers["Vary"] = "Accept-Language"
    return answer
