"""Where the files lie, and files that are not what their name says: folders, encodings, JSON, one document."""

import json
from pathlib import Path

import pytest
from small_files import APPLICANTS, document, faults_of, files, said, write, zipped, zone

from instances.bundle import LARGEST_FILE
from instances.faults import InstanceError
from instances.reading import inspect, read_instance


def folder(tmp_path, **changes):
    contents = files() | {name.replace("_", "."): content for name, content in changes.items()}
    return write(tmp_path / "folder", {name: content for name, content in contents.items() if content is not None})


# --- folders ---------------------------------------------------------------------------------------------------------


def test_a_missing_path(tmp_path):
    assert faults_of(tmp_path / "nowhere") == [("missing_file", "nowhere: :")]


def test_an_empty_folder(tmp_path):
    names = ("zone.geojson", "applicants.csv", "policy.toml")
    assert faults_of(tmp_path) == [("missing_file", f"{name}: :") for name in names]


def test_a_missing_file_does_not_hide_faults_of_the_others(tmp_path):
    path = folder(tmp_path, policy_toml=None, applicants_csv=APPLICANTS.replace("800,1000", "800,10"))
    wanted = [("area_range_reversed", "applicants.csv:row 2:area_max_m2"), ("missing_file", "policy.toml: :")]
    assert faults_of(path) == wanted


def test_a_mistyped_file_name_is_not_passed_over(tmp_path):
    path = folder(tmp_path)
    (path / "neighbours.csv").rename(path / "neighbors.csv")
    assert faults_of(path) == [("unknown_file", "neighbors.csv: :")]


def test_other_files_are_left_alone(tmp_path):
    path = folder(tmp_path)
    for name in ("README.md", "plan.json", "certificate.json", ".DS_Store"):
        (path / name).write_bytes(b"\0")
    assert inspect(path).faults == ()


def test_the_same_part_given_twice(tmp_path):
    path = folder(tmp_path, applicants_json="[]")
    assert faults_of(path) == [("file_twice", "applicants.json: :")]


# --- bytes that are not text -----------------------------------------------------------------------------------------

FRENCH = APPLICANTS.replace("Four du Rif", "Pâtisserie d’été à Fès")
ARABIC = APPLICANTS.replace("Four du Rif", "مخبزة الريف")

BAD_BYTES = {
    "empty": (b"", "empty_file"),
    "blanks": (b" \n\n", "empty_file"),
    "cp1252": (FRENCH.replace("رخام الحسيمة", "").encode("cp1252"), "not_utf8"),
    "cp1256": (ARABIC.encode("cp1256"), "not_utf8"),
    "utf-16 cut short": (APPLICANTS.encode("utf-16")[:-1], "not_utf8"),
    "utf-16 without mark": (APPLICANTS.encode("utf-16-le"), "binary_file"),
    "null bytes": (b"applicant_id,sector\nA1,ba\0kery\n", "binary_file"),
    "xlsx renamed": (zipped({"xl/workbook.xml": ""}), "wrong_format"),
    "xls renamed": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "wrong_format"),
    "pdf renamed": (b"%PDF-1.7\n", "wrong_format"),
}


@pytest.mark.parametrize("name", BAD_BYTES)
def test_bytes_that_are_not_text(tmp_path, name):
    data, code = BAD_BYTES[name]
    assert faults_of(folder(tmp_path, applicants_csv=data)) == [(code, "applicants.csv: :")]


@pytest.mark.parametrize(
    ("name", "encoding", "line"), [("cp1252", "Windows-1252", "2"), ("cp1256", "Windows-1256", "2")]
)
def test_a_foreign_encoding_is_named_with_its_place(tmp_path, name, encoding, line):
    data, _ = BAD_BYTES[name]
    fault = inspect(folder(tmp_path, applicants_csv=data)).faults[0]
    values = dict(fault.values)
    assert (values["encoding"], values["line"]) == (encoding, line)
    assert data[int(values["position"])] >= 0x80
    assert "UTF-8" in fault.hint("fr")


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = folder(tmp_path)
    with (path / "zone.geojson").open("r+b") as stream:
        stream.truncate(LARGEST_FILE + 1)
    assert faults_of(path) == [("file_too_large", "zone.geojson: :")]


# --- JSON ------------------------------------------------------------------------------------------------------------

GEOJSON = json.dumps(zone())

