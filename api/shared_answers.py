"""Shared answers: of many requests that want the same of the store at once, one asks and all take its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from fastapi.concurrency import run_in_threadpool

Value = TypeVar("Value")


class SharedAnswers(Generic[Value]):
    """Questions under way, by key.  Without it fifty clients whose key has to be looked up again take fifty threads."""

    def __init__(self) -> None:
        self._asked: dict[str, asyncio.Future[Value]] = {}

    async def get(self, key: str, ask: Callable[[], Value]) -> Value:
        """What ask() answers, in a thread; the answer to a question under the same key that is under way, if one is.

        Raises what ask() raises, to everyone who waits.  A requester that leaves does not end the question.
        """
        under_way = self._asked.get(key)
        if under_way is None:
            under_way = asyncio.ensure_future(run_in_threadpool(ask))
            self._asked[key] = under_way
            under_way.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(under_way)

    def _forget(self, key: str, done: asyncio.Future[Value]) -> None:
        del self._asked[key]
        if not done.cancelled():
            # Read, so that an answer which nobody waited for any more is not reported as lost.
            done.exception()
