"""The audit log as a page: every decision in order, and whether the chain of their hashes is unbroken."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.pages.frame import page
from api.pages.phrases import phrases
from api.pages.visitors import Auditing, Visitor
from api.store import audit, principals

router = APIRouter(prefix="/audit")
ON_A_PAGE = 100
After = Annotated[int, Query(ge=0, le=2**53)]


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Auditing, after: After = 0) -> Response:
    """A hundred entries, the oldest first; the whole chain is recomputed each time."""
    with service_of(request).reading() as connection:
        found = list(audit.entries(connection, after, ON_A_PAGE + 1))
        count, last, broken = audit.verify(connection)
        names = principals.names_of(connection, {each.who for each in found})
    return page(
        request,
        visitor,
        "audit.html",
        entries=found[:ON_A_PAGE],
        names=names,
        said={each.action: _said(each.action, visitor) for each in found},
        moments={each.number: datetime.fromisoformat(each.at) for each in found},
        next_after=found[ON_A_PAGE - 1].number if len(found) > ON_A_PAGE else None,
        count=count,
        last_sha256=last,
        broken=broken,
    )


def _said(action: str, visitor: Visitor) -> str:
    """The action in words; as the log names it where there are none."""
    return phrases(visitor.language).get(f"audit.did_{action.replace('.', '_')}", action)
