"""A good row, and workbooks as people make them."""

import io
from datetime import date

import xlsxwriter

from instances.tables import NAMES

GOOD = {
    "applicant_id": "A1",
    "name": "Four",
    "sector": "bakery",
    "area_min_m2": "800",
    "area_max_m2": "1000",
    "max_lots": "1",
    "jobs_direct": "10",
    "jobs_indirect": "5",
    "investment_kmad": "500",
    "power_kw": "50",
    "water_m3_day": "1.5",
    "score": "80",
    "group": "sme",
    "zones": "Z1",
    "preferred_lots": "L1|L2",
    "beside_lots": "",
    "filed_on": "2026-03-17",
    "pinned_lots": "",
}


def xlsx_of(rows, sheet="Sheet1", formulas=()):
    """A workbook as people make it; rows from the first cell on, formulas as (row, column, text, last value)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(number, position, value, day)
                else:
                    page.write(number, position, value)
        for row, column, text, value in formulas:
            page.write_formula(row, column, text, None, value)
    return buffer.getvalue()


def xlsx_row(**changes):
    values = GOOD | {name: float(GOOD[name]) for name in NAMES[3:12]} | {"filed_on": date(2026, 3, 17)}
    return list((values | changes).values())
