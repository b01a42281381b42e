"""What every request goes through: an id, a limit on its body, headers that keep browsers safe, and a stopwatch."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Request

from api.logs import bound, log
from api.metrics import Metrics
from api.problems import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NOT_KEPT = (b"cache-control", b"no-store")
"""Said of every answer that does not say itself for how long it may be kept: it can hold names of applicants."""
BODY_SECONDS = 30.0
BODY_BYTES_A_SECOND = 4096
"""A body must be whole after so many seconds, and one more for each so many bytes that have come."""


class Watch:
    """The outermost layer of the application."""

    def __init__(self, app: App, metrics: Metrics, body_mb: int) -> None:
        self.app, self.metrics, self.body_mb = app, metrics, body_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = [*HEADERS, (b"x-request-id", request_id.encode())]
                if not any(name.lower() == NOT_KEPT[0] for name, _ in message["headers"]):
                    added.append(NOT_KEPT)
                message["headers"] = [*message["headers"], *added]
            await send(message)

        with bound(request_id=request_id):
            try:
                await self.app(scope, limited(receive, self.body_mb), answer)
            finally:
                seconds = time.perf_counter() - started
                # The pattern of the route, not the address: ids would make a series each.
                route = getattr(scope.get("route"), "path", "none")
                self.metrics.count(scope["method"], route, status, seconds)
                if status >= 500 or scope["method"] not in ("GET", "HEAD"):
                    log.info("request", method=scope["method"], route=route, status=status, ms=int(seconds * 1000))


def limited(receive: Receive, body_mb: int) -> Receive:
    """Receives no more than so many mebibytes, and does not wait for ever for them.

    Raises Problem, where the body is read: too_large, too_slow.
    """
    seen, is_whole, started = 0, False, time.monotonic()

    async def receive_some() -> Message:
        nonlocal seen, is_whole
        if is_whole:
            # What comes behind the body is the client's leaving, and that may take as long as it likes.
            return await receive()
        left = started + BODY_SECONDS + seen / BODY_BYTES_A_SECOND - time.monotonic()
        try:
            async with asyncio.timeout(left):
                message = await receive()
        except TimeoutError:
            raise Problem("too_slow", headers={"Connection": "close"}, seconds=int(BODY_SECONDS)) from None
        is_whole = not message.get("more_body", False)
        seen += len(message.get("body", b""))
        if seen > body_mb * 2**20:
            raise Problem("too_large", headers={"Connection": "close"}, most=body_mb)
        return message

    return receive_some


async def raw_body(request: Request) -> bytes:
    """The body as bytes."""
    return await request.body()
