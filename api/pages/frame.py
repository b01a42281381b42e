"""The frame of every page: templates filled in, in the visitor's language, under a policy that lets nothing else in."""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import Path

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.pages import assets, numbers
from api.pages.phrases import phrases, say
from api.pages.visitors import THEMES, Visitor
from instances.faults import LANGUAGES

TEMPLATES = Path(__file__).parent.parent / "templates"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a browser may do on a page: ask this service, and nobody else."""
FRAGMENT = "x-fragment"
"""The header with which a page's script asks for a part of the page alone."""
PACKED_FROM = 8_000
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def load_templates() -> None:
    """Make every template ready, so that whoever looks first after a start does not wait for it."""
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


def page(request: Request, visitor: Visitor, template: str, code: int = 200, **values: object) -> Response:
    """The template, filled in.  Pages are made anew for each request: they show what is stored now."""
    language = visitor.language
    content = ENVIRONMENT.get_template(template).render(
        values,
        visitor=visitor,
        language=language,
        languages=LANGUAGES,
        themes=THEMES,
        asset=assets.address,
        t=partial(say, language),
        raw=phrases(language).__getitem__,
        say=say,
        id=numbers.id_text,
        ids=numbers.ids_text,
        points=partial(numbers.points_text, language=language),
        gap=partial(numbers.gap_text, language=language),
        whole=partial(numbers.whole_text, language=language),
        tenths=partial(numbers.tenths_text, language=language),
        moment=numbers.moment,
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "Content-Language": language,
        "Vary": "Accept-Language, Accept-Encoding, Cookie, X-Fragment",
    }
    body = content.encode()
    if len(body) > PACKED_FROM and is_packed(request):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 1)
    return Response(body, code, headers, "text/html")


def is_packed(request: Request) -> bool:
    """Whether a long page may be sent packed."""
    return "gzip" in request.headers.get("accept-encoding", "")


def wants_fragment(request: Request) -> bool:
    """Whether the page's own script asks for a part of it."""
    return FRAGMENT in request.headers
