"""Reading: what is accepted, and every kind of bad input with its code and its place, alone and together."""

import json
import subprocess
import sys

import pytest
from small_files import (
    APPLICANTS,
    NEIGHBOURS,
    POLICY,
    document,
    files,
    inspected,
    said,
    spoilt_zone,
    square,
    write,
    zipped,
)

from instances.faults import InstanceError
from instances.reading import read_instance


@pytest.fixture
def small(tmp_path):
    return read_instance(write(tmp_path / "small", files()))


# --- what is accepted ------------------------------------------------------------------------------------------------


def test_the_small_instance_is_read(small):
    assert [lot.lot_id for lot in small.lots] == ["L1", "L2", "L3"]
    assert small.lot["L1"].water_hl_day == 63
    assert small.lot["L1"].outline[0][0][0] == (-39297000, 351700000)
    assert [(pair.key, pair.length_dm) for pair in small.neighbours] == [("L1–L2", 333), ("L2–L3", 333)]
    assert small.applicant["A1"].preferred_lots == ("L1", "L2")
    assert small.applicant["A2"].water_hl_day == 20
    assert small.applicant["A2"].name == "رخام الحسيمة"
    assert small.applicant["A3"].investment_kmad == 0
    assert small.applicant["A3"].filed_on is None
    assert small.policy.limits[0].water_hl_day == 205
    assert small.policy.affinity_percent["marble", "bakery"] == 30


