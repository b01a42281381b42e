"""Writing: every format reads back to the same instance, and order in a file means nothing."""

import csv
import io
import json
import random
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from drawn_instances import instances
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import document, files, write, zipped

from instances import library
from instances.reading import inspect, read_instance
from instances.text import toml_lines
from instances.writing import document as document_of
from instances.writing import document_text, instance_files, write_instance

FORMATS = tuple(product(("geojson", "gpkg", "zip"), ("csv", "xlsx", "json")))


@pytest.fixture(scope="module")
def bundled():
    return read_instance(library.path("ait-kamra-168"))


def assert_same(source, wanted):
    reading = inspect(source)
    assert [fault.text() for fault in reading.faults if not fault.is_warning] == []
    assert reading.instance == wanted
    assert reading.instance.fingerprint() == wanted.fingerprint()


@pytest.mark.parametrize(("zone_format", "applicants_format"), FORMATS)
def test_the_bundled_instance_in_every_format(tmp_path, bundled, zone_format, applicants_format):
    for target in (tmp_path / "folder", tmp_path / "round.zip"):
        write_instance(bundled, target, zone_format, applicants_format)
        assert_same(target, bundled)
        assert inspect(target).faults == ()


def test_one_document(tmp_path, bundled):
    write_instance(bundled, tmp_path / "round.json")
    assert_same(tmp_path / "round.json", bundled)
    assert_same(document_of(bundled), bundled)


def test_writing_is_reproducible(tmp_path, bundled):
    for name in ("a.zip", "b.zip"):
        write_instance(bundled, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_folder_holds_one_of_each_part_after_another_format_was_written(tmp_path, bundled):
    write_instance(bundled, tmp_path / "a", "gpkg", "xlsx")
    write_instance(bundled, tmp_path / "a")
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"zone.geojson", "neighbours.csv", "applicants.csv", "policy.toml"}


def test_unknown_formats_are_refused(tmp_path, bundled):
    with pytest.raises(ValueError, match="dwg"):
        write_instance(bundled, tmp_path / "a", "dwg")
    assert not (tmp_path / "a").exists()


# --- any instance ----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(instances())
def test_any_instance_reads_back_from_files_zip_and_document(instance):
    assert_same(json.loads(document_text(instance)), instance)
    for applicants_format in ("csv", "xlsx"):
        assert_same(zipped(instance_files(instance, "geojson", applicants_format)), instance)


@settings(max_examples=8, deadline=None)
@given(instances(), st.sampled_from(("gpkg", "zip")))
def test_any_instance_reads_back_from_layers(instance, zone_format):
    lots = tuple(replace(lot, area_m2=1 + lot.area_m2 % 10**6, price_mad_m2=1, power_kw=1) for lot in instance.lots)
    modest = replace(instance, lots=tuple(replace(lot, water_hl_day=lot.water_hl_day % 10**9) for lot in lots))
    assert_same(zipped(instance_files(modest, zone_format)), modest)


# --- order means nothing ---------------------------------------------------------------------------------------------


def shuffled_table(text, chance):
    rows = list(csv.reader(io.StringIO(text)))
    columns = list(range(len(rows[0])))
    chance.shuffle(columns)
    body = rows[1:]
    chance.shuffle(body)
    out = io.StringIO()
    csv.writer(out).writerows([[row[column] for column in columns] for row in [rows[0], *body]])
    return out.getvalue()


def shuffled(value, chance):
    """The value with the keys of every object in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(each, chance)) for key, each in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_columns_features_and_keys_means_nothing(chance):
    wanted = read_instance(document())
    contents = files()
    for name in ("neighbours.csv", "applicants.csv"):
        contents[name] = shuffled_table(contents[name], chance)
    contents["zone.geojson"] = shuffled(contents["zone.geojson"], chance)
    chance.shuffle(contents["zone.geojson"]["features"])
    for feature in contents["zone.geojson"]["features"]:
        corners = feature["geometry"]["coordinates"][0][:-1]
        turned = chance.randrange(4)
        corners = corners[turned:] + corners[:turned]
        feature["geometry"]["coordinates"][0] = [*corners, corners[0]][:: chance.choice((1, -1))]
    contents["policy.toml"] = "\n".join(toml_lines(shuffled(document()["policy"], chance)))
    found = read_instance(zipped(contents))
    assert found == wanted
    assert found.fingerprint() == wanted.fingerprint()
    whole = shuffled(document(), chance)
    for part in (whole["applicants"], whole["neighbours"], whole["zone"]["features"]):
        chance.shuffle(part)
    assert read_instance(whole).fingerprint() == wanted.fingerprint()


def test_order_in_the_bundled_files_means_nothing(tmp_path, bundled):
    chance = random.Random(7)
    folder = Path(library.path("ait-kamra-168"))
    zone = json.loads((folder / "zone.geojson").read_text(encoding="utf-8"))
    chance.shuffle(zone["features"])
    contents = {
        name: shuffled_table((folder / name).read_text(encoding="utf-8"), chance)
        for name in ("neighbours.csv", "applicants.csv")
    }
    contents |= {"zone.geojson": zone, "policy.toml": (folder / "policy.toml").read_bytes()}
    assert_same(write(tmp_path / "shuffled", contents), bundled)
