"""What a visitor chose to read pages in: language and light, kept in cookies that hold nothing else."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from api.access import is_same_site
from api.pages.visitors import LANGUAGE_COOKIE, THEME_COOKIE, THEMES
from api.problems import Problem
from api.requests import raw_body
from instances.faults import LANGUAGES

router = APIRouter()
YEAR_SECONDS = 365 * 24 * 3600
CHOICES = (("language", LANGUAGE_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, THEMES))


@router.post("/preferences", include_in_schema=False)
def choose(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> RedirectResponse:
    """Keep the choice and go back to the page.  Raises Problem other_site."""
    if not is_same_site(request):
        raise Problem("other_site")
    given = parse_qs(body[:4096].decode("utf-8", "replace"))
    answer = RedirectResponse(local(given.get("next", ["/"])[0]), 303)
    for name, cookie, offered in CHOICES:
        chosen = given.get(name, [""])[0]
        if chosen in offered:
            secure = request.url.scheme == "https"
            answer.set_cookie(cookie, chosen, YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def local(address: str) -> str:
    """The address when it is a page of this service, or else the first page: nobody is sent elsewhere."""
    is_here = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_here and "\\" not in address else "/"
