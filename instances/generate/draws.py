"""Random draws in whole numbers only, so that the same seed gives the same values on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

LOG_NORMAL_PERCENT = (
    (28, 44, 53, 60, 66, 71, 77, 82, 88, 94, 100, 106, 113, 121, 130, 140, 152, 168, 190, 228, 362)
)  # fmt: skip
"""Quantiles of a log-normal law of median 100 and sigma 0.5: at 0.5 %, 5 %, 10 % ... 95 %, 99.5 %."""


class Draws:
    """A stream of draws from random.Random(seed); only its 64-bit words are used."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1, each as likely."""
        return self._random.getrandbits(64) * count >> 64

    def between(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return least + self.below(most - least + 1)

    def percent(self, share: int) -> bool:
        """True in `share` of a hundred draws."""
        return self.below(100) < share

    def one_of(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[Item, int]]) -> Item:
        """One of the items, likely in proportion to its whole weight."""
        ticket = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            if ticket < weight:
                return item
            ticket -= weight
        raise AssertionError("weights are not negative")

    def some_of(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different items (all of them when there are fewer), in the order drawn."""
        left = list(range(len(items)))
        return [items[left.pop(self.below(len(left)))] for _ in range(min(count, len(items)))]

    def spread(self, median: int) -> int:
        """A log-normal value around a median, sigma 0.5, between 0.28 and 3.62 times the median, at least 1."""
        position = self.below(100 * (len(LOG_NORMAL_PERCENT) - 1))
        step, share = divmod(position, 100)
        percent = LOG_NORMAL_PERCENT[step] * (100 - share) + LOG_NORMAL_PERCENT[step + 1] * share
        return max(1, median * percent // 10_000)
