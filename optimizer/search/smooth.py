"""The smoothed dual: prices of lots, borders, separations and limits, found by compiled gradient steps.

Every row that ties applicants and pairs together is moved into the value at a price (the rows of the certificate).
What is left falls apart into one choice for each applicant and one for each pair; taking a soft maximum in place of
each maximum makes the bound a smooth function of the prices, which steps of adapted length bring down while the
softness falls.  On the zones measured 500 steps end within 0.15 % of the linear relaxation, in a tenth of the time of
an LP solver (docs/decisions/0017), and memory grows with the placements only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from optimizer.search.adapted_step import LONG, SHORT, Memory, step_down
from optimizer.search.classes import Classes, classes_of
from optimizer.search.ground import Floats, Ground, narrowed
from optimizer.search.soft_bound import Prices, reduced_points, soft_bound

PATIENT_STEPS = 500
"""From so many steps on they go the patient way."""
STEPS_LAST, SOFT_LAST = 500.0, 2.0
"""Points that a lot's price would move in so many steps like the last, and how soft the last choice is at least."""
BORDER_STEP, SEPARATION_STEP, ROW_STEP = 0.2, 0.3, 0.03
"""The same for the other kinds of prices, relative to a lot's."""
LOOK_EVERY, NEAR_SOFT, NEAR_LENGTHS = 10, 6.0, 5.0
"""Every so many steps all placements are looked at; between, those that are near the best of their applicant."""


class Course(NamedTuple):
    """How the steps go.  soft_first, soft_last: points by which a choice may lie behind the best and still be taken in
    part, at the first and at the last step; step_first, step_last: points that a lot's price moves in them, at most."""

    soft_first: float
    soft_last: float
    step_first: float
    step_last: float
    memory: Memory


def course_of(steps: int) -> Course:
    """The way of so many steps.  Few begin with softer choices, end sooner with soft ones and forget sooner; the prices
    of many would not settle before the last of few (docs/decisions/0023)."""
    if steps >= PATIENT_STEPS:
        return Course(50.0, SOFT_LAST, 1000.0, STEPS_LAST / steps, LONG)
    step_last = min(STEPS_LAST / steps, 20.0)
    return Course(200.0, max(SOFT_LAST, step_last), 400.0, step_last, SHORT)


@dataclass
class SmoothDual:
    """Prices under change, and the best that were met.  `descend` goes on from where it stopped.

    sides: into which the applicants are divided, each looked at by a thread of its own.
    """

    ground: Ground
    classes: Classes
    steps: int
    done: int
    prices: Prices
    best: Prices
    bound_points: float
    _first: Prices
    _second: Prices
    sides: int = 1
    _near: tuple[Ground, Classes] = field(init=False)

    @property
    def is_done(self) -> bool:
        """The planned steps are made."""
        return self.done >= self.steps

    def descend(self, steps: int) -> None:
        """Make some steps, at most those that are left."""
        for _ in range(min(steps, self.steps - self.done)):
            part, course = self.done / self.steps, course_of(self.steps)
            soft = course.soft_first * (course.soft_last / course.soft_first) ** part
            length = course.step_first * (course.step_last / course.step_first) ** part
            slope = no_prices(self.prices)
            if self.done % LOOK_EVERY == 0 or self.done == self.steps - 1:
                self._look(slope, soft, NEAR_SOFT * soft + NEAR_LENGTHS * length)
            else:
                soft_bound(*self._near, self.prices, slope, soft, self.sides)
            self.done += 1
            self._step(slope, length, course.memory)

    def _look(self, slope: Prices, soft: float, points: float) -> None:
        """Write the slope over all placements, note the bound, and which placements lie within so many points of the
        best of their applicant."""
        near = np.zeros(len(self.ground.site), dtype=np.bool_)
        bound = soft_bound(self.ground, self.classes, self.prices, slope, soft, self.sides, near, points)
        if bound < self.bound_points:
            self.bound_points = bound
            self.best = Prices(*(each.copy() for each in self.prices))
        self._near = narrowed(self.ground, near), self.classes._replace(of=self.classes.of[near])

    def _step(self, slope: Prices, length: float, memory: Memory) -> None:
        scale = 1.0 / np.maximum(1.0, mean_use(self.ground))
        slope = slope._replace(row=slope.row * scale)
        lengths: list[Floats | float] = [length, length * BORDER_STEP, length * SEPARATION_STEP]
        lengths.append(length * ROW_STEP * scale)
        for kind, most in enumerate(lengths):
            step_down(self.prices[kind], slope[kind], self._first[kind], self._second[kind], most, self.done, memory)


def smooth_dual(ground: Ground, steps: int) -> SmoothDual:
    """The dual at first prices: a lot is worth what a placement in the middle brings for each lot, a border half
    to each end."""
    classes = classes_of(ground)
    lots = np.diff(ground.site_start)[ground.site]
    middle = float(np.median(ground.gain / lots)) / 1000.0 if len(ground.gain) else 0.0
    border = np.repeat((ground.rate * 100 / 2000.0)[:, None], len(ground.affinity), axis=1)
    prices = Prices(
        np.full(len(ground.edge_start) - 1, middle), border, np.zeros(len(classes.edge)), np.zeros(len(ground.most))
    )
    return SmoothDual(ground, classes, steps, 0, prices, prices, math.inf, no_prices(prices), no_prices(prices))


def slacks(ground: Ground, classes: Classes, prices: Prices) -> Floats:
    """Points of each placement under the best choice of its applicant (nothing counts as 0), at these prices."""
    reduced = reduced_points(ground, classes, prices)
    best = np.zeros(len(ground.sector))
    np.maximum.at(best, ground.applicant, reduced)
    return best[ground.applicant] - reduced


def mean_use(ground: Ground) -> Floats:
    """What a grant uses of each limit and quota row, about."""
    return np.asarray(np.abs(ground.need).mean(axis=1) + np.abs(ground.per_lot).mean(axis=1), dtype=np.float64)


def no_prices(prices: Prices) -> Prices:
    """As many prices, all of 0."""
    return Prices(*(np.zeros_like(each) for each in prices))
