"""People and keys: who may do what, and what opens the service to them."""

from __future__ import annotations

from collections import defaultdict

from fastapi import APIRouter, Request, Response

from api.access import ROLES, service_of
from api.pages.frame import page
from api.pages.visitors import Administering
from api.paging import Cursor, paged, place_after
from api.store import accounts, principals
from api.store.accounts import ApiKey

router = APIRouter(prefix="/people")
ON_A_PAGE = 50


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Administering, cursor: Cursor = None) -> Response:
    """Everybody whose access is not closed, the newest first, each with its keys."""
    with service_of(request).reading() as connection:
        found = principals.page(connection, place_after(cursor), ON_A_PAGE + 1)
        listed = paged(found, ON_A_PAGE, [(each.created_at, each.id) for each in found])
        ids = [each.id for each in listed.items]
        keys: dict[str, list[ApiKey]] = defaultdict(list)
        for key in accounts.keys_of(connection, ids):
            keys[key.principal_id].append(key)
        signed_in = accounts.last_session_of(connection, ids)
    return page(
        request,
        visitor,
        "people.html",
        people=listed.items,
        keys=keys,
        signed_in=signed_in,
        roles=ROLES,
        next_cursor=listed.next_cursor,
    )
