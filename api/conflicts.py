"""Conflicts over HTTP: why a run has no plan, and what would be enough, as sentences."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.access import Reader, service_of
from api.openapi import refusals
from api.problems import language_of
from api.runs import run_at
from optimizer.conflict.sentences import sentences

router = APIRouter(prefix="/v1/runs", tags=["runs"])


class ConflictResource(BaseModel):
    """What stands in the way of a run.  Empty for a run that has a plan with grants, or has not ended."""

    run_id: str
    conflict: dict[str, Any] | None = Field(description="Findings, clashes and remedies, as docs/conflicts.md says.")
    sentences: list[str] = Field(description="The same as sentences, in the language of the request.")


@router.get("/{run_id}/conflict", summary="Why is there no plan?", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, run_id: str) -> ConflictResource:
    """Why no plan keeps the rules, whether that is proved, and the least changes that would be enough."""
    with service_of(request).reading() as connection:
        found = run_at(connection, run_id)
    language = language_of(request.headers.get("accept-language"))
    told = [] if found.conflict is None else sentences(found.conflict, language)
    conflict = None if found.conflict is None else dict(found.conflict)
    return ConflictResource(run_id=run_id, conflict=conflict, sentences=told)
