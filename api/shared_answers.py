"""Shared answers: of many requests that want the same of the store at once, one asks and all take its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, Protocol, TypeVar

Value = TypeVar("Value")

THREADS = 4


class Kept(Protocol[Value]):
    """Answers of earlier questions, by key."""

    def get(self, key: str) -> Value | None:
        """The answer, if it is still there."""

    def put(self, key: str, value: Value) -> Value:
        """Keep the answer."""


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

    async def get_kept(self, kept: Kept[Value], key: str, ask: Callable[[], Value]) -> Value:
        """The answer that is kept; else what ask() answers, which is kept from then on.  Raises what ask() raises."""

        def looked_for_again() -> Value:
            # An answer is kept before its question ends, so that whoever asks just then causes no second one.
            found = kept.get(key)
            return kept.put(key, ask()) if found is None else found

        found = kept.get(key)
        return await self.get(key, looked_for_again) if found is None else found

    def _answer(self, key: str, ask: Callable[[], Value]) -> Value:
        try:
            return ask()
        finally:
            with self._lock:
                del self._asked[key]


class SharedWork(Generic[Value]):
    """As SharedAnswers, for what is waited for and not worked out here, such as a process: it holds no thread."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[int, str], asyncio.Task[Value]] = {}

    async def get_kept(self, kept: Kept[Value], key: str, work: Callable[[], Awaitable[Value]]) -> Value:
        """The answer that is kept; else that of the work under way under the same key; else that of work(), kept.

        Raises what work() raises, to everyone who waits.  A requester that leaves does not end the work.
        """
        found = kept.get(key)
        if found is not None:
            return found
        # A task belongs to its loop; a service has one.
        loop = asyncio.get_running_loop()
        place = id(loop), key
        task = self._under_way.get(place)
        if task is None:
            task = self._under_way[place] = loop.create_task(self._answer(kept, key, work))
            task.add_done_callback(lambda ended: self._end(place, ended))
        return await asyncio.shield(task)

    async def _answer(self, kept: Kept[Value], key: str, work: Callable[[], Awaitable[Value]]) -> Value:
        return kept.put(key, await work())

    def _end(self, place: tuple[int, str], ended: asyncio.Task[Value]) -> None:
        del self._under_way[place]
        if not ended.cancelled():
            # All who waited were told; when they have left there is nobody to tell.
            ended.exception()
