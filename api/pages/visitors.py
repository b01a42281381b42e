"""Visitors: who looks at a page, in which language and in which light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from api.access import MAY, ROLES, May
from api.problems import Problem, language_of
from api.store.principals import Principal
from instances.faults import LANGUAGES, Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "lotwise_language", "lotwise_theme"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in front of a page; principal is None before signing in."""

    language: Language
    theme: Theme
    path: str
    principal: Principal | None = None

    @property
    def direction(self) -> str:
        """Which way the text runs."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def roles(self) -> tuple[str, ...]:
        """The visitor's roles, in the order in which they are always listed."""
        return tuple(role for role in ROLES if self.principal is not None and role in self.principal.roles)

    def may(self, action: str) -> bool:
        """Whether the visitor may take the action: pages offer nothing that would be refused."""
        return bool(MAY[action] & set(self.roles))


class Visits:
    """A dependency: the visitor, if it may take the action.

    Raises Problem: not_signed_in, forbidden.  `action` None lets whoever is signed in through.
    """

    def __init__(self, action: str | None) -> None:
        self.action = action
        self._known = May(None)

    async def __call__(self, request: Request) -> Visitor:
        """The visitor of the request."""
        visitor = visitor_of(request, await self._known(request))
        request.state.visitor = visitor
        if self.action is not None and not visitor.may(self.action):
            raise Problem("forbidden", roles=", ".join(role for role in ROLES if role in MAY[self.action]))
        return visitor


async def anybody(request: Request) -> Visitor:
    """Whoever looks, signed in or not."""
    try:
        principal = await May(None)(request)
    except Problem:
        principal = None
    request.state.visitor = visitor_of(request, principal)
    return visitor_of(request, principal)


Anybody = Annotated[Visitor, Depends(anybody)]
Reading = Annotated[Visitor, Depends(Visits("read"))]
Sending = Annotated[Visitor, Depends(Visits("submit_instance"))]
Gathering = Annotated[Visitor, Depends(Visits("submit_batch"))]
Deciding = Annotated[Visitor, Depends(Visits("decide"))]
Administering = Annotated[Visitor, Depends(Visits("administer"))]
Auditing = Annotated[Visitor, Depends(Visits("audit"))]


def visitor_of(request: Request, principal: Principal | None = None) -> Visitor:
    """The visitor of a request: what was chosen on a page comes before what the browser says of its user."""
    chosen, theme = request.cookies.get(LANGUAGE_COOKIE), request.cookies.get(THEME_COOKIE)
    language = next((each for each in LANGUAGES if each == chosen), None)
    light: Theme = next((each for each in THEMES if each == theme), "auto")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Visitor(language or language_of(request.headers.get("accept-language")), light, path, principal)
