"""A table of applicants given back as a workbook, with every fault written at its cell and listed on a second sheet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from instances.csv_rows import csv_cells
from instances.faults import Fault, InstanceError, Language
from instances.tables import COLUMNS
from instances.xlsx_rows import FIRST_DAY, xlsx_cells

SHEETS = {"en": "faults", "fr": "anomalies", "ar": "أخطاء"}
TITLES = {
    "en": ("Cell", "Place", "Field", "Found", "What is wrong, and what to do"),
    "fr": ("Cellule", "Endroit", "Champ", "Trouvé", "Ce qui ne va pas, et que faire"),
    "ar": ("الخلية", "الموضع", "الحقل", "القيمة", "الخلل وما ينبغي فعله"),
}
WIDTHS = (8, 26, 18, 24, 90)
CELL = re.compile(r"(?:.*!)?([A-Z]{1,3})(\d+)")
LAST_NUMBER = re.compile(r"(\d+)$")
WHOLE = re.compile(r"0|-?[1-9]\d{0,14}")
WHITE, RED, AMBER = "#ffffff", "#f6c9c2", "#fbe3b5"


def faults_workbook(data: bytes, name: str, faults: Sequence[Fault], language: Language = "en") -> bytes:
    """The workbook: the sheet "applicants" as it was sent, faulty cells coloured with a comment, and a list of faults.

    The first sheet stays readable as a batch: whoever mends the cells there can send the workbook itself.
    name: as the batch was called when the faults were found; its suffix says how to read it.
    A table that cannot be read at all gives an empty first sheet.
    """
    import xlsxwriter

    rows = _cells(data, name)
    header = next((row for row in rows if any(value != "" for value in row)), [])
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet("applicants")
        formats = {
            WHITE: book.add_format({}),
            RED: book.add_format({"bg_color": RED}),
            AMBER: book.add_format({"bg_color": AMBER}),
        }
        at = [_cell_of(each, [str(value).strip() for value in header]) for each in faults]
        colours: dict[tuple[int, int], str] = {}
        comments: dict[tuple[int, int], list[str]] = {}
        for each, cell in zip(faults, at, strict=True):
            if cell is not None:
                colours[cell] = AMBER if each.is_warning and colours.get(cell) != RED else RED
                comments.setdefault(cell, []).append(f"{each.says(language)} {each.hint(language)}")
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                _write(page, number, position, value, formats[colours.get((number, position), WHITE)])
        for (number, position), texts in comments.items():
            if number >= len(rows) or position >= len(rows[number]) or rows[number][position] == "":
                page.write_blank(number, position, None, formats[colours[number, position]])
            page.write_comment(number, position, "\n".join(texts)[:2000], {"x_scale": 2.5, "y_scale": 1.5})
        page.freeze_panes(1, 1)
        page.autofit()
        _list(book, faults, at, language)
    return buffer.getvalue()


def _list(book: Any, faults: Sequence[Fault], at: Sequence[tuple[int, int] | None], language: Language) -> None:
    sheet, bold, wrapped = (
        book.add_worksheet(SHEETS[language]),
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    if language == "ar":
        sheet.right_to_left()
    sheet.write_row(0, 0, TITLES[language], bold)
    for number, (each, cell) in enumerate(zip(faults, at, strict=True), start=1):
        where = each.where
        if cell is not None:
            sheet.write_url(number, 0, f"internal:'applicants'!{_name(*cell)}", string=_name(*cell))
        texts = (where.text(language), where.field, each.found, f"{each.says(language)} {each.hint(language)}")
        for position, text in enumerate(texts, start=1):
            sheet.write_string(number, position, text, wrapped)
    for position, width in enumerate(WIDTHS):
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)


def _cells(data: bytes, name: str) -> list[list[Any]]:
    """Every row of the table, the header first, or nothing when it cannot be read."""
    kind = Path(name).suffix.lower()
    try:
        if kind == ".json":
            return _items(json.loads(data))
        if kind == ".xlsx":
            return xlsx_cells(data, name)
        return [list(row) for _, row in csv_cells(data, name, COLUMNS)[0]]
    except (InstanceError, ValueError, RecursionError):
        return []


def _items(items: object) -> list[list[Any]]:
    if not isinstance(items, list):
        return []
    objects = [item if isinstance(item, dict) else {} for item in items]
    header = list(dict.fromkeys(name for item in objects for name in item))
    rows = [[_plain(item.get(name, "")) for name in header] for item in objects]
    return [header, *rows]


def _plain(value: object) -> object:
    if isinstance(value, list):
        return "|".join(str(each) for each in value)
    return "" if value is None else value if isinstance(value, (int, float, str)) else str(value)


def _cell_of(fault: Fault, header: Sequence[str]) -> tuple[int, int] | None:
    """Row and column of a fault, from 0; the first cell of its row when it is about the whole row."""
    where = fault.where
    cell = CELL.fullmatch(where.key) if where.part == "cell" else None
    if cell:
        column = 0
        for letter in cell[1]:
            column = 26 * column + ord(letter) - ord("A") + 1
        return int(cell[2]) - 1, column - 1
    number = LAST_NUMBER.search(where.key) if where.part in ("row", "item") else None
    if number is None:
        return None
    # Items are counted from 0 and stand under the header; rows are counted from 1, the header among them.
    row = int(number[1]) + 1 if where.part == "item" else int(number[1]) - 1
    return row, header.index(where.field) if where.field in header else 0


def _name(row: int, column: int) -> str:
    letters, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _write(page: Any, row: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, date) and value >= FIRST_DAY:
        page.write_string(row, column, value.isoformat(), look)
    elif isinstance(value, bool):
        page.write_string(row, column, str(value), look)
    elif isinstance(value, (int, float)) and abs(value) < 10**15:
        page.write_number(row, column, value, look)
    elif isinstance(value, str) and WHOLE.fullmatch(value):
        page.write_number(row, column, int(value), look)
    elif value != "":
        page.write_string(row, column, str(value)[:32_000], look)
