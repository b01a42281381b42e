"""The follow-up of a published round: deadlines kept and missed, jobs promised and delivered, lots that came back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.follow_ups import DECIDED, resource, today
from api.instances import instance_at
from api.pages.frame import page
from api.pages.visitors import Reading
from api.problems import Problem
from api.rounds import round_at

router = APIRouter(prefix="/rounds/{round_id}/follow-up")
ON_A_PAGE = 60
USUAL_DAYS = {"works_days": 180, "production_days": 730}
"""What the form proposes; contracts differ, so the committee says it each time."""
NOTED = ("works_due_on", "production_due_on", "works_started_on", "production_started_on", "returned_on")
Number = Annotated[int, Query(ge=1, le=100_000)]


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, round_id: str, at: Number = 1) -> Response:
    """Every grant that is followed, the most days late first, and a form for each to those who may note something."""
    service = service_of(request)
    with service.reading() as connection:
        found = round_at(connection, round_id)
        if found.state != "published" or found.frozen_instance_id is None:
            raise Problem("wrong_state", state=found.state, move="follow-up", wanted="published")
        followed = resource(service, connection, found, today())
        instance = instance_at(service, found.frozen_instance_id, connection)
    pages = max(1, -(-len(followed.grants) // ON_A_PAGE))
    first = (min(at, pages) - 1) * ON_A_PAGE
    return page(
        request,
        visitor,
        "follow_up.html",
        round=found,
        followed=followed,
        grants=followed.grants[first : first + ON_A_PAGE],
        at=min(at, pages),
        pages=pages,
        names={each.applicant_id: each.name for each in instance.applicants if each.name},
        usual=USUAL_DAYS,
        noted=[name for name in NOTED if visitor.may("decide") or name not in DECIDED],
        decided=DECIDED,
    )