def test_folder_zip_nested_zip_bytes_document_and_mapping_give_the_same(tmp_path, small):
    (tmp_path / "a.zip").write_bytes(zipped(files()))
    (tmp_path / "b.zip").write_bytes(zipped(files() | {"__MACOSX/._zone.geojson": b"x"}, prefix="small/"))
    (tmp_path / "c.json").write_text(json.dumps(document()), encoding="utf-8")
    sources = [tmp_path / "a.zip", str(tmp_path / "b.zip"), tmp_path / "c.json", zipped(files()), document()]
    sources.append(json.dumps(document()).encode())
    for source in sources:
        assert read_instance(source).fingerprint() == small.fingerprint()


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolon_and_tab_are_accepted(tmp_path, small, mark):
    table = APPLICANTS.replace(",", mark)
    assert inspected(tmp_path, applicants_csv=table).instance == small


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_a_byte_order_mark_is_accepted(tmp_path, small, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    contents = {name: mark + text.encode(encoding) for name, text in (("a", APPLICANTS), ("p", POLICY))}
    assert inspected(tmp_path, applicants_csv=contents["a"], policy_toml=contents["p"]).instance == small


def test_windows_line_ends_blank_rows_and_blanks_round_values_are_accepted(tmp_path, small):
    table = APPLICANTS.replace("A1,", " A1 ,").replace("\n", "\r\n").replace("A3,", ",,,,,,,,,,,,,,,,,\r\n\r\nA3,")
    policy = POLICY.replace("\n", "\r\n")
    assert inspected(tmp_path, applicants_csv=table, policy_toml=policy).instance == small


def test_optional_columns_may_be_absent(tmp_path):
    table = "applicant_id,sector,area_min_m2,area_max_m2,max_lots,jobs_direct,jobs_indirect,power_kw,water_m3_day,score"
    reading = inspected(tmp_path, applicants_csv=table + "\nA1,bakery,1,2,1,0,0,0,0,100\n")
    assert reading.faults == ()
    assert reading.instance.applicant["A1"].group == ""


def test_absent_neighbours_are_computed_and_said_to_be(tmp_path):
    reading = inspected(tmp_path, neighbours_csv=None)
    assert reading.neighbours_computed
    assert [(pair.key, pair.kind) for pair in reading.instance.neighbours] == [("L1–L2", "border"), ("L2–L3", "border")]
    assert not inspected(tmp_path, neighbours_csv=NEIGHBOURS).neighbours_computed


def test_a_neighbours_file_without_rows_means_no_neighbours(tmp_path):
    reading = inspected(tmp_path, neighbours_csv="lot_a,lot_b,length_m,kind\n")
    assert reading.instance.neighbours == ()
    assert not reading.neighbours_computed


def test_an_absent_area_is_measured(tmp_path):
    def change(features, _):
        del features[0]["properties"]["area_m2"]

    assert abs(inspected(tmp_path, zone_geojson=spoilt_zone(change)).instance.lot["L1"].area_m2 - 910) <= 4


def test_a_zone_anywhere_in_the_world_is_fine(tmp_path):
    places = [(-70.6, -33.4), (28.3, -15.4), (151.2, -33.9), (-122.4, 37.8), (2.35, 48.85)]
    for west, south in places:

        def change(features, _, west=west, south=south):
            for number, each in enumerate(features):
                each["geometry"]["coordinates"] = [square(number, 0, west, south)]
                del each["properties"]["area_m2"]

        reading = inspected(tmp_path, zone_geojson=spoilt_zone(change))
        assert reading.instance is not None
        codes = {fault.code for fault in reading.faults}
        assert codes <= ({"coordinates_perhaps_swapped"} if west == 28.3 else set())


def test_the_forms_of_objective_and_limits(tmp_path):
    staged = POLICY.replace(
        "lottery_seed", 'objective = [{stage = "jobs", loss_percent = 2}, "clustering"]\nlottery_seed'
    )
    zoned = staged.replace("[limits]\n", '[[limits]]\nzone = "Z1"\npower_kw = 100\n[[limits]]\n')
    policy = inspected(tmp_path, policy_toml=zoned).instance.policy
    assert policy.objective == (("jobs", 2), ("clustering", 0))
    assert [(limit.zone, limit.power_kw) for limit in policy.limits] == [("", 500), ("Z1", 100)]
    assert inspected(
        tmp_path, policy_toml=POLICY.replace("lottery_seed", 'objective = "value"\nlottery_seed')
    ).instance.policy.objective == (("value", 0),)


def test_standard_geojson_members_are_fine(tmp_path, small):
    def change(features, collection):
        collection["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
        collection |= {"bbox": [0, 0, 1, 1], "xy_coordinate_resolution": 1e-7, "id": 1}
        features[0] |= {"id": 7, "bbox": [0, 0, 1, 1]}
        features[0]["geometry"]["coordinates"][0] = [[*point, 12.5] for point in square(1)]

    assert inspected(tmp_path, zone_geojson=spoilt_zone(change)).instance == small


def test_reading_imports_no_solver(tmp_path):
    write(tmp_path / "small", files())
    code = (
        "import sys; from instances.reading import read_instance; read_instance(sys.argv[1]);"
        "print([name for name in ('ortools', 'numba', 'highspy', 'pandas') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "small")], capture_output=True, check=True)
    assert run.stdout.strip() == b"[]"


# --- every fault in one pass -----------------------------------------------------------------------------------------


def test_all_files_are_judged_in_one_pass_and_a_bad_row_makes_no_dangling_reference(tmp_path):
    def change(features, _):
        features[0]["properties"]["power_kw"] = "much"  # L1 is named by neighbours and by A1

    table = APPLICANTS.replace("Z1,L1|L2", "Z1,L1|L9").replace("A3,,bakery,700", "A3,,bread,-7")
    policy = POLICY.replace("job_direct = 100", "job_direct = 1.5").replace(
        "[sectors.marble]", "[sectors.marble]\nsk=1"
    )
    reading = inspected(tmp_path, zone_geojson=spoilt_zone(change), applicants_csv=table, policy_toml=policy)
    assert sorted(said(reading.faults)) == [
        ("not_a_number", "zone.geojson:lot L1:power_kw"),
        ("not_whole", "policy.toml:key :points.job_direct"),
        ("out_of_range", "applicants.csv:row 4:area_min_m2"),
        ("unknown_field", "policy.toml:key :sectors.marble.sk"),
        ("unknown_lot", "applicants.csv:row 2:preferred_lots"),
    ]
    with pytest.raises(InstanceError) as error:
        read_instance(tmp_path / "spoilt")
    assert error.value.faults == reading.faults


def test_every_field_of_a_row_is_judged(tmp_path):
    table = APPLICANTS.replace("700,950,1,8,0,,40,0.5,60", "x,y,0,-1,1.5,1e3,٤٠,0.55,101")
    assert said(inspected(tmp_path, applicants_csv=table).faults) == [
        ("not_a_number", "applicants.csv:row 4:area_min_m2"),
        ("not_a_number", "applicants.csv:row 4:area_max_m2"),
        ("not_whole", "applicants.csv:row 4:jobs_indirect"),
        ("not_a_number", "applicants.csv:row 4:investment_kmad"),
        ("arabic_digits", "applicants.csv:row 4:power_kw"),
        ("too_precise", "applicants.csv:row 4:water_m3_day"),
        ("out_of_range", "applicants.csv:row 4:jobs_direct"),
        ("out_of_range", "applicants.csv:row 4:max_lots"),
        ("out_of_range", "applicants.csv:row 4:score"),
    ]


def test_two_faults_of_one_section_are_both_said(tmp_path):
    policy = POLICY.replace("job_direct = 100", "job_direct = -1\njob_dierct = 1")
    assert said(inspected(tmp_path, policy_toml=policy).faults) == [
        ("unknown_field", "policy.toml:key :points.job_dierct"),
        ("out_of_range", "policy.toml:key :points.job_direct"),
    ]


def test_an_unreadable_part_makes_no_false_fault_elsewhere(tmp_path):
    assert said(inspected(tmp_path, zone_geojson="{").faults) == [("invalid_json", "zone.geojson: :")]
    assert said(inspected(tmp_path, policy_toml="x = ").faults) == [("invalid_toml", "policy.toml:line 1:")]
    assert said(inspected(tmp_path, applicants_csv=b"\xff").faults) == [("not_utf8", "applicants.csv: :")]

    def change(features, _):
        features[0]["properties"]["lot_id"] = ""

    assert said(inspected(tmp_path, zone_geojson=spoilt_zone(change)).faults) == [
        ("missing_value", "zone.geojson:feature 1:lot_id")
    ]


# --- bad neighbours --------------------------------------------------------------------------------------------------

BAD_NEIGHBOURS = {
    "a lot beside itself": ("L3,L3,1,border", [("neighbour_of_itself", "row 4:lot_b")]),
    "a pair given twice": ("L2,L1,1,street", [("given_twice", "row 4:lot_b")]),
    "a lot that does not exist": ("L1,L9,1,border", [("unknown_lot", "row 4:lot_b")]),
    "an unknown kind": ("L1,L3,1,road", [("unknown_choice", "row 4:kind")]),
    "a length with two decimals": ("L1,L3,1.25,border", [("too_precise", "row 4:length_m")]),
    "a length with a comma": ('L1,L3,"1,2",border', [("decimal_comma", "row 4:length_m")]),
    "a negative length": ("L1,L3,-1,border", [("out_of_range", "row 4:length_m")]),
    "no length": ("L1,L3,,border", [("missing_value", "row 4:length_m")]),
    "too few cells": ("L1,L3,5", [("ragged_row", "row 4:")]),
    "too many cells": ("L1,L3,5,border,x", [("ragged_row", "row 4:")]),
}


@pytest.mark.parametrize("name", BAD_NEIGHBOURS)
def test_bad_neighbours(tmp_path, name):
    row, wanted = BAD_NEIGHBOURS[name]
    reading = inspected(tmp_path, neighbours_csv=NEIGHBOURS + row + "\n")
    assert said(reading.faults) == [(code, f"neighbours.csv:{at}") for code, at in wanted]


# --- between the parts -----------------------------------------------------------------------------------------------

A1, A2, A3 = (f"applicants.csv:row {row}:" for row in (2, 3, 4))

BETWEEN = {
    "sector unknown": ("Four du Rif,bakery", "Four du Rif,bread", [("unknown_sector", A1 + "sector")]),
    "zone unknown": (",Z1,", ",Z7,", [("unknown_zone", A1 + "zones")]),
    "preferred lot unknown": ("L1|L2", "L1|L7", [("unknown_lot", A1 + "preferred_lots")]),
    "lot beside unknown": (",L2,,", ",L7,,", [("unknown_lot", A3 + "beside_lots")]),
    "pin on no lot": ("-28,L3", "-28,L7", [("unknown_lot", A2 + "pinned_lots")]),
    "two pins on one lot": (",L2,,\n", ",L2,,L3\n", [("pinned_twice", A3 + "pinned_lots")]),
    "two pins too near": (",L2,,\n", ",L2,,L2\n", [("pins_break_separation", A2 + "pinned_lots")]),
    "pins over the power": ("900,60,", "900,501,", [("pins_exceed_limit", "policy.toml:key :limits.power_kw")]),
    "pins over the water": ("60,2,", "60,20.6,", [("pins_exceed_limit", "policy.toml:key :limits.water_m3_day")]),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_faults_between_parts(tmp_path, name):
    old, new, wanted = BETWEEN[name]
    assert old in APPLICANTS
    assert said(inspected(tmp_path, applicants_csv=APPLICANTS.replace(old, new)).faults) == wanted


def test_pins_are_judged_within_the_zone_of_a_limit(tmp_path):
    policy = POLICY.replace("[limits]\n", '[[limits]]\nzone = "Z1"\npower_kw = 59\n[[limits]]\n')
    wanted = [("pins_exceed_limit", "policy.toml:key :limits.Z1.power_kw")]
    assert said(inspected(tmp_path, policy_toml=policy).faults) == wanted
    policy = policy.replace('"Z1"', '"Z9"')
    assert said(inspected(tmp_path, policy_toml=policy).faults) == [("unknown_zone", "policy.toml:key :limits.zone")]
