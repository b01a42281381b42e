"""Printing: a sheet goes to the press, a process of its own, and the same sheet is pressed once for all who ask."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import Any

from fastapi import Request, Response

from api.access import service_of
from api.problems import Problem
from api.service import Service

SECONDS = 120
PDF = "application/pdf"


async def printed(request: Request, sheet: str, data: dict[str, Any], name: str) -> Response:
    """The sheet as an answer; its ETag is the hash of what it shows.  Raises Problem not_printed."""
    service = service_of(request)
    job = {"sheet": sheet, "data": data, "memory_mb": service.settings.run_memory_mb}
    asked = json.dumps(job, ensure_ascii=False, sort_keys=True).encode()
    key = f"{sheet} {hashlib.sha256(asked).hexdigest()}"
    headers = {"ETag": f'"{key.replace(" ", ".")}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await service.pages_asked.get_kept(service.pages, key, lambda: _pressed(service, asked))
    return Response(content, 200, headers | {"Content-Disposition": f'inline; filename="{name}.pdf"'}, PDF)


def _pressed(service: Service, asked: bytes) -> bytes:
    try:
        pressed = subprocess.run(
            [sys.executable, "-m", "api.minutes.press"], input=asked, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Problem("not_printed", headers={"Retry-After": "30"}, seconds=SECONDS) from error
    return pressed.stdout
