"""Lines: what a bound on a weighted sum of two measures says of one of them where the other is at least so much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

LARGEST_WEIGHT = 100
"""Weights stay small, so that weighted values keep far from what a JSON number holds exactly."""


@dataclass(frozen=True, slots=True)
class Line:
    """For every plan: weight_a * A + weight_b * B <= bound, in whole numbers that are not negative."""

    weight_a: int
    weight_b: int
    bound: int


def most_given(lines: Iterable[Line], least_a: int) -> int | None:
    """What B cannot exceed in any plan with A >= least_a, by the best of the lines; None when none weighs B."""
    known = [(line.bound - line.weight_a * least_a) // line.weight_b for line in lines if line.weight_b]
    return min(known, default=None)


def chord(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int] | None:
    """Weights (a, b) under which both points (A, B) are worth about the same; None unless each is better in one.

    Maximising by them finds a point beyond the chord if there is one.
    """
    more_a, more_b = abs(one[0] - two[0]), abs(one[1] - two[1])
    if (one[0] - two[0]) * (one[1] - two[1]) >= 0:
        return None
    ratio = Fraction(more_b, more_a)
    if ratio <= 1:
        ratio = max(ratio.limit_denominator(LARGEST_WEIGHT), Fraction(1, LARGEST_WEIGHT))
        return ratio.numerator, ratio.denominator
    inverse = max((1 / ratio).limit_denominator(LARGEST_WEIGHT), Fraction(1, LARGEST_WEIGHT))
    return inverse.denominator, inverse.numerator
