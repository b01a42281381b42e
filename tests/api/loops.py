"""Threads of their own for what makes event loops: a browser that is kept open for other tests runs one in this one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def in_a_thread(call: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What the call returns.  Raises what it raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call, *given, **named).result()


def on_a_loop(story: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns.  Raises what it raises."""
    return in_a_thread(asyncio.run, story)
