"""Sheets that hide a cell far away from whoever looks through them: the library would end the process for it."""

import io
import zipfile

import pytest
from small_files import said
from workbooks import xlsx_of, xlsx_row

from instances.tables import NAMES, read_applicants

FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SHEET = "xl/worksheets/sheet1.xml"


def changed(**parts):
    """A good workbook with parts put in place of its own, by the end of their names."""
    good, buffer = xlsx_of([NAMES, xlsx_row()]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for info in archive.infolist():
            data = archive.read(info)
            change = parts.get(info.filename.rpartition("/")[2].partition(".")[0])
            made.writestr(info.filename, change(data) if change else data)
        for name, text in parts.items():
            if not callable(text):
                made.writestr(name.replace("__", "/") + ".xml", text)
    return buffer.getvalue()


def with_row(row, encoding="utf-8"):
    def change(data):
        return data.decode().replace("</sheetData>", row + "</sheetData>").replace("UTF-8", encoding).encode(encoding)

    return changed(sheet1=change)


HIDDEN = {
    "plain": with_row(FAR),
    "single quotes": with_row(FAR.replace('"', "'")),
    "another attribute before it": with_row(FAR.replace("<c ", '<c x=">" ')),
    "blanks": with_row(FAR.replace("r=", "r = ")),
    "UTF-16": with_row(FAR, "utf-16"),
    "in the row alone": with_row('<row r="1048576">' + "<c><v>1</v></c>" * 20 + "</row>"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_cell_far_away_is_seen_however_it_is_written(name):
    assert [code for code, _ in said(read_applicants(HIDDEN[name], "a.xlsx").faults)] == ["sheet_too_large"]


@pytest.mark.parametrize("place", ["xfd1048576", "XFD99999999999", "A", "1", "A1:XFD1048576", "", "&#88;FD1048576x"])
def test_a_place_that_is_none_is_refused(place):
    found = read_applicants(with_row(f'<row r="3"><c r="{place}"><v>1</v></c></row>'), "a.xlsx").faults
    assert [code for code, _ in said(found)] == ["unreadable_file"]


def test_the_sheet_that_is_looked_through_is_the_one_that_is_read():
    """Another workbook inside, a second sheet of the same name, another root: none of it is opened."""
    twice = b'<sheet name="Sheet1" sheetId="2" r:id="rId9"/><sheet name="Sheet1"'
    far = changed(sheet1=lambda data: data.replace(b"</sheetData>", FAR.encode() + b"</sheetData>"))
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        hidden = archive.read(SHEET)
    link = (
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
    )
    data = changed(
        workbook=lambda data: data.replace(b'<sheet name="Sheet1"', twice, 1) if b"<sheets>" in data else
        data.replace(b"</Relationships>", link + b' Target="worksheets/sheet9.xml"/></Relationships>'),
        xl__worksheets__sheet9=hidden,
    )  # fmt: skip
    table = read_applicants(data, "a.xlsx")
    assert table.faults == ()
    assert [each.applicant_id for each in table.applicants] == ["A1"]


def test_a_formula_is_seen_however_it_is_written():
    for row in ("<row r='3'><c r='A3'><f>1+1</f><v>7</v></c></row>", '<row r="3"><c r="A3"><v>7</v><f/></c></row>'):
        assert ("formula_cell", "a.xlsx:cell Sheet1!A3:") in said(read_applicants(with_row(row), "a.xlsx").faults)


def test_days_that_count_from_1904_are_the_same_days():
    from datetime import date

    data = changed(workbook=lambda data: data.replace(b"<workbookPr", b'<workbookPr date1904="1"'))
    (found,) = read_applicants(data, "a.xlsx").applicants
    assert found.filed_on == date(2030, 3, 18), "four years and a day later than the same number from 1900"
