"""Steps of the smoothed dual by size and by time."""

import pytest

from optimizer.search import step_count
from optimizer.search.step_count import (
    ENOUGH_STEPS,
    ENOUGH_VAST_STEPS,
    FEWEST_STEPS,
    LEAST_STEPS,
    MOST_STEPS,
    SMALL,
    STEPS,
    TIMED_STEPS,
    planned_steps,
    timed_steps,
)


@pytest.mark.parametrize(
    ("placements", "steps"), [(0, LEAST_STEPS), (SMALL, LEAST_STEPS), (SMALL + 1, STEPS), (10**9, LEAST_STEPS)]
)
def test_few_and_very_many_placements_have_fewer_steps(placements, steps):
    assert planned_steps(placements) == steps


class Smooth:
    """Steps that take a tenth of a second each by the clock given."""

    def __init__(self, clock):
        self.steps, self.done, self.clock = STEPS, 0, clock

    def descend(self, steps):
        self.done += steps
        self.clock[0] += 0.1 * steps


@pytest.mark.parametrize(
    ("seconds", "is_large", "is_vast", "steps"),
    [
        (1.0, False, False, FEWEST_STEPS),
        (20.0, False, False, 100),
        (20.0, True, True, 200),
        (1e4, False, False, STEPS),
        (100.0, True, False, ENOUGH_STEPS),
        (1e4, True, False, MOST_STEPS),
        (800.0, True, False, 400),
        (100.0, True, True, ENOUGH_VAST_STEPS),
    ],
)
def test_as_many_as_a_share_of_the_time_allows_up_to_enough(monkeypatch, seconds, is_large, is_vast, steps):
    clock = [0.0]
    monkeypatch.setattr(step_count.time, "monotonic", lambda: clock[0])
    smooth = Smooth(clock)
    found = timed_steps(smooth, seconds, is_large, is_vast)
    assert found == pytest.approx(steps, abs=1)
    assert smooth.done == TIMED_STEPS
