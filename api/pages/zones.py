"""The list of zones, and the page on which one is imported."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.pages.frame import page
from api.pages.visitors import Reading, Sending
from api.paging import Cursor, paged, place_after
from api.store import instances

router = APIRouter(prefix="/zones")
ON_A_PAGE = 30


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, cursor: Cursor = None) -> Response:
    """The newest first."""
    with service_of(request).reading() as connection:
        found = instances.page_of_zones(connection, place_after(cursor), ON_A_PAGE + 1)
    listed = paged(found, ON_A_PAGE, [(each.created_at, each.id) for each in found])
    return page(request, visitor, "zones.html", zones=listed.items, next_cursor=listed.next_cursor)


@router.get("/new", include_in_schema=False)
def begin(request: Request, visitor: Sending) -> Response:
    """Where files are dropped; they are tried first, and stored only when they have no fault."""
    return page(request, visitor, "zone_new.html")
