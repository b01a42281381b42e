"""Events of a run over HTTP: a stream that can be taken up again wherever it broke."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.access import Reader, service_of
from api.openapi import refusals
from api.runs import LOOK_SECONDS, run_at
from api.service import Service
from api.store import run_events

router = APIRouter(tags=["runs"])

QUIET_SECONDS = 15.0
SSE = "text/event-stream"
EVENT = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Counts from 1 without gaps."},
        "event": {"enum": ["queued", "started", "progress", "stopping", "done", "failed", "cancelled"]},
        "data": {"type": "string", "description": "A JSON object; `at` says when it happened."},
    },
}
"""One event of the stream, as OpenAPI 3.1 describes it."""


@router.get(
    "/v1/runs/{run_id}/events",
    summary="Follow a run",
    response_class=StreamingResponse,
    responses={
        **refusals(401, 403, 404, 422),
        200: {"description": "Server-sent events, each with an id.", "content": {SSE: {"schema": EVENT}}},
    },
)
async def events(
    request: Request,
    reader: Reader,
    run_id: str,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, le=2**53)] = 0,
) -> StreamingResponse:
    """Every event of the run from the one after `Last-Event-ID`, then each new one; ends with the run.

    Kinds: queued, started, progress, stopping, done, failed, cancelled.  A dropped connection loses nothing.
    """
    service = service_of(request)
    await run_in_threadpool(_look, service, run_id, 0)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(service, run_id, last_event_id), 200, headers, SSE)


async def _told(service: Service, run_id: str, last: int) -> AsyncIterator[bytes]:
    quiet_since = time.monotonic()
    while True:
        found, has_ended = await run_in_threadpool(_look, service, run_id, last)
        for each in found:
            last = each.number
            data = json.dumps(dict(each.data) | {"at": each.created_at.isoformat()}, ensure_ascii=False)
            yield f"id: {each.number}\nevent: {each.kind}\ndata: {data}\n\n".encode()
            quiet_since = time.monotonic()
        if has_ended and not found:
            return
        if time.monotonic() - quiet_since > QUIET_SECONDS:
            # A comment keeps proxies from taking the silence for a dead connection.
            yield b": still here\n\n"
            quiet_since = time.monotonic()
        if not found:
            await asyncio.sleep(LOOK_SECONDS)


def _look(service: Service, run_id: str, last: int) -> tuple[list[run_events.Event], bool]:
    """The events behind `last`, and whether the run had ended before they were read."""
    with service.reading() as connection:
        found = run_at(connection, run_id)
        return run_events.events(connection, run_id, last), found.has_ended
