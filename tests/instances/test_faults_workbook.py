"""The workbook that is given back: every fault at its cell, and mended there it can be sent as it is."""

import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from instances.batch import read_batch
from instances.faults import LANGUAGES
from instances.faults_workbook import faults_workbook
from instances.tables import NAMES
from instances.xlsx_rows import write_xlsx
from tests.outcomes import small_instance

FAULTY = (
    ("jobs_direct", 3),
    ("score", 4),
    ("applicant_id", 4),
    ("area_max_m2", 4),
    ("sector", 5),
    ("preferred_lots", 5),
)
ROWS = [
    ["B1", "Atelier", "marble", 800, 950, 1, 9, 3, 0, 20, 2.5, 70, "sme", "", "", "", "", ""],
    ["B2", "=1+1", "tin", 800, 950, 1, "many", 3, 0, 20, 2.5, 70, "sme", "", "", "", "", ""],
    ["A1", "Twice", "bakery", 900, 100, 1, 9, 3, 0, 20, 2.5, 170, "sme", "", "", "", "", ""],
    ["B3", "", "tin", 800, 950, 1, 9, 3, 0, 20, 2.5, 70, "sme", "", "L9", "", "", ""],
]


def sent(kind):
    if kind == "xlsx":
        return write_xlsx("applicants", NAMES, ROWS)
    if kind == "json":
        return json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS]).encode()
    return "\n".join(",".join(str(cell) for cell in row) for row in [NAMES, *ROWS]).encode()


def faults_of(data, name):
    return read_batch(data, name, small_instance(), {"A1"}).faults


def written(data, name, language="en"):
    faults = faults_of(data, name)
    content = faults_workbook(data, name, faults, language)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return faults, content, book


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_table_is_given_back_with_every_fault(kind):
    name = f"batch.{kind}"
    faults, content, book = written(sent(kind), name)
    assert len(faults) >= 5
    cells = book.get_sheet_by_name("applicants").to_python()
    assert [row[:3] for row in cells] == [list(NAMES[:3]), *[row[:3] for row in ROWS]]
    listed = book.get_sheet_by_name("faults").to_python()[1:]
    assert len(listed) == len(faults)
    places = {(row[0], row[2]) for row in listed}
    column = {field: chr(ord("A") + at) for at, field in enumerate(NAMES)}
    for field, row in FAULTY:
        assert (f"{column[field]}{row}", field) in places
    comments = zipfile.ZipFile(io.BytesIO(content)).read("xl/comments1.xml").decode()
    for place, _ in places:
        assert f'ref="{place}"' in comments


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_workbook_itself_is_read_with_the_same_faults(kind):
    faults, content, _ = written(sent(kind), f"batch.{kind}")
    again = faults_of(content, "batch.xlsx")
    assert sorted((each.code, each.where.field) for each in again) == sorted(
        (each.code, each.where.field) for each in faults
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(language):
    faults, _, book = written(sent("csv"), "batch.csv", language)
    (name,) = [each for each in book.sheet_names if each != "applicants"]
    listed = book.get_sheet_by_name(name).to_python()[1:]
    assert listed[0][4] == f"{faults[0].says(language)} {faults[0].hint(language)}"


def test_text_is_never_a_formula():
    _, content, _ = written(sent("csv"), "batch.csv")
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"[1, 2", b'"open', b"x" * 200_001])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_what_cannot_be_read_gives_a_list_of_faults_alone(data, kind):
    faults, _, book = written(data, f"batch.{kind}")
    assert len(book.get_sheet_by_name("faults").to_python()) == len(faults) + 1
