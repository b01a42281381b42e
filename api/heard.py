"""Lines of a process that wait until somebody has time for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

Line = tuple[str, Mapping[str, Any]]


class Heard:
    """Events and what they say, in the order in which they came."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._is_new = asyncio.Event()

    def put(self, event: str, message: Mapping[str, Any]) -> None:
        """One more."""
        self._lines.append((event, message))
        self._is_new.set()

    async def since(self, seconds: float | None) -> Sequence[Line]:
        """Those since the last call; waits for the first one for up to so many seconds, or for as long as it takes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_new.wait()
        self._is_new.clear()
        lines, self._lines = self._lines, []
        return lines
