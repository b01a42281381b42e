"""A difference told to people: lines in English, French or Arabic, and a table."""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import Language
from optimizer.export.plan_csv import protected
from optimizer.what_if.difference import Difference, Moved
from optimizer.wording import points

KINDS = ("moved", "gained", "lost", "came", "gone")


def difference_lines(found: Difference, language: Language = "en") -> list[str]:
    """How many are concerned, each goal before and after, and one line for each applicant."""
    if not found.applicants:
        lines = [_said("lines", "none", language).format(kept=found.kept)]
    else:
        counts = {kind: sum(1 for each in found.applicants if each.kind == kind) for kind in KINDS}
        lines = [_said("lines", "counts", language).format(kept=found.kept, **counts)]
    both = (found.value_before_millipoints, found.value_after_millipoints)
    for goal, (before, after) in {"value": both, **found.goals}.items():
        lines.append(_goal(goal, before or 0, after or 0, language))
    return lines + [f"{each.applicant_id}: {kind_said(each, language)}" for each in found.applicants]


def kind_said(moved: Moved, language: Language = "en") -> str:
    """What happens to the applicant, without its id."""
    before, after = ", ".join(moved.before), ", ".join(moved.after)
    return _said("kinds", moved.kind, language).format(before=before, after=after)


def difference_csv(found: Difference, language: Language = "en") -> bytes:
    """One row for each applicant that does not hold the same lots, in UTF-8."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_said("headings", name, language) for name in ("applicant_id", "change", "before", "after"))
    for each in found.applicants:
        cells = (each.applicant_id, kind_said(each, language), "|".join(each.before), "|".join(each.after))
        table.writerow([protected(cell) for cell in cells])
    return text.getvalue().encode()


def _goal(goal: str, before: int, after: int, language: Language) -> str:
    change = f"{'+' if after >= before else ''}{points(after - before, language)}"
    return _said("lines", "goal", language).format(
        goal=_said("goals", goal, language),
        before=points(before, language),
        after=points(after, language),
        change=change,
    )


def _said(part: str, name: str, language: Language) -> str:
    text: str = catalogue()[part][name][language]
    return text


@cache
def catalogue() -> dict[str, Any]:
    """The texts, by part and name."""
    return tomllib.loads((Path(__file__).parent / "what_if.toml").read_text(encoding="utf-8"))
