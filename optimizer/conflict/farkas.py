"""Refutation: multipliers that add up rows with no common point into something that cannot be (Farkas).

Exact: fractions inside, and the answer is recounted in whole numbers before it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Rows = Sequence[tuple[Sequence[Fraction], Fraction]]
"""Coefficients of the same number of columns, and an upper bound: sum of coefficients * x <= bound, with x >= 0."""


def refutation(rows: Rows) -> tuple[int, ...] | None:
    """Whole multipliers, none negative, whose sum of rows has no negative coefficient and a negative bound.

    None when the rows have a common point with x >= 0, in fractions.
    """
    multipliers = _most_negative(rows)
    if multipliers is None:
        return None
    scale = lcm(*(each.denominator for each in multipliers))
    whole = tuple(int(each * scale) for each in multipliers)
    assert is_refuted(rows, whole), "the multipliers are those of an optimal vertex"
    return whole


def is_refuted(rows: Rows, multipliers: Sequence[int]) -> bool:
    """Whether these multipliers show that the rows have no common point with x >= 0."""
    if min(multipliers, default=0) < 0:
        return False
    count = len(rows[0][0]) if rows else 0
    sums = [sum(times * row[0][at] for times, row in zip(multipliers, rows, strict=True)) for at in range(count)]
    bound = sum(times * row[1] for times, row in zip(multipliers, rows, strict=True))
    return bound < 0 and all(each >= 0 for each in sums)


def _most_negative(rows: Rows) -> list[Fraction] | None:
    """Multipliers y >= 0 that sum to at most 1 with y A >= 0 and the least y b; None when that is 0.

    Simplex from y = 0 with Bland's rule, which never goes round in circles.
    """
    count, columns = len(rows), len(rows[0][0]) if rows else 0
    zero, one = Fraction(0), Fraction(1)
    table = [
        [*(-row[0][at] for row in rows), *(one if at == other else zero for other in range(columns + 1)), zero]
        for at in range(columns)
    ]
    table.append([*([one] * count), *([zero] * columns), one, one])
    gain = [*(-row[1] for row in rows), *([zero] * (columns + 2))]
    basis = list(range(count, count + columns + 1))
    while True:
        enters = next((at for at in range(count + columns + 1) if gain[at] > 0), None)
        if enters is None:
            break
        ratios = [(line[-1] / line[enters], basis[at], at) for at, line in enumerate(table) if line[enters] > 0]
        _, _, leaves = min(ratios)
        _pivot(table, gain, leaves, enters)
        basis[leaves] = enters
    if gain[-1] == 0:
        return None
    values = dict(zip(basis, (line[-1] for line in table), strict=True))
    return [values.get(at, zero) for at in range(count)]


def _pivot(table: list[list[Fraction]], gain: list[Fraction], leaves: int, enters: int) -> None:
    by = table[leaves][enters]
    table[leaves] = [each / by for each in table[leaves]]
    for line in (*(line for at, line in enumerate(table) if at != leaves), gain):
        times = line[enters]
        if times:
            for at, each in enumerate(table[leaves]):
                line[at] -= times * each
