"""plan.csv: one row per applicant, UTF-8, comma separated."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields

from instances.faults import Language
from optimizer.export.rows import Row, rows
from optimizer.outcome import Outcome

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plan_csv(outcome: Outcome, language: Language = "en") -> bytes:
    """The content of plan.csv, with the reasons in that language."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(field.name for field in fields(Row))
    table.writerows([protected(cell) for cell in astuple(row)] for row in rows(outcome, language))
    return text.getvalue().encode()


def protected(cell: str | int | None) -> str | int:
    """The cell as written: a spreadsheet would run text that starts like a formula, so an apostrophe goes before it."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
