"""One step of adapted length down a slope (Kingma and Ba 2015), for prices that may not fall under 0."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.search.ground import Floats

FAST, SLOW, LEAST = 0.9, 0.98, 1e-2
"""What is kept of the mean of the slopes and of their squares in a step, and the least that a length is divided by."""


def step_down(price: Floats, slope: Floats, first: Floats, second: Floats, most: Floats | float, done: int) -> None:
    """Change prices, and the means of slopes and of their squares, in place; all are of one shape.

    most: points that a price moves at most; of each price, or one for all.  done: steps with this one.
    """
    lengths = np.ravel(np.asarray(most, dtype=np.float64))
    known, known_squares = 1.0 - FAST**done, 1.0 - SLOW**done
    _step(
        price.reshape(-1), slope.reshape(-1), first.reshape(-1), second.reshape(-1), lengths, known, known_squares
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _step(
    price: Floats, slope: Floats, first: Floats, second: Floats, most: Floats, known: float, known_squares: float
) -> None:
    for k in range(len(price)):
        first[k] += (1.0 - FAST) * (slope[k] - first[k])
        second[k] += (1.0 - SLOW) * (slope[k] * slope[k] - second[k])
        spread = np.sqrt(second[k] / known_squares) + LEAST
        length = most[k] if len(most) > 1 else most[0]
        price[k] = max(0.0, price[k] - length * (first[k] / known) / spread)
