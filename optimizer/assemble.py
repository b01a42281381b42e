"""Assemble: placements and rules become one program."""

from __future__ import annotations

from collections.abc import Sequence

from instances.instance import Instance
from optimizer.columns import Columns, columns_for
from optimizer.program import Program
from optimizer.rules import GOALS, RULES
from optimizer.sites import Placement, enumerate_placements


def assemble(instance: Instance, placements: Sequence[Placement] | None = None) -> tuple[Columns, Program]:
    """The program whose points are the feasible plans of the instance and whose value is theirs, in millipoints.

    A rule or goal that does not concern the instance adds no row.  Order of columns and rows is canonical.
    """
    columns = columns_for(instance, enumerate_placements(instance) if placements is None else placements)
    names = tuple(columns.names())
    values = [0] * len(names)
    rows = list(columns.definitions())
    for rule in RULES:
        if rule.concerns(instance):
            rows += rule.rows(columns)
    for goal in GOALS:
        if not goal.concerns(instance):
            continue
        rows += goal.rows(columns)
        for column, millipoints in goal.terms(columns):
            values[column] += millipoints
    return columns, Program(names, values, rows)
