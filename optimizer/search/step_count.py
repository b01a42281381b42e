"""How many steps the smoothed dual makes: by the size of the instance, and by what time there is."""

from __future__ import annotations

import time

from optimizer.search.smooth import SmoothDual

STEPS, LEAST_STEPS, SMALL = 350, 200, 500
"""Without a time limit; fewer for instances of at most SMALL placements, and for very large ones."""
PLACEMENT_STEPS = 350e6
"""Placements times steps at most."""
TIMED_STEPS, TIME_SHARE, FEWEST_STEPS = 3, 2, 50
"""Under a time limit the first few steps are timed; then there are as many as one part in so many of it allows."""
ENOUGH_STEPS, LONG_SHARE, MOST_STEPS = 350, 10, 700
"""And no more than enough; of a large instance, though, more if they take a small part of that: its prices of pieces
take long to come."""
VAST_TIME_SHARE, ENOUGH_VAST_STEPS = 1, 400
"""The same of a vast instance, which has no other bound, and whose first steps take so much longer than the rest that
all take half of the time."""


def planned_steps(placements: int) -> int:
    """Of an instance with so many placements, however long they take."""
    fewer = LEAST_STEPS if placements <= SMALL else int(PLACEMENT_STEPS / placements)
    return min(STEPS, max(LEAST_STEPS, fewer))


def timed_steps(smooth: SmoothDual, seconds: float, is_large: bool, is_vast: bool) -> int:
    """In so many seconds; the first few are made here, and timed."""
    took = float("inf")
    for _ in range(TIMED_STEPS):
        began = time.monotonic()
        smooth.descend(1)
        took = min(took, time.monotonic() - began)
    usable = seconds / (VAST_TIME_SHARE if is_vast else TIME_SHARE) / max(took, 1e-6)
    most: float = smooth.steps
    if is_large:
        enough = ENOUGH_VAST_STEPS if is_vast else ENOUGH_STEPS
        most = min(MOST_STEPS, max(enough, most, usable / LONG_SHARE))
    return int(min(most, max(FEWEST_STEPS, usable)))
