"""Shared answers: of many requests that want the same of the store at once, one asks and all take its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

THREADS = 4


class SharedAnswers(Generic[Value]):
    """Questions under way, by key.  Without it fifty clients whose key has to be looked up again take fifty threads."""

    def __init__(self) -> None:
        self._asked: dict[str, Future[Value]] = {}
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(THREADS, "shared-answers")

    async def get(self, key: str, ask: Callable[[], Value]) -> Value:
        """What ask() answers, in a thread; the answer to a question under the same key that is under way, if one is.

        Raises what ask() raises, to everyone who waits.  A requester that leaves does not end the question.
        """
        with self._lock:
            under_way = self._asked.get(key)
            if under_way is None:
                under_way = self._asked[key] = self._threads.submit(self._answer, key, ask)
        # Requests may come from several event loops; a requester that leaves cancels its own wait only.
        return await asyncio.shield(asyncio.wrap_future(under_way))

    def _answer(self, key: str, ask: Callable[[], Value]) -> Value:
        try:
            return ask()
        finally:
            with self._lock:
                del self._asked[key]
