"""Files that pages load: styles, modules and the typeface, all from this service, kept by browsers for good."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic
from fastapi import FastAPI, HTTPException, Request, Response

STATIC = Path(__file__).parent.parent / "static"
TYPEFACE = Path(fontpkg_ibm_plex_sans_arabic.__file__).parent / "files"
"""One typeface whose Latin and Arabic letters were drawn together."""
FONTS = {
    "plex-400.ttf": TYPEFACE / "IBMPlexSansArabic-Regular.ttf",
    "plex-600.ttf": TYPEFACE / "IBMPlexSansArabic-SemiBold.ttf",
}
MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
TELLS = re.compile(r"^[ ]*(?://|/\*\*| \*(?: |/)).*\n|^[ ]+", re.MULTILINE)
"""What a script tells its readers alone: lines that are comments, and indentation.  No text of ours spans lines."""
HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


def install(app: FastAPI) -> None:
    """Serve the files; each is packed now, once in a process, so that nobody waits for it."""
    for name in _files():
        content(name)
    app.router.add_route("/static/{version}/{name}", _file, ["GET", "HEAD"], include_in_schema=False)


def address(name: str) -> str:
    """Where a file is; the address changes whenever any of the files does.  Raises KeyError for a stranger."""
    return f"/static/{_version()}/{_files()[name].name if name not in FONTS else name}"


@cache
def _files() -> dict[str, Path]:
    return {path.name: path for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA} | FONTS


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name, path in _files().items():
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _files():
        raise HTTPException(404)
    plain, packed = content(name)
    headers = dict(HEADERS)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        plain = packed
    return Response(plain, 200, headers, MEDIA[Path(name).suffix])


@cache
def content(name: str) -> tuple[bytes, bytes]:
    """The file as it travels: plain, and packed.  Raises KeyError for a stranger."""
    plain = _files()[name].read_bytes()
    if name.endswith(".js"):
        plain = TELLS.sub("", plain.decode()).encode()
    return plain, gzip.compress(plain, 9, mtime=0)
