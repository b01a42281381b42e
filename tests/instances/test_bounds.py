"""Hostile input: coded faults and never a traceback; without its bounds each of these would hardly end."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import APPLICANTS, NEIGHBOURS, POLICY, document, feature, files, inspected, said, zipped, zone

from instances.reading import inspect
from instances.record import MOST_COLUMNS, MOST_FAULTS, MOST_ROWS
from instances.tables import NAMES, read_applicants


def codes(faults):
    return sorted({fault.code for fault in faults})


def many_entries():
    return zipped({f"{'n' * 500}{number}": "" for number in range(900)})


def many_columns():
    return ",".join([*NAMES, *(f"c{number}" for number in range(50_000))]).encode() + b"\n"


def many_short_rows():
    return ",".join(NAMES).encode() + b"\n" + b"x\n" * 100_000


def many_rows():
    return ",".join(NAMES).encode() + b"\n" + b",,,,,,,,,,,,,,,,,\n" * (MOST_ROWS + 1)


def many_blanks():
    row = dict.fromkeys(NAMES, "1") | {"applicant_id": "A1", "zones": "," + " " * 99_000}
    return f"{','.join(NAMES)}\n{','.join(quoted(row[name]) for name in NAMES)}\n".encode()


def quoted(value):
    return f'"{value}"'


TABLES = {
    "columns": (many_columns, ["too_many_columns"]),
    "short rows": (many_short_rows, ["ragged_row", "too_many_faults"]),
    "rows": (many_rows, ["too_many_rows"]),
    "blanks": (many_blanks, ["date_not_iso", "list_separator"]),
}


@pytest.mark.parametrize("name", TABLES)
def test_hostile_tables(name):
    make, wanted = TABLES[name]
    table = read_applicants(make(), "a.csv")
    assert codes(table.faults) == wanted
    assert len(table.faults) <= MOST_FAULTS + 2


def test_items_with_ever_new_fields():
    items = [{f"f{number}": 1} for number in range(5000)]
    found = read_applicants(items, "a.json").faults
    assert sum(fault.code == "unknown_field" for fault in found) == MOST_COLUMNS
    assert "too_many_columns" in codes(found)


def test_faults_of_items_are_bounded():
    items = [{"applicant_id": f"A{number}"} | dict.fromkeys(NAMES[2:12], "x") for number in range(4000)]
    found = read_applicants(items, "a.json").faults
    assert MOST_FAULTS < len(found) < MOST_FAULTS + 20
    assert found[-1].code == "too_many_faults"


def test_thousands_of_dangling_neighbours_are_placed(tmp_path):
    rows = "".join(f"X{number},Y{number},1,border\n" for number in range(8000))
    found = inspected(tmp_path, neighbours_csv=NEIGHBOURS + rows).faults
    assert ("unknown_lot", "neighbours.csv:row 8003:lot_b") in said(found)
    assert len(found) == 16_000


@pytest.mark.parametrize("line", ["x" + ".x" * 200_000 + " = 1", "[" + "x." * 200_000 + "x]"])
def test_keys_of_thousands_of_parts(tmp_path, line):
    assert said(inspected(tmp_path, policy_toml=f"{POLICY}\n{line}\n").faults) == [("too_deep", "policy.toml: :")]


def test_an_archive_with_an_overlong_listing():
    assert said(inspect(many_entries(), "a.zip").faults) == [("zip_too_large", "a.zip: :")]


@pytest.mark.parametrize("side", [0.0001, 0.5])
def test_lots_piled_upon_each_other(side):
    whole = document()
    ring = [[-4, 35], [-4 + side, 35], [-4 + side, 35 + side], [-4, 35 + side], [-4, 35]]
    heap = []
    for number in range(1200):
        shift = number * side / 2000
        moved = [[x + shift, y + shift] for x, y in ring]
        heap.append(feature(f"L{number}", 0) | {"geometry": {"type": "Polygon", "coordinates": [moved]}})
    for each in heap:
        each["properties"].pop("area_m2")
    whole["zone"]["features"] = heap
    assert "lots_piled" in codes(inspect(whole).faults)


# --- anything at all -------------------------------------------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from paths(each, (*path, key))


PATHS = [path for path in paths(document()) if path]


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), values), min_size=1, max_size=3))
def test_any_value_anywhere_in_a_document_is_read_or_refused(changes):
    whole = document()
    for path, value in changes:
        inside = whole
        try:
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue
    reading = inspect(whole)
    said(reading.faults)
    assert (reading.instance is None) == any(not fault.is_warning for fault in reading.faults)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["zone.geojson", "neighbours.csv", "applicants.csv", "policy.toml"]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 6)), min_size=1, max_size=4),
)
def test_any_bytes_anywhere_in_a_file_are_read_or_refused(name, changes):
    contents = files() | {"zone.geojson": json.dumps(zone())}
    data = contents[name].encode()
    for share, put, cut in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + cut :]
    reading = inspect(zipped(contents | {name: data}))
    said(reading.faults)
    assert (reading.instance is None) == any(not fault.is_warning for fault in reading.faults)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=3))
def test_any_bytes_anywhere_in_a_zip_are_read_or_refused(changes):
    data = zipped(files())
    for share, put in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + len(put) :]
    said(inspect(data, "a.zip").faults)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), values)
def test_any_value_in_a_row_is_read_or_refused(name, value):
    head, row, *_ = (line.split(",") for line in APPLICANTS.splitlines())
    table = read_applicants([dict(zip(head, row, strict=True)) | {name: value}])
    said(table.faults)
    assert bool(table.applicants) != bool(table.faults)
