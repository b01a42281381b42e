"""Refusals as pages: what a browser shows instead of a problem document."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.pages.frame import page, wants_fragment
from api.pages.visitors import Visitor, visitor_of
from api.problems import Problem

MACHINES = ("/v1/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/static/")
"""Addresses that answer machines: their refusals are problem documents whatever the browser would take."""


def is_page(request: Request) -> bool:
    """Whether the request comes from somebody in front of a browser who wants a page."""
    accepts = "text/html" in request.headers.get("accept", "")
    return accepts and request.method in ("GET", "HEAD") and not request.url.path.startswith(MACHINES)


def refused(request: Request, problem: Problem) -> Response:
    """The problem as a page in the visitor's language; strangers are led to the page where they sign in."""
    visitor: Visitor = getattr(request.state, "visitor", None) or visitor_of(request)
    if problem.status == 401 and not wants_fragment(request):
        return RedirectResponse(f"/sign-in?next={quote(visitor.path, safe='')}", 303)
    document = problem.document(visitor.language)
    roles = str(problem.values.get("roles", "")).split(", ") if problem.code == "forbidden" else []
    answered = page(
        request,
        visitor,
        "refused.html",
        problem.status,
        title=document["title"],
        detail=document["detail"],
        roles=roles,
        status=problem.status,
    )
    answered.headers.update(problem.headers)
    return answered
