"""The page behind an invitation's link: a stranger chooses a name and a password, and is let in."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.openapi import refusals
from api.passwords import LEAST_CHARACTERS
from api.problems import language_of
from instances.faults import Language

router = APIRouter(tags=["people"])


@router.get(
    "/invitations/{token}",
    summary="Open an invitation",
    response_class=Response,
    responses={**refusals(422), 200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
async def welcome(token: str, accept_language: Annotated[str | None, Header(max_length=400)] = None) -> Response:
    """The page that the link of an invitation opens, in the reader's language.  It says nothing about the token."""
    content, policy = page(language_of(accept_language))
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    return Response(content, 200, headers, "text/html")


@cache
def page(language: Language) -> tuple[str, str]:
    """The page, and the policy that lets a browser run its own script and nothing else."""
    texts = tomllib.loads(_text("welcome.toml"))
    words = {name: escape(text[language].format(least=LEAST_CHARACTERS)) for name, text in texts.items()}
    script = _text("welcome.js")
    direction = "rtl" if language == "ar" else "ltr"
    content = Template(_text("welcome.html")).substitute(
        words, language=language, direction=direction, least=LEAST_CHARACTERS, script=script
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"script-src 'sha256-{digest}'; style-src 'unsafe-inline'; connect-src 'self'"
    return content, f"default-src 'none'; {allowed}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
