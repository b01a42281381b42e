"""An attempt: one solver process at work on a run, watched by the worker that owns it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

LINE_BYTES = 256 * 2**20
POLL_SECONDS = 0.5

Told = Callable[[Mapping[str, Any]], Awaitable[bool]]
"""Takes a progress message, or an empty one from time to time; answers whether the run shall stop."""


class Died(RuntimeError):
    """The solver process ended without an outcome.  code: its exit code, negative for a signal."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        super().__init__(f"the solver process ended with code {code}")


class Overran(RuntimeError):
    """The solver process was killed, for it did not end in time."""


async def attempt(job: Mapping[str, Any], seconds: float, grace_seconds: float, told: Told) -> dict[str, Any]:
    """Run the job in a process of its own and give back its outcome.

    seconds: how long it may take; grace_seconds: how long after that, or after being asked to stop, it is killed.
    The process is gone when this ends, however it ends.  Raises Died, Overran, and what `told` raises.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.child", stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LINE_BYTES
    )
    try:
        return await _watch(process, job, time.monotonic() + seconds + grace_seconds, grace_seconds, told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _watch(
    process: Process, job: Mapping[str, Any], deadline: float, grace_seconds: float, told: Told
) -> dict[str, Any]:
    assert process.stdin is not None, "standard input is a pipe"
    assert process.stdout is not None, "standard output is a pipe"
    await _say(process, json.dumps(job, ensure_ascii=False, separators=(",", ":")))
    is_stopping = False
    reading = asyncio.ensure_future(process.stdout.readline())
    try:
        while True:
            await asyncio.wait({reading}, timeout=POLL_SECONDS)
            message: dict[str, Any] = {}
            if reading.done():
                line = reading.result()
                if not line:
                    raise Died(await process.wait())
                message = json.loads(line)
                if message.pop("event") == "outcome":
                    return message
                reading = asyncio.ensure_future(process.stdout.readline())
            if await told(message) and not is_stopping:
                is_stopping = True
                deadline = min(deadline, time.monotonic() + grace_seconds)
                await _say(process, "stop")
            if time.monotonic() > deadline:
                raise Overran
    finally:
        reading.cancel()


async def _say(process: Process, line: str) -> None:
    assert process.stdin is not None, "standard input is a pipe"
    try:
        process.stdin.write(line.encode() + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        raise Died(await process.wait()) from None
