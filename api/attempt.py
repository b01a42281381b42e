"""An attempt: one solver process at work on a run, watched by the worker that owns it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

LINE_BYTES = 256 * 2**20
POLL_SECONDS = 0.5

Told = Callable[[Mapping[str, Any]], Awaitable[bool]]
"""Takes a progress message, or an empty one from time to time; answers whether the run shall stop."""

Say = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Gives the process a line."""


class Beside(Protocol):
    """What goes on between a process and somebody else, beside its progress."""

    def hear(self, event: str, message: Mapping[str, Any]) -> None:
        """Take a line that tells of something else than progress; at once, the work on it is that of `feed`."""

    async def feed(self, say: Say) -> None:
        """Works until it is cancelled; what it raises ends the attempt.  A line that comes too late is not said."""


async def never(message: Mapping[str, Any]) -> bool:
    """Nobody stops it."""
    return False


class Died(RuntimeError):
    """The solver process ended without an outcome.  code: its exit code, negative for a signal."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        super().__init__(f"the solver process ended with code {code}")


class Overran(RuntimeError):
    """The solver process was killed, for it did not end in time."""


async def attempt(
    job: Mapping[str, Any], seconds: float, grace_seconds: float, told: Told, beside: Beside | None = None
) -> dict[str, Any]:
    """Run the job in a process of its own and give back its outcome.

    seconds: how long it may take; grace_seconds: how long after that, or after being asked to stop, it is killed.
    The process is gone when this ends, however it ends.  Raises Died, Overran, and what `told` and `beside` raise.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.child", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LINE_BYTES
    )
    try:
        return await _watch(process, job, time.monotonic() + seconds + grace_seconds, grace_seconds, told, beside)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _watch(
    process: Process,
    job: Mapping[str, Any],
    deadline: float,
    grace_seconds: float,
    told: Told,
    beside: Beside | None,
) -> dict[str, Any]:
    assert process.stdin is not None, "standard input is a pipe"
    assert process.stdout is not None, "standard output is a pipe"
    await _say(process, _line(job))
    is_stopping = False
    reading = asyncio.ensure_future(process.stdout.readline())
    feeding = asyncio.ensure_future(_feed(process, beside))
    try:
        while True:
            await asyncio.wait({reading, feeding}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if feeding.done():
                feeding.result()
            message: dict[str, Any] = {}
            if reading.done():
                line = reading.result()
                if not line:
                    raise Died(await process.wait())
                message = json.loads(line)
                event = message.pop("event")
                if event == "outcome":
                    return message
                if event != "progress" and beside is not None:
                    beside.hear(event, message)
                    message = {}
                reading = asyncio.ensure_future(process.stdout.readline())
            if await told(message) and not is_stopping:
                is_stopping = True
                deadline = min(deadline, time.monotonic() + grace_seconds)
                await _say(process, "stop")
            if time.monotonic() > deadline:
                raise Overran
    finally:
        reading.cancel()
        feeding.cancel()


async def _feed(process: Process, beside: Beside | None) -> None:
    async def say(message: Mapping[str, Any]) -> None:
        # Whoever reads the lines notices that the process is gone, once it has read what it said before.
        with suppress(Died):
            await _say(process, _line(message))

    if beside is None:
        await asyncio.Event().wait()
    else:
        await beside.feed(say)


def _line(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


async def _say(process: Process, line: str) -> None:
    assert process.stdin is not None, "standard input is a pipe"
    try:
        process.stdin.write(line.encode() + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        raise Died(await process.wait()) from None
