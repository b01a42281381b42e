"""Rates: how often one address may knock at the doors that are open to strangers."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.problems import Problem

KNOCKS = RateLimitItemPerMinute(60)
"""Each costs a password hash, some tenths of a second of a core."""


class Knocks:
    """Counts the knocks of each address; of this process alone."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, address: str) -> None:
        """One more.  Raises Problem too_many_requests."""
        if not self._window.hit(KNOCKS, address):
            opens = self._window.get_window_stats(KNOCKS, address).reset_time
            seconds = max(1, math.ceil(opens - time.time()))
            raise Problem("too_many_requests", headers={"Retry-After": str(seconds)}, seconds=seconds)
