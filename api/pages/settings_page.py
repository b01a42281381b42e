"""Settings: what the environment says, to be read, and what the store keeps, to be changed."""

from __future__ import annotations

from dataclasses import fields

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.pages.frame import page
from api.pages.visitors import Administering
from api.settings import PREFIX, Settings
from api.store import choices

router = APIRouter(prefix="/settings")
HIDDEN = frozenset({"store", "oidc_client_secret"})
"""What may hold a password: the page says whether it is set, and no more."""


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Administering) -> Response:
    """Every setting with its variable, its value, and whether it is the usual one."""
    service = service_of(request)
    usual = Settings()
    with service.reading() as connection:
        needed = choices.approvals_needed(connection)
    lines = [
        (PREFIX + each.name.upper(), _shown(each.name, value), value == getattr(usual, each.name))
        for each in fields(Settings)
        for value in (getattr(service.settings, each.name),)
    ]
    return page(request, visitor, "settings.html", lines=lines, needed=needed, most=choices.APPROVALS_MOST)


def _shown(name: str, value: object) -> str:
    if name == "store":
        return str(value).partition(":")[0]
    return ("…" if value else "") if name in HIDDEN else str(value)
