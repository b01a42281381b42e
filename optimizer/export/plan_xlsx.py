"""plan.xlsx: the plan, the totals by sector, and the proof, as three sheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from optimizer.export.document import plan_document
from optimizer.export.rows import Row, SectorTotal, rows, sector_totals
from optimizer.outcome import Outcome

CREATED = datetime(2000, 1, 1)
"""A fixed date: equal outcomes give equal files."""

TITLES = {"area_m2": "Area (m²)", "applicant_id": "Applicant", "reason_code": "Reason code"}
NARROWEST, WIDEST = 8, 80


def plan_xlsx(outcome: Outcome) -> bytes:
    """The content of plan.xlsx.  Text is never read as a formula or as a link.  Raises ValueError without a plan."""
    import xlsxwriter

    if outcome.plan is None:
        raise ValueError(f"an outcome of kind {outcome.kind!r} has no plan to write")
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": outcome.instance.name, "created": CREATED})
        names = {sector.sector_id: sector.name("en") for sector in outcome.instance.policy.sectors}
        plan_titles = [_title(field.name) for field in fields(Row)]
        _sheet(book, "Plan", plan_titles, [astuple(row) for row in rows(outcome)])
        totals = sector_totals(outcome.instance, outcome.plan)
        total_titles = ["Sector name", *(_title(field.name) for field in fields(SectorTotal))]
        lines: list[tuple[Any, ...]] = [(names[total.sector], *astuple(total)) for total in totals]
        sums = (sum(column) for column in zip(*(line[2:] for line in lines), strict=True))
        _sheet(book, "Sectors", total_titles, [*lines, ("Total", "", *sums)], last_is_total=True)
        _sheet(book, "Proof", ["Fact", "Value"], list(_facts(outcome)))
    return content.getvalue()


def _title(field: str) -> str:
    return TITLES.get(field, field.replace("_", " ").capitalize())


def _facts(outcome: Outcome) -> Iterable[tuple[str, Any]]:
    """Whole numbers go as text: a spreadsheet keeps only 15 digits of a number."""
    document = plan_document(outcome)
    proof = document["proof"]
    yield "Instance", document["instance"]["name"]
    yield "Fingerprint of the instance (SHA-256)", document["instance"]["fingerprint"]
    yield "Value (millipoints)", str(document["value_millipoints"])
    for goal, millipoints in document["goals_millipoints"].items():
        yield f"Value: {goal} (millipoints)", str(millipoints)
    yield "Proven bound (millipoints)", str(proof["bound_millipoints"]) if proof else "no proof"
    yield "Proven gap", proof["gap"] if proof else "no proof"
    yield "Certificate (SHA-256)", proof["certificate_sha256"] if proof else "no proof"
    yield "The plan is unique", "yes" if document["unique"] else "no"
    for limit, number in document["limits"].items():
        yield f"Limit: {limit}", "none" if number is None else number
    for package, version in document["versions"].items():
        yield f"Version: {package}", version


def _sheet(
    book: Any, name: str, titles: Sequence[str], lines: Sequence[Sequence[Any]], *, last_is_total: bool = False
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    total = book.add_format({"bold": True, "top": 1})
    sheet.write_row(0, 0, titles, bold)
    for number, line in enumerate(lines, start=1):
        sheet.write_row(number, 0, line, total if last_is_total and number == len(lines) else None)
    for column, title in enumerate(titles):
        longest = max((len(str(line[column])) for line in lines if line[column] is not None), default=0)
        sheet.set_column(column, column, min(max(longest, len(title), NARROWEST) + 2, WIDEST))
    sheet.freeze_panes(1, 1)
    if lines and name == "Plan":
        sheet.autofilter(0, 0, len(lines), len(titles) - 1)
