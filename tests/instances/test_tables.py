"""Applicant tables: every way a cell can be wrong, with its place in CSV, Excel, JSON and DataFrame."""

from datetime import date, datetime
from decimal import Decimal

import pandas
import pytest
from small_files import said
from workbooks import GOOD, xlsx_of, xlsx_row

from instances.tables import (
    NAMES,
    read_applicants,
)
from instances.zone import LARGEST


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


def csv_of(*rows, names=NAMES):
    lines = [",".join(names)] + [",".join(quoted(row[name]) for name in names) for row in rows]
    return "\n".join(lines).encode()


# --- cells that are wrong --------------------------------------------------------------------------------------------

BAD_CELLS = {
    "no id": ("applicant_id", "", "missing_value"),
    "no sector": ("sector", " ", "missing_value"),
    "no score is not a score of 0": ("score", "", "missing_value"),
    "no water": ("water_m3_day", "", "missing_value"),
    "words": ("jobs_direct", "ten", "not_a_number"),
    "a unit": ("area_min_m2", "800 m²", "not_a_number"),
    "NaN": ("jobs_direct", "NaN", "not_a_number"),
    "infinity": ("jobs_direct", "inf", "not_a_number"),
    "a power of ten": ("jobs_direct", "1e3", "not_a_number"),
    "a plus": ("jobs_direct", "+5", "not_a_number"),
    "an underscore": ("jobs_direct", "1_000", "not_a_number"),
    "a formula": ("jobs_direct", "=1+1", "not_a_number"),
    "a fraction": ("jobs_direct", "1.5", "not_whole"),
    "two decimals": ("water_m3_day", "1.55", "too_precise"),
    "negative": ("jobs_direct", "-1", "out_of_range"),
    "negative water": ("water_m3_day", "-0.1", "out_of_range"),
    "no lots at all": ("max_lots", "0", "out_of_range"),
    "score of 101": ("score", "101", "out_of_range"),
    "too large": ("investment_kmad", str(LARGEST + 1), "out_of_range"),
    "far too large": ("investment_kmad", "9" * 39, "out_of_range"),
    "5000 digits": ("investment_kmad", "9" * 5000, "out_of_range"),
    "arabic digits": ("jobs_direct", "١٢", "arabic_digits"),
    "persian digits": ("water_m3_day", "۶٫۳", "arabic_digits"),
    "full-width digits": ("score", "８０", "arabic_digits"),
    "decimal comma": ("water_m3_day", "1,5", "decimal_comma"),
    "thousands by space": ("area_max_m2", "1 000", "thousands_separator"),
    "thousands by narrow space": ("area_max_m2", "1\u202f000", "thousands_separator"),
    "thousands by comma": ("area_max_m2", "1,000", "thousands_separator"),
    "thousands by point": ("area_max_m2", "1.000", "thousands_separator"),
    "thousands and decimals": ("water_m3_day", "1.234,5", "thousands_separator"),
    "areas reversed": ("area_max_m2", "799", "area_range_reversed"),
    "list by commas": ("preferred_lots", "L1,L2", "list_separator"),
    "list by semicolons": ("zones", "Z1; Z2", "list_separator"),
    "hole in a list": ("preferred_lots", "L1||L2", "empty_in_list"),
    "bar at the end": ("pinned_lots", "L1|", "empty_in_list"),
    "day before month": ("filed_on", "17/03/2026", "date_not_iso"),
    "two-digit year": ("filed_on", "26-03-17", "date_not_iso"),
    "a date and a time": ("filed_on", "2026-03-17T10:00", "date_not_iso"),
    "a serial number": ("filed_on", "46098", "date_not_iso"),
    "arabic date": ("filed_on", "٢٠٢٦-٠٣-١٧", "arabic_digits"),
    "30 February": ("filed_on", "2026-02-30", "no_such_date"),
    "month 13": ("filed_on", "2026-13-01", "no_such_date"),
    "29 February of no leap year": ("filed_on", "2026-02-29", "no_such_date"),
    "an id too long": ("applicant_id", "A" * 101, "bad_id"),
    "an id with a hidden mark": ("applicant_id", "A\u200b1", "bad_id"),
    "an id with a comma": ("sector", "bakery,marble", "bad_id"),
    "a name too long": ("name", "x" * 201, "bad_text"),
    "a name that turns text round": ("name", "a\u202eb", "bad_text"),
    "an error of Excel": ("jobs_direct", "#N/A", "excel_error"),
    "an error of Excel in a text": ("name", "#REF!", "excel_error"),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_bad_cells_in_csv(name):
    field, value, code = BAD_CELLS[name]
    table = read_applicants(csv_of(GOOD | {"applicant_id": "A0"}, GOOD | {field: value}), "a.csv")
    assert said(table.faults) == [(code, f"a.csv:row 3:{field}")]
    assert [each.applicant_id for each in table.applicants] == ["A0"]


@pytest.mark.parametrize("name", sorted(BAD_CELLS.keys() - {"a formula"}))
def test_bad_cells_in_excel(name):
    field, value, code = BAD_CELLS[name]
    row = xlsx_row(**{field: value})
    cell = f"Sheet1!{'ABCDEFGHIJKLMNOPQR'[NAMES.index(field)]}2"
    table = read_applicants(xlsx_of([NAMES, row]), "a.xlsx")
    assert said(table.faults) == [(code, f"a.xlsx:cell {cell}:{field}")]


@pytest.mark.parametrize("name", BAD_CELLS)
def test_bad_cells_in_json_and_dataframe(name):
    field, value, code = BAD_CELLS[name]
    items = [GOOD | {"applicant_id": "A0"}, GOOD | {field: value}]
    assert said(read_applicants(items, "a.json").faults) == [(code, f"a.json:item /1:{field}")]
    frame = pandas.DataFrame(items, index=["first", "second"])
    assert said(read_applicants(frame).faults) == [(code, f"DataFrame:row second:{field}")]


@pytest.mark.parametrize(
    ("found", "better"),
    [("١٢", "12"), ("6,3", "6.3"), ("1 000", "1000"), ("1.234,5", "1234.5"), ("٦٫٣", "6.3"), ("12'000", "12000")],
)
def test_the_hint_gives_the_number_as_it_should_be(found, better):
    fault = read_applicants(csv_of(GOOD | {"water_m3_day": found}), "a.csv").faults[0]
    assert all(f" {better}" in fault.hint(language) for language in ("en", "fr", "ar"))


def test_an_unknown_name_is_answered_with_the_nearest():
    fault = read_applicants(b"applicant_id,sektor\n", "a.csv").faults[0]
    assert (fault.code, dict(fault.values)["nearest"]) == ("unknown_field", "sector")


# --- tables out of shape ---------------------------------------------------------------------------------------------

HEAD = ",".join(NAMES)
ROW = ",".join(GOOD.values())

BAD_TABLES = {
    "unknown column": (f"{HEAD},colour\n{ROW},red\n", [("unknown_field", "row 1:colour")]),
    "column twice": (f"{HEAD},score\n{ROW},80\n", [("column_twice", "row 1:score")]),
    "column without name": (f"{HEAD},\n{ROW},80\n", [("column_without_name", "row 1:")]),
    "column missing": (
        f"{HEAD}\n{ROW}\n".replace(",score", "").replace(",80,", ","),
        [("missing_column", "row 1:")],
    ),
    "row too short": (f"{HEAD}\n{ROW}\nA2,bakery\n", [("ragged_row", "row 3:")]),
    "row too long": (f"{HEAD}\n{ROW},x\n", [("ragged_row", "row 2:")]),
    "quote never closed": (f'{HEAD}\n{ROW}\nA2,"Four du\n{ROW}\n', [("quote_not_closed", "line 3:")]),
    "quote within": (f'{HEAD}\n{ROW}\nA2,"Four" du Rif\n', [("invalid_csv", "line 3:")]),
    "a cell of 150,000 characters": (f"{HEAD}\n{ROW}\nA2,{'x' * 150_000}\n", [("cell_too_long", "line 3:")]),
    "a cell of 110,000 characters": (f"{HEAD}\n{ROW}\nA2,{'x' * 110_000}\n", [("cell_too_long", "row 3:")]),
    "id twice": (f"{HEAD}\n{ROW}\n{ROW}\n", [("given_twice", "row 3:applicant_id")]),
    "no header": (
        f"{ROW}\n",
        [("unknown_field", f"row 1:{value}") for value in GOOD.values() if value]
        + [("column_without_name", "row 1:")] * 2
        + [("missing_column", "row 1:")] * 10,
    ),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_tables_out_of_shape(name):
    text, wanted = BAD_TABLES[name]
    found = said(read_applicants(text.encode(), "a.csv").faults)
    assert sorted(found) == sorted((code, f"a.csv:{at}") for code, at in wanted)


def test_a_cell_of_fifty_megabytes_is_refused():
    table = read_applicants(f"{HEAD}\n{ROW}\nA2,{'x' * 50_000_000}\n".encode(), "a.csv")
    assert [fault.code for fault in table.faults] == ["cell_too_long"]


def test_only_a_header_is_no_applicant():
    table = read_applicants(HEAD.encode(), "a.csv")
    assert (table.applicants, table.faults, table.has_rows) == ((), (), False)


def test_rows_are_counted_as_a_spreadsheet_does():
    text = f'{HEAD}\n{ROW}\n\nA2,"two\nlines",{ROW.split(",", 2)[2]}\nA3,x\n'
    table = read_applicants(text.encode(), "a.csv")
    assert said(table.faults) == [("ragged_row", "a.csv:row 5:")]
    assert table.applicants[1].name == "two lines"


def test_the_first_place_of_a_repeated_id_is_told():
    fault = read_applicants(f"{HEAD}\n{ROW}\n\n{ROW}\n".encode(), "a.csv").faults[0]
    assert dict(fault.values)["first"] == "2"


def test_a_required_column_that_no_item_has_is_said_once():
    items = [{name: value for name, value in GOOD.items() if name != "score"} for _ in range(3)]
    items = [item | {"applicant_id": f"A{number}"} for number, item in enumerate(items)]
    assert said(read_applicants(items, "a.json").faults) == [("missing_column", "a.json: :")]


@pytest.mark.parametrize("items", [[5], ["x"], [[GOOD]], [None]])
def test_items_of_another_kind(items):
    assert said(read_applicants(items, "a.json").faults) == [("wrong_type", "a.json:item /0:")]


def test_values_of_another_kind_in_items():
    changes = {"sector": ["bakery"], "zones": [["Z1"]], "score": {}, "jobs_direct": True, "filed_on": 5, "name": 1.5}
    found = said(read_applicants([GOOD | changes], "a.json").faults)
    assert sorted(found) == [
        ("date_not_iso", "a.json:item /0:filed_on"),
        ("not_a_number", "a.json:item /0:jobs_direct"),
        ("not_a_number", "a.json:item /0:score"),
        ("not_text", "a.json:item /0:name"),
        ("not_text", "a.json:item /0:sector"),
        ("not_text", "a.json:item /0:zones"),
    ]


@pytest.mark.parametrize("text", ["{}", "5", "null"])
def test_json_that_is_no_list(text):
    assert said(read_applicants(text.encode(), "a.json").faults) == [("wrong_type", "a.json:item :")]


def test_a_frame_with_a_column_twice():
    frame = pandas.DataFrame([[*GOOD.values(), "80"]], columns=[*NAMES, "score"])
    assert said(read_applicants(frame).faults) == [("column_twice", "DataFrame: :")]


# --- values that are right --------------------------------------------------------------------------------------------


def test_an_apostrophe_that_guards_nothing_is_kept():
    assert read_applicants(csv_of(GOOD | {"name": "'Ain"}), "a.csv").applicants[0].name == "'Ain"
    assert read_applicants(csv_of(GOOD | {"name": "'=1"}), "a.csv").applicants[0].name == "=1"


def test_a_frame_of_numbers_and_gaps():
    frame = pandas.DataFrame([GOOD | {"filed_on": datetime(2026, 3, 17, 10), "investment_kmad": None}])
    frame = frame.astype({"score": "int64", "area_min_m2": "float64", "water_m3_day": "float64"})
    (found,) = read_applicants(frame).applicants
    assert (found.score, found.area_min_m2, found.water_hl_day) == (80, 800, 15)
    assert (found.filed_on, found.investment_kmad) == (date(2026, 3, 17), 0)
    frame["jobs_direct"] = float("nan")
    assert said(read_applicants(frame).faults) == [("missing_value", "DataFrame:row 0:jobs_direct")]


def test_decimals_of_any_kind():
    for value in ("1.5", "1.50", 1.5, Decimal("1.5"), Decimal("1.500"), Decimal("15e-1")):
        (found,) = read_applicants([GOOD | {"water_m3_day": value}]).applicants
        assert found.water_hl_day == 15
