"""The audit log over HTTP: read it, and have its chain checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access import May, service_of
from api.openapi import refusals
from api.store import audit
from api.store.principals import Principal

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class EntryResource(BaseModel):
    """One decision."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: str
    who: str
    action: str
    subject: str
    facts: dict[str, Any]
    previous_sha256: str
    sha256: str


class Entries(BaseModel):
    """Entries in order; `next_after` is the `after` of the next page."""

    items: list[EntryResource]
    next_after: int | None


class Chain(BaseModel):
    """What checking the whole chain found.  Note the last hash elsewhere: it stands for everything before it."""

    entries: int = Field(description="How many entries stand in an unbroken chain from the first.")
    last_sha256: str
    broken_at: int | None
    why: Literal["missing", "not_linked", "altered"] | None


Auditor = Annotated[Principal, Depends(May("audit"))]


@router.get("", summary="Read the audit log", responses=refusals(401, 403, 422))
def page(
    request: Request,
    auditor: Auditor,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Entries:
    """Every decision, oldest first."""
    with service_of(request).reading() as connection:
        found = list(audit.entries(connection, after, limit + 1))
    more = found[limit - 1].number if len(found) > limit else None
    return Entries(items=[EntryResource.model_validate(each) for each in found[:limit]], next_after=more)


@router.get("/chain", summary="Check the chain", responses=refusals(401, 403))
def chain(request: Request, auditor: Auditor) -> Chain:
    """Recomputes every hash from the first entry on."""
    with service_of(request).reading() as connection:
        count, last, broken = audit.verify(connection)
    if broken is None:
        return Chain(entries=count, last_sha256=last, broken_at=None, why=None)
    document = {"entries": count, "last_sha256": last, "broken_at": broken.number, "why": broken.why}
    return Chain.model_validate(document)
