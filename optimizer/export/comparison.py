"""A comparison as files: CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from instances.faults import Language
from optimizer.compare.figures import Figures
from optimizer.compare.table import Cell, table, title
from optimizer.export.plan_csv import protected
from optimizer.export.plan_xlsx import CREATED


def comparison_csv(compared: Sequence[Figures], language: Language = "en") -> bytes:
    """One row for each fact: its key, what it is called, and a cell for each plan; UTF-8, comma separated."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["key", title("fact", language), *(protected(each.label) for each in compared)])
    for line in table(compared, language):
        rows.writerow([line.key, protected(line.title), *(protected(cell) for cell in line.cells)])
    return text.getvalue().encode()


def comparison_xlsx(compared: Sequence[Figures], language: Language = "en") -> bytes:
    """The same rows as a workbook of one sheet.  Text is never read as a formula or as a link."""
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Comparison")
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_row(0, 0, [title("fact", language), *(each.label for each in compared)], bold)
        for number, line in enumerate(table(compared, language), start=1):
            cells: list[Cell] = [line.title, *line.cells]
            sheet.write_row(number, 0, cells)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, max(len(compared), 1), 18)
        sheet.freeze_panes(1, 1)
        if language == "ar":
            sheet.right_to_left()
    return content.getvalue()
