"""The page where people sign in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import service_of
from api.pages.frame import page
from api.pages.preferences import local
from api.pages.visitors import visitor_of

router = APIRouter()
Next = Annotated[str, Query(max_length=2000)]


@router.get("/sign-in", include_in_schema=False)
def show(request: Request, next: Next = "/") -> Response:  # noqa: A002 - the word that stands in the address
    """Name and password; `next` is the page that was asked for."""
    has_provider = bool(service_of(request).settings.oidc_issuer)
    return page(request, visitor_of(request), "sign_in.html", next=local(next), has_provider=has_provider)