BAD_JSON = {
    "cut short": (GEOJSON[:-5], "invalid_json"),
    "trailing comma": (GEOJSON.replace("}}]", "}},]"), "invalid_json"),
    "not a number": (GEOJSON.replace("6.3", "NaN", 1), "json_constant"),
    "infinity": (GEOJSON.replace("6.3", "-Infinity", 1), "json_constant"),
    "nested too deep": ("[" * 200_000, "too_deep"),
    "a list": ("[]", "not_a_collection"),
    "a number": ("5", "not_a_collection"),
    "null": ("null", "not_a_collection"),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_bad_json(tmp_path, name):
    text, code = BAD_JSON[name]
    assert faults_of(folder(tmp_path, zone_geojson=text)) == [(code, "zone.geojson: :")]


def test_a_key_given_twice(tmp_path):
    text = GEOJSON.replace('"power_kw": 100', '"power_kw": 100, "power_kw": 1000', 1)
    found = inspect(folder(tmp_path, zone_geojson=text)).faults
    assert said(found) == [("key_twice", "zone.geojson: :")]
    assert found[0].found == "power_kw"


@pytest.mark.parametrize("number", ["1e400", "9" * 5000, "9007199254740992", "-1e999999999", "1E+9999"])
def test_numbers_beyond_all_bounds(tmp_path, number):
    text = GEOJSON.replace('"power_kw": 100', f'"power_kw": {number}', 1)
    assert faults_of(folder(tmp_path, zone_geojson=text)) == [("out_of_range", "zone.geojson:lot L1:power_kw")]


def test_a_decimal_finer_than_any_float(tmp_path):
    text = GEOJSON.replace("6.3", "6.30000000000000000000000000000000001", 1)
    assert faults_of(folder(tmp_path, zone_geojson=text)) == [("too_precise", "zone.geojson:lot L1:water_m3_day")]
    text = GEOJSON.replace("6.3", "6.30000000000000000000000000000000000", 1)
    assert read_instance(folder(tmp_path, zone_geojson=text)).lot["L1"].water_hl_day == 63


# --- one document ----------------------------------------------------------------------------------------------------


def test_faults_of_a_document_carry_json_pointers():
    whole = document()
    whole["applicants"][1]["score"] = 101
    whole["applicants"][2] = 5
    whole["neighbours"][0]["lot_b"] = "L9"
    whole["zone"]["features"][0]["properties"]["lot_id"] = None
    whole["policy"]["points"]["job_direct"] = "many"
    whole["extra"] = 1
    assert sorted(faults_of(whole, "body.json")) == [
        ("missing_value", "body.json:feature 1:lot_id"),
        ("not_a_number", "body.json:item /policy:points.job_direct"),
        ("out_of_range", "body.json:item /applicants/1:score"),
        ("unknown_field", "body.json:key :extra"),
        ("wrong_type", "body.json:item /applicants/2:"),
    ]
    whole = document()
    whole["neighbours"][0]["lot_b"] = "L9"
    assert faults_of(whole, "body.json") == [("unknown_lot", "body.json:item /neighbours/0:lot_b")]


@pytest.mark.parametrize("part", ["zone", "applicants", "policy"])
def test_a_document_without_a_part(part):
    whole = document()
    del whole[part]
    assert faults_of(whole) == [("missing_value", f"instance.json:key :{part}")]


@pytest.mark.parametrize("part", ["zone", "neighbours", "applicants", "policy"])
@pytest.mark.parametrize("value", [5, "text", [5], {"a": 1}, [[[]]], True])
def test_a_document_with_a_part_of_another_kind(part, value):
    assert faults_of(document() | {part: value})


@pytest.mark.parametrize("data", [b"", b"5", b"[]", b"null", b'"x"', b"{", b"\xff\xfe", b"\x00", b"{}"])
def test_bytes_that_are_no_document(data):
    assert faults_of(data, "body")


def test_numbers_in_a_document_may_be_floats_and_texts_but_not_infinite():
    whole = document()
    whole["applicants"][0] |= {"water_m3_day": 1.5, "area_min_m2": 800.0, "score": "80"}
    assert read_instance(whole) == read_instance(document())
    whole["applicants"][0] |= {"water_m3_day": float("nan"), "area_min_m2": float("inf"), "score": [80]}
    fields = ("area_min_m2", "water_m3_day", "score")
    assert faults_of(whole) == [("not_a_number", f"instance.json:item /applicants/0:{field}") for field in fields]


def test_a_value_of_fifty_megabytes_is_refused_in_a_short_text():
    whole = document()
    whole["zone"]["features"][0]["properties"]["lot_id"] = "L" * (50 * 2**20)
    reading = inspect(json.dumps(whole).encode(), "body.json")
    assert [fault.code for fault in reading.faults] == ["bad_id"]
    assert len(reading.faults[0].text()) < 1000


def test_the_error_lists_every_fault_and_its_text_is_bounded():
    whole = document()
    whole["applicants"] = [whole["applicants"][0] | {"applicant_id": f"A{n}", "score": -1} for n in range(500)]
    with pytest.raises(InstanceError) as error:
        read_instance(whole)
    assert len(error.value.faults) == 500
    assert str(error.value).endswith("… + 400")


def test_a_path_may_be_given_as_text(tmp_path):
    assert read_instance(str(folder(tmp_path))) == read_instance(Path(folder(tmp_path)))
