"""What a rule and a goal promise: two readings each, written apart, that must agree on every plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a plan breaks a rule: the rule's name, whom it concerns, and by how much (units in the text)."""

    rule: str
    who: tuple[str, ...]
    says: str


class Rule(Protocol):
    """A condition that every plan must meet."""

    name: str

    def concerns(self, instance: Instance) -> bool:
        """Whether the instance has anything for this rule to say."""

    def rows(self, columns: Columns) -> Iterator[Row]:
        """The rule as rows of the program: a plan meets the rule exactly when its point meets the rows."""

    def breaches(self, instance: Instance, plan: Plan) -> Iterator[Breach]:
        """The rule read from instance and plan alone: nothing when the plan meets it."""


class Goal(Protocol):
    """A part of the value of a plan."""

    name: str

    def concerns(self, instance: Instance) -> bool:
        """Whether this goal is counted in the instance; where it is not, no plan has points for it."""

    def terms(self, columns: Columns) -> Iterator[tuple[int, int]]:
        """(column, whole millipoints) pairs that sum, over the plan's columns, to its points."""

    def rows(self, columns: Columns) -> Iterator[Row]:
        """Rows that tie the goal's own columns to the placements; often none."""

    def points(self, instance: Instance, plan: Plan) -> int:
        """Whole millipoints that the plan earns for this goal, from instance and plan alone."""
