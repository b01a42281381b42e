"""How long the service waits for a client that is slow, on purpose or not: each connection costs memory while it lasts.

The headers of a request must be whole within a time and a size, and an answer must be taken while it is sent.
How slow a body may be is said in requests.py.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS, TAKING_SECONDS = 20.0, 60.0
HEADER_BYTES = 64 * 2**10
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Patience(HttpToolsProtocol):
    """A connection that is closed when its headers take too long or too much room, or nobody takes the answer."""

    header_seconds, taking_seconds = HEADER_SECONDS, TAKING_SECONDS
    _header_bytes = 0
    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the headers that it belongs to have grown too large."""
        if self._asking is None and (self.cycle is None or self.cycle.response_complete):
            self._await_headers()
        self._header_bytes += len(data)
        super().data_received(data)
        if self._asking is not None and self._header_bytes > HEADER_BYTES and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The headers are whole: whoever answers has the time that it needs."""
        _stop(self._asking)
        self._asking = None
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client takes the answer more slowly than it is made: wait, but not for ever."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.taking_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It went on."""
        _stop(self._taking)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        _stop(self._asking)
        _stop(self._taking)
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        self._header_bytes = 0
        self._asking = self.loop.call_later(self.header_seconds, self.transport.abort)


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
