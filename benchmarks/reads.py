"""Reads over plain sockets, timed: a full client would cost more than the service and be measured with it."""

from __future__ import annotations

import asyncio
import re
import time


async def timed_reads(address: str, path: str, readers: int, seconds: int, think: float, key: str = "") -> list[float]:
    """Milliseconds of each answer to GET, by so many readers at once who think so many seconds in between."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    host, _, port = address.removeprefix("http://").partition(":")
    authorization = f"Authorization: Bearer {key}\r\n" if key else ""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n".encode()

    async def read(number: int) -> None:
        # People who know nothing of each other do not begin in the same millisecond.
        await asyncio.sleep(think * number / readers)
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert head.startswith(b"HTTP/1.1 200"), head
            assert length is not None, head
            await reader.readexactly(int(length[1]))
            times.append((time.perf_counter() - started) * 1000)
            if think:
                await asyncio.sleep(think)
        writer.close()

    await asyncio.gather(*(read(number) for number in range(readers)))
    return times
