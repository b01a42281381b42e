"""One step of adapted length down a slope (Kingma and Ba 2015), for prices that may not fall under 0."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.search.ground import Floats

LEAST = 1e-2
"""The least that a length is divided by."""


class Memory(NamedTuple):
    """What is kept in a step of the mean of the slopes, and of the mean of their squares."""

    slopes: float
    squares: float


LONG, SHORT = Memory(0.9, 0.98), Memory(0.8, 0.85)
"""For many steps, and for few: what was true fifty steps ago is worth nothing to them (docs/decisions/0023)."""


def step_down(
    price: Floats, slope: Floats, first: Floats, second: Floats, most: Floats | float, done: int, memory: Memory
) -> None:
    """Change prices, and the means of slopes and of their squares, in place; all are of one shape.

    most: points that a price moves at most; of each price, or one for all.  done: steps with this one.
    """
    lengths = np.ravel(np.asarray(most, dtype=np.float64))
    known = Memory(1.0 - memory.slopes**done, 1.0 - memory.squares**done)
    _step(price.reshape(-1), slope.reshape(-1), first.reshape(-1), second.reshape(-1), lengths, memory, known)


@njit(cache=True, nogil=True)
def _step(
    price: Floats, slope: Floats, first: Floats, second: Floats, most: Floats, memory: Memory, known: Memory
) -> None:
    for k in range(len(price)):
        first[k] += (1.0 - memory.slopes) * (slope[k] - first[k])
        second[k] += (1.0 - memory.squares) * (slope[k] * slope[k] - second[k])
        spread = np.sqrt(second[k] / known.squares) + LEAST
        length = most[k] if len(most) > 1 else most[0]
        price[k] = max(0.0, price[k] - length * (first[k] / known.slopes) / spread)
