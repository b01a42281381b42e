"""The interactive description of the API at /docs: everything that it loads comes from this service itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, HTTPException, Request, Response

INSTALLED = Path(fastapi_offline.__file__).parent / "static"
HERE = Path(__file__).parent
FILES = {
    "swagger-ui.css": (INSTALLED, "text/css"),
    "swagger-ui-bundle.js": (INSTALLED, "text/javascript"),
    "reference.js": (HERE, "text/javascript"),
}
"""What the page loads: file -> where it lies and what it is."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The library sets styles of elements by itself.
        "style-src 'self' 'unsafe-inline'",
        "img-src data:",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a browser may do on the page: ask this service, and nobody else."""


def install(app: FastAPI) -> None:
    """Serve the page and its files.  They describe the API and are no part of it."""
    app.router.add_route("/docs", _page, ["GET"], include_in_schema=False)
    app.router.add_route("/docs/{name}", _file, ["GET"], include_in_schema=False)


async def _page(request: Request) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(_content(HERE / "reference.html"), 200, headers, "text/html")


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    folder, media = FILES[name]
    return Response(_content(folder / name), 200, {"Cache-Control": "max-age=3600"}, media)


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()
