"""Rule: a pinned applicant holds exactly its pinned lots."""

from __future__ import annotations

from collections.abc import Iterator

from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "pins"


def concerns(instance: Instance) -> bool:
    """Whether anybody is pinned."""
    return bool(instance.pinned_lots)


def rows(columns: Columns) -> Iterator[Row]:
    """("pin", a): the one placement of a == 1."""
    for number, placement in enumerate(columns.placements):
        if placement.applicant.is_pinned:
            yield Row(("pin", placement.applicant.applicant_id), (number,), (1,), 1, is_equal=True)


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """Every pinned applicant whose lots in the plan are not its pinned lots."""
    for applicant in instance.applicants:
        held = plan.assignments.get(applicant.applicant_id, ())
        if applicant.is_pinned and held != applicant.pinned_lots:
            pinned = ", ".join(applicant.pinned_lots)
            said = f"{applicant.applicant_id} is pinned to {pinned} and holds {', '.join(held) or 'nothing'}"
            yield Breach(name, (applicant.applicant_id,), said)
