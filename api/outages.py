"""Outages: steps on the store that are done in a thread, again and again while it is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from api.logs import log
from api.store.engine import AWAY

Result = TypeVar("Result")

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 15.0
"""Between tries while the store is away, twice as long each time."""


async def surely(step: Callable[..., Result], *arguments: object) -> Result:
    """What the step returns, once the store lets it.

    However long that is: a worker that lives and gave up would leave a run that nobody takes over.
    """
    wait_seconds = FIRST_WAIT_SECONDS
    while True:
        try:
            return await asyncio.to_thread(step, *arguments)
        except AWAY as error:
            say_away(error)
        await asyncio.sleep(wait_seconds)
        wait_seconds = min(2 * wait_seconds, LONGEST_WAIT_SECONDS)


def say_away(error: Exception) -> None:
    """The store is away: a line of the log."""
    log.warning("store_away", error=type(getattr(error, "orig", None) or error).__name__)
