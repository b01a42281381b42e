"""The audit log as a page: every decision in order, and whether the chain of their hashes is unbroken."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.pages.frame import page
from api.pages.visitors import Auditing
from api.store import audit

router = APIRouter(prefix="/audit")
ON_A_PAGE = 100
After = Annotated[int, Query(ge=0, le=2**53)]


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Auditing, after: After = 0) -> Response:
    """A hundred entries, the oldest first; the whole chain is recomputed each time."""
    with service_of(request).reading() as connection:
        found = list(audit.entries(connection, after, ON_A_PAGE + 1))
        count, last, broken = audit.verify(connection)
    return page(
        request,
        visitor,
        "audit.html",
        entries=found[:ON_A_PAGE],
        moments={each.number: datetime.fromisoformat(each.at) for each in found},
        next_after=found[ON_A_PAGE - 1].number if len(found) > ON_A_PAGE else None,
        count=count,
        last_sha256=last,
        broken=broken,
    )
