"""The program: columns in {0, 1} and whole-number rows, as plain data that any solver can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """sum of coefficients[k] * x[columns[k]] <= upper, or == upper when `is_equal`; columns never repeat."""

    name: Name
    columns: tuple[int, ...]
    coefficients: tuple[int, ...]
    upper: int
    is_equal: bool = False


@dataclass(frozen=True)
class Program:
    """Maximise sum of values[j] * x[j] over x in {0, 1}^n subject to rows.

    values: whole millipoints, one a column.  names: one a column; ("placement", applicant, lots...) and so on.
    """

    names: Sequence[Name]
    values: Sequence[int]
    rows: Sequence[Row]

    def __post_init__(self) -> None:
        if len(self.names) != len(self.values):
            raise ValueError(f"{len(self.names)} column names for {len(self.values)} values")

    def value(self, chosen: Sequence[int]) -> int:
        """The value, in millipoints, of the point whose columns `chosen` are 1."""
        return sum(self.values[column] for column in chosen)

    def violated(self, chosen: Sequence[int]) -> list[Row]:
        """The rows that the point breaks."""
        ones = set(chosen)
        broken = []
        for row in self.rows:
            total = sum(c for column, c in zip(row.columns, row.coefficients, strict=True) if column in ones)
            if total > row.upper or (row.is_equal and total != row.upper):
                broken.append(row)
        return broken


def bound_from(program: Program, prices: Mapping[Name, Fraction]) -> Fraction:
    """Millipoints that no point of the program can exceed: sum_r y_r b_r + sum_j max(0, c_j - sum_r y_r a_rj), exactly.

    prices: y_r by row name in millipoints per unit of the row, >= 0 for inequalities, free for equations; rows not
    named have price 0.  Raises ValueError for a negative price and KeyError for a row that does not exist.
    Source: Neumaier and Shcherbina (2004), Math. Program. 99, 283-296, with boxes [0, 1].
    """
    rows = {row.name: row for row in program.rows}
    left = [Fraction(value) for value in program.values]
    bound = Fraction(0)
    for name, price in prices.items():
        row = rows[name]
        if price < 0 and not row.is_equal:
            raise ValueError(f"row {name} has the negative price {price}")
        bound += price * row.upper
        for column, coefficient in zip(row.columns, row.coefficients, strict=True):
            left[column] -= price * coefficient
    return bound + sum(reduced for reduced in left if reduced > 0)
