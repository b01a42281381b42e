"""Errors: every refusal leaves the service as one RFC 9457 document, in the language of the request."""

from __future__ import annotations

import sys
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, DBAPIError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.logs import log
from api.pages.refusals import is_page, refused
from api.problems import MEDIA_TYPE, Problem, language_of
from api.store.engine import AWAY
from instances.faults import InstanceError, shown

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
RETRY_SECONDS = 2
MOST_FAULTS = 1000
"""So many faults are listed in one answer; their count is always whole."""


def install(app: FastAPI) -> None:
    """Answer every exception with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(InstanceError, _instance_error)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _unstorable)
    for away in AWAY:
        app.add_exception_handler(away, _store)
    app.add_exception_handler(Exception, _unexpected)


def answer(request: Request, problem: Problem) -> Response:
    """The problem as a response: a page for somebody in front of a browser, else a problem document."""
    if is_page(request):
        return refused(request, problem)
    language = language_of(request.headers.get("accept-language"))
    headers = {"Content-Language": language} | problem.headers
    return JSONResponse(problem.document(language), problem.status, headers, MEDIA_TYPE)


def faults_problem(error: InstanceError) -> Problem:
    """The problem that lists the faults of an instance or of a batch."""
    return Problem("faults", faults=error.faults[:MOST_FAULTS], count=len(error.faults))


def _problem(request: Request, error: Any) -> Response:
    return answer(request, error)


def _instance_error(request: Request, error: Any) -> Response:
    return answer(request, faults_problem(error))


def _validation(request: Request, error: Any) -> Response:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(request, Problem("not_json", found=shown(first.get("ctx", {}).get("error", ""))))
    wheres = ["/".join(str(part) for part in each["loc"]) for each in error.errors()]
    said = [f"{each['msg']} ({shown(each.get('input'))})" for each in error.errors()]
    rest = "; ".join(f"{where}: {what}" for where, what in zip(wheres[1:20], said[1:20], strict=True))
    found = said[0] + (f"; {rest}" if rest else "")
    return answer(request, Problem("bad_request", where=wheres[0], found=found))


def _http(request: Request, error: Any) -> Response:
    if isinstance(error.__cause__, Problem):
        # The framework takes whatever goes wrong while a body is read for a mistake of form.
        return answer(request, error.__cause__)
    path = shown(request.url.path)
    if error.status_code == 405:
        allowed = [method for method in METHODS if _takes(request, method)]
        headers = {"Allow": ", ".join(allowed)}
        return answer(request, Problem("wrong_method", headers=headers, path=path, method=request.method))
    if error.status_code == 404:
        return answer(request, Problem("no_such_page", path=path))
    return answer(request, Problem("not_json", found=shown(error.detail)))


def _takes(request: Request, method: str) -> bool:
    """Whether some route takes the address with this method: the exception names those of one route only."""
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def _store(request: Request, error: Any) -> Response:
    log.warning("store_busy", error=type(error.orig).__name__ if isinstance(error, DBAPIError) else "")
    return answer(request, Problem("store_busy", headers={"Retry-After": str(RETRY_SECONDS)}, seconds=RETRY_SECONDS))


def _unstorable(request: Request, error: Any) -> Response:
    """A value that passed every check but that the store cannot hold, as a character NUL on PostgreSQL."""
    log.warning("unstorable", error=type(error.orig).__name__)
    if "\x00" in request.url.path:
        return answer(request, Problem("no_such_page", path=shown(request.url.path)))
    return answer(request, Problem("bad_request", where="query, body", found="NUL"))


def _unexpected(request: Request, error: Any) -> Response:
    log.error("unexpected", exc_info=error if error is not None else sys.exc_info())
    return answer(request, Problem("unexpected", request_id=getattr(request.state, "request_id", "")))
