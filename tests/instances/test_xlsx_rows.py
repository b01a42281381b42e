"""Excel workbooks: what is read, and what is refused with its sheet and cell."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from small_files import APPLICANTS, said, zipped
from workbooks import GOOD, xlsx_of, xlsx_row

from instances.tables import NAMES, read_applicants


def test_a_workbook_as_people_make_it():
    table = read_applicants(xlsx_of([[], NAMES, xlsx_row(applicant_id=7, zones=3, name="Four\ndu Rif")]), "a.xlsx")
    assert table.faults == ()
    (found,) = table.applicants
    assert (found.applicant_id, found.zones, found.name) == ("7", ("3",), "Four du Rif")
    assert (found.water_hl_day, found.filed_on) == (15, date(2026, 3, 17))


def test_what_excel_computed_in_binary_is_read_as_it_shows_it():
    (found,) = read_applicants(xlsx_of([NAMES, xlsx_row(water_m3_day=0.1 + 0.2)]), "a.xlsx").applicants
    assert found.water_hl_day == 3


def test_formulas_and_error_cells_are_refused():
    formulas = [(1, 6, "=5+5", 10), (1, 11, "=NA()", "#N/A"), (2, 1, '="x"', "x")]
    rows = [NAMES, xlsx_row(), xlsx_row(applicant_id="A2")]
    table = read_applicants(xlsx_of(rows, formulas=formulas), "a.xlsx")
    cells = [("G2", "jobs_direct"), ("L2", "score"), ("B3", "name")]
    assert said(table.faults) == [("formula_cell", f"a.xlsx:cell Sheet1!{cell}:") for cell, _ in cells]


def test_a_typed_error_cell_is_refused():
    data = xlsx_of([NAMES, xlsx_row()])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    sheet = entries["xl/worksheets/sheet1.xml"]
    spoilt = sheet.replace(b'<c r="G2"><v>10</v></c>', b'<c r="G2" t="e"><v>#N/A</v></c>')
    assert spoilt != sheet
    table = read_applicants(zipped(entries | {"xl/worksheets/sheet1.xml": spoilt}), "a.xlsx")
    assert said(table.faults) == [("excel_error", "a.xlsx:cell Sheet1!G2:")]
    assert table.faults[0].found == "#N/A"


def test_the_sheet_named_applicants_is_taken_else_the_first():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("notes").write(0, 0, "hello")
        page = book.add_worksheet("applicants")
        page.write_row(0, 0, NAMES)
        page.write_row(1, 0, list(GOOD.values()))
    assert len(read_applicants(buffer.getvalue(), "a.xlsx").applicants) == 1
    found = said(read_applicants(xlsx_of([["hello"]], sheet="notes"), "a.xlsx").faults)
    assert found[0] == ("unknown_field", "a.xlsx:row notes!1:hello")


BAD_BOOKS = {
    "no bytes": (b"", "empty_file"),
    "empty sheet": (xlsx_of([]), "empty_file"),
    "xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "wrong_format"),
    "csv": (APPLICANTS.encode(), "wrong_format"),
    "another zip": (zipped({"a.txt": "x"}), "unreadable_file"),
    "broken xml": (zipped({"xl/workbook.xml": "<", "xl/_rels/workbook.xml.rels": "<"}), "unreadable_file"),
    "cut short": (xlsx_of([NAMES])[:-100], "unreadable_file"),
    "bomb": (zipped({"xl/worksheets/sheet1.xml": b" " * 2**23}), "zip_too_large"),
    "a cell far away": (xlsx_of([NAMES, [], *[[]] * 3], formulas=[(1_048_575, 16_383, "=1", 1)]), "sheet_too_large"),
}


@pytest.mark.parametrize("name", BAD_BOOKS)
def test_bad_workbooks(name):
    data, code = BAD_BOOKS[name]
    found = said(read_applicants(data, "a.xlsx").faults)
    assert [each for each, _ in found] == [code]
    assert found[0][1].startswith("a.xlsx:")
