"""Derivations: constraints that follow from one another, and their text in the format of VIPR.

Source: Cheung, Gleixner and Steffy (2017), Verifying Integer Programming Results, IPCO, 148-160.  Every constraint here
is written as "at most".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.program import Program

Terms = dict[int, Fraction]
"""Column -> coefficient, or constraint -> multiplier; nothing is 0."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """sum of terms <= most, or == most."""

    terms: Terms
    most: Fraction
    is_equal: bool = False


class Derivations:
    """A program's constraints and what was derived from them so far, in order.

    The first constraints are x_j >= 0 for each column, then x_j <= 1, then the program's rows.
    """

    def __init__(self, program: Program) -> None:
        self.columns = len(program.names)
        self.known: list[Constraint] = []
        self.rows: dict[tuple[str, ...], int] = {}
        self._lines: list[str] = []
        self._turned: set[int] = set(range(self.columns))
        for column in range(self.columns):
            self.known.append(Constraint({column: Fraction(-1)}, Fraction(0)))
        for column in range(self.columns):
            self.known.append(Constraint({column: Fraction(1)}, Fraction(1)))
        for row in program.rows:
            self.rows[row.name] = len(self.known)
            terms = {column: Fraction(each) for column, each in zip(row.columns, row.coefficients, strict=True)}
            self.known.append(Constraint(terms, Fraction(row.upper), row.is_equal))
        self.given = len(self.known)

    def assume(self, terms: Terms, most: Fraction, is_at_least: bool) -> int:
        """A case of a split: sum of terms <= most; is_at_least: written the other way round, as at least -most."""
        if is_at_least:
            self._turned.add(len(self.known))
        return self._add(Constraint(terms, most), "asm")

    def sum(self, multipliers: Mapping[int, Fraction]) -> Constraint:
        """What the constraints give together, each so many times."""
        terms: Terms = defaultdict(Fraction)
        most = Fraction(0)
        for number, multiplier in multipliers.items():
            for column, coefficient in self.known[number].terms.items():
                terms[column] += multiplier * coefficient
            most += multiplier * self.known[number].most
        return Constraint({column: each for column, each in terms.items() if each}, most)

    def derive(
        self, terms: Terms, multipliers: Mapping[int, Fraction], zeros: Mapping[int, int], is_rounded: bool = False
    ) -> int:
        """The constraint with just these terms that the others give, each so many times.

        What is over on a column goes by x_j >= 0, what is short by x_j <= 0 where `zeros` knows one, else by x_j <= 1.
        is_rounded: the right-hand side is rounded down, which whole coefficients allow.
        """
        used = {number: each for number, each in multipliers.items() if each}
        left = self.sum(used).terms
        for column in left.keys() | terms.keys():
            over = left.get(column, Fraction(0)) - terms.get(column, Fraction(0))
            if over > 0:
                used[column] = used.get(column, Fraction(0)) + over
            elif over < 0:
                bound = zeros.get(column, self.columns + column)
                used[bound] = used.get(bound, Fraction(0)) - over
        most = self.sum(used).most
        is_rounded = is_rounded and most.denominator > 1
        if is_rounded:
            most = Fraction(most.numerator // most.denominator)
        listed = " ".join(f"{number} {self._signed(number, each)}" for number, each in sorted(used.items()))
        return self._add(Constraint(terms, most), f"{'rnd' if is_rounded else 'lin'} {len(used)} {listed}".strip())

    def join(self, terms: Terms, most: Fraction, cases: tuple[tuple[int, int], tuple[int, int]]) -> int:
        """What holds in both cases of a split: (what was derived, the assumption that it needed), twice."""
        return self._add(Constraint(terms, most), "uns " + " ".join(f"{one} {two}" for one, two in cases))

    def text(self) -> tuple[str, str]:
        """The lines of the sections CON and DER."""
        given = [f"C{number} {self._stated(number)}" for number in range(self.given)]
        head = f"CON {self.given} {2 * self.columns}"
        return "\n".join([head, *given]), "\n".join([f"DER {len(self._lines)}", *self._lines])

    def _add(self, constraint: Constraint, reason: str) -> int:
        self.known.append(constraint)
        number = len(self.known) - 1
        self._lines.append(f"D{number} {self._stated(number)} {{ {reason} }} -1")
        return number

    def _signed(self, number: int, multiplier: Fraction) -> Fraction:
        return -multiplier if number in self._turned else multiplier

    def _stated(self, number: int) -> str:
        constraint = self.known[number]
        sign = -1 if number in self._turned else 1
        sense = "E" if constraint.is_equal else "G" if sign < 0 else "L"
        terms = " ".join(f"{column} {sign * each}" for column, each in sorted(constraint.terms.items()))
        return f"{sense} {sign * constraint.most} {len(constraint.terms)} {terms}".strip()
