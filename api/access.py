"""Access: who may do what, and how a request says who it is from.

Machines send an API key; browsers a session cookie, and then changes must come from the service's own pages.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.problems import Problem
from api.service import Service
from api.shared_answers import SharedAnswers
from api.store import principals
from api.store.principals import Principal

ROLES = ("reader", "clerk", "analyst", "committee", "admin", "auditor")
MAY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "read": frozenset(ROLES),
        "submit_instance": frozenset({"clerk", "analyst", "committee"}),
        "submit_batch": frozenset({"clerk", "committee"}),
        "allocate": frozenset({"clerk", "analyst", "committee"}),
        "run": frozenset({"analyst", "committee"}),
        "review": frozenset({"analyst", "committee", "auditor"}),
        "compare": frozenset({"analyst", "committee"}),
        "decide": frozenset({"committee"}),
        "follow": frozenset({"clerk", "committee"}),
        "audit": frozenset({"auditor", "admin"}),
        "administer": frozenset({"admin"}),
    }
)
"""Action -> the roles that may take it.  Whoever is known may also ask who it is and sign out."""

COOKIE = "lotwise_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED_SECONDS = 2.0
"""How long a key's holder is remembered: a revoked key opens nothing more after so long."""


def service_of(request: Request) -> Service:
    """The service behind the application."""
    service: Service = request.app.state.service
    return service


class May:
    """A dependency: the principal of the request, if it may take the action.

    Raises Problem: not_signed_in, wrong_key, other_site, forbidden.  `action` None lets every known principal through.
    """

    def __init__(self, action: str | None) -> None:
        self.action = action
        self.roles = frozenset(ROLES) if action is None else MAY[action]

    async def __call__(self, request: Request) -> Principal:
        """The principal of the request."""
        principal = await _principal_of(request)
        if self.action is not None and not principal.roles & self.roles:
            raise Problem("forbidden", roles=", ".join(role for role in ROLES if role in self.roles))
        return principal


Reader = Annotated[Principal, Depends(May("read"))]
Runner = Annotated[Principal, Depends(May("run"))]
Comparer = Annotated[Principal, Depends(May("compare"))]
Known = Annotated[Principal, Depends(May(None))]


async def _principal_of(request: Request) -> Principal:
    service = service_of(request)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not key.strip():
            raise _nobody("wrong_key")
        holders: Holders = request.app.state.holders
        return await holders.of(service, key.strip())
    token = request.cookies.get(COOKIE)
    if not token:
        raise _nobody("not_signed_in")
    if request.method not in SAFE_METHODS and not is_same_site(request):
        raise Problem("other_site")
    principal = await run_in_threadpool(_of_session, service, token)
    if principal is None:
        raise _nobody("not_signed_in")
    return principal


class Holders:
    """Who holds which key, asked of the store at most every two seconds, and once for all who ask meanwhile."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Principal]] = {}
        self._asked = SharedAnswers[Principal | None]()

    async def of(self, service: Service, key: str) -> Principal:
        """The key's holder.  Raises Problem wrong_key."""
        now = time.monotonic()
        known, asked = self._known, self._asked
        held = known.get(key)
        if held is not None and now - held[0] < REMEMBERED_SECONDS:
            return held[1]
        principal = await asked.get(key, lambda: _of_key(service, key))
        for old in [each for each, (since, _) in known.items() if now - since >= REMEMBERED_SECONDS]:
            del known[old]
        if principal is None:
            raise _nobody("wrong_key")
        known[key] = (now, principal)
        return principal

    def forget(self) -> None:
        """Ask again for every key; what is being asked at this moment counts for nobody who comes later."""
        self._known, self._asked = {}, SharedAnswers()


def is_same_site(request: Request) -> bool:
    """Whether a browser sent the request from one of the service's own pages."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _of_key(service: Service, key: str) -> Principal | None:
    with service.reading() as connection:
        found = principals.by_key(connection, key)
        is_due = found is not None and principals.is_use_to_note(connection, key)
    if is_due:
        # A store that takes no changes at this moment still lets the holder read.
        with suppress(Exception), service.writing() as connection:
            principals.note_use(connection, key)
    return found


def _of_session(service: Service, token: str) -> Principal | None:
    with service.reading() as connection:
        return principals.by_session(connection, token)


def _nobody(code: str) -> Problem:
    return Problem(code, headers={"WWW-Authenticate": "Bearer"})
