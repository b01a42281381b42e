"""An event loop for a test, in a thread of its own: a browser that is kept open for others runs one in this thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def on_a_loop(story: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns.  Raises what it raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()
