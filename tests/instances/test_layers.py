"""GeoPackages and shapefiles: there and back unchanged, and refused in words when they cannot be trusted."""

import zipfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from drawn_lots import box, bundled_lots, ring

from instances.faults import LANGUAGES, InstanceError, Place
from instances.layers import read_layer, write_layer
from instances.outlines import outline_of
from instances.zone import Lot, canonical_outline
from instances.zone_features import feature_of, read_features

SUFFIXES = (".gpkg", ".shp", ".zip")


def arabic_features():
    features = [feature_of(each) for each in bundled_lots()]
    for number, feature in enumerate(features):
        feature["properties"] |= {"subzone": "المنطقة الصناعية – حرفيون", "sectors": ["fish", "pulses"]}
        feature["properties"] |= {"water_m3_day": number / 10, "price_mad_m2": 300}
    return features


def outlines(features):
    # a shapefile writes rings the other way round; lots hold them in one canonical way
    return [canonical_outline(outline_of(each["geometry"])) for each in features]


def refused(path):
    with pytest.raises(InstanceError) as caught:
        read_layer(path)
    (found,) = caught.value.faults
    assert found.where.file == path.name
    assert not any("{" in found.text(language) for language in LANGUAGES)
    return found.code


def write_raw(path, crs="EPSG:4326", layer=None, kind="Polygon", shape=None, **fields):
    shape = shapely.box(-3.94, 35.17, -3.93, 35.18) if shape is None else shape
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shape)], dtype=object),
        field_data=[np.array([value], dtype=object) for value in fields.values()],
        fields=list(fields),
        geometry_type=kind,
        crs=crs,
        append=path.exists(),
        **({} if layer is None else {"layer": layer}),
    )


@pytest.mark.parametrize("crs", ["EPSG:26191", "EPSG:4326", "EPSG:32630"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_features_come_back_with_the_same_outlines_and_arabic_attributes(tmp_path, suffix, crs):
    features = arabic_features()
    write_layer(features, tmp_path / f"zone{suffix}", crs)
    read = read_layer(tmp_path / f"zone{suffix}")
    assert outlines(read) == outlines(features)
    for one, other in zip(read, features, strict=True):
        wanted = {key: value for key, value in other["properties"].items() if value not in ("", None)}
        assert one["properties"] == wanted | {"sectors": "fish|pulses"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lots_come_back_equal(tmp_path, suffix):
    holed = ((ring(box(0, 0, 50, 50)), ring(box(10, 10, 20, 20))), (ring(box(80, 0, 90, 10)),))
    features = [feature_of(each) for each in bundled_lots()[:20]]
    part = feature_of(Lot("P", 2500, outline=holed))
    write_layer([*features, part], tmp_path / f"zone{suffix}")
    wanted = read_features([*features, part], Place("zone"))
    found = read_features(read_layer(tmp_path / f"zone{suffix}"), Place("zone"))
    assert found.lots == wanted.lots
    assert len(found.lots) == 21


def test_a_shapefile_has_short_names_and_says_that_it_is_utf8(tmp_path):
    write_layer(arabic_features(), tmp_path / "zone.zip")
    with zipfile.ZipFile(tmp_path / "zone.zip") as archive:
        assert {Path(name).suffix for name in archive.namelist()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        assert archive.read("lots.cpg").strip() == b"UTF-8"
        assert b"water_m3_d\0" in archive.read("lots.dbf")
        assert b"price_mad_\0" in archive.read("lots.dbf")


def test_names_in_capitals_are_known_in_a_shapefile(tmp_path):
    write_raw(tmp_path / "zone.shp", LOT_ID="L1", WATER_M3_D="2.5", OWNER="x")
    (feature,) = read_layer(tmp_path / "zone.shp")
    assert feature["properties"] == {"lot_id": "L1", "water_m3_day": "2.5", "OWNER": "x"}


def test_empty_fields_are_left_out_and_a_lot_may_have_no_geometry(tmp_path):
    feature = {"type": "Feature", "geometry": None, "properties": {"lot_id": "L1", "area_m2": None, "power_kw": 7}}
    other = feature_of(bundled_lots()[0])
    write_layer([feature, other], tmp_path / "zone.gpkg")
    first, second = read_layer(tmp_path / "zone.gpkg")
    assert first == {"type": "Feature", "geometry": None, "properties": {"lot_id": "L1", "power_kw": 7}}
    assert isinstance(second["properties"]["area_m2"], int)


def test_the_layer_named_lots_or_the_only_polygons_are_taken(tmp_path):
    write_raw(tmp_path / "a.gpkg", layer="roads", kind="Point", shape=shapely.Point(-3.9, 35.1), name="road")
    assert refused(tmp_path / "a.gpkg") == "no_polygon_layer"
    write_raw(tmp_path / "a.gpkg", layer="parcelles", lot_id="L1")
    assert read_layer(tmp_path / "a.gpkg")[0]["properties"] == {"lot_id": "L1"}
    write_raw(tmp_path / "a.gpkg", layer="buildings", lot_id="L2")
    with pytest.raises(InstanceError) as caught:
        read_layer(tmp_path / "a.gpkg")
    assert caught.value.faults[0].code == "several_layers"
    assert all(name in caught.value.faults[0].found for name in ("parcelles", "buildings"))
    write_raw(tmp_path / "a.gpkg", layer="Lots", lot_id="L3")
    assert read_layer(tmp_path / "a.gpkg")[0]["properties"] == {"lot_id": "L3"}


@pytest.mark.parametrize("name", ["a.gpkg", "a.zip", "a.shp"])
@pytest.mark.parametrize("content", [b"", b"not a layer", b"PK\x03\x04 torn", b"SQLite format 3\0 torn"])
def test_a_broken_file_is_refused_without_a_traceback(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name) == "unreadable_file"


def test_a_truncated_geopackage_and_a_missing_file_are_refused(tmp_path):
    write_layer(arabic_features(), tmp_path / "zone.gpkg")
    whole = (tmp_path / "zone.gpkg").read_bytes()
    (tmp_path / "torn.gpkg").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "torn.gpkg") == "unreadable_file"
    assert refused(tmp_path / "none.gpkg") == "unreadable_file"


def test_a_layer_without_a_system_is_refused(tmp_path):
    write_layer(arabic_features(), tmp_path / "zone.shp")
    (tmp_path / "zone.prj").unlink()
    assert refused(tmp_path / "zone.shp") == "crs_missing"


@pytest.mark.parametrize("name", [b"Syst\xe8me", b"it\x1b\x9a"])
def test_a_system_whose_text_is_not_utf_8_is_refused_in_words(tmp_path, name):
    write_layer(arabic_features(), tmp_path / "zone.shp", "EPSG:26191")
    system = tmp_path / "zone.prj"
    system.write_bytes(system.read_bytes().replace(b"Nord", name + b"Nord", 1))
    assert name in system.read_bytes()
    assert refused(tmp_path / "zone.shp") == "crs_unknown"


def test_a_system_with_only_a_ballpark_shift_is_refused(tmp_path):
    write_raw(tmp_path / "zone.gpkg", crs="EPSG:26195", shape=shapely.box(0, 0, 100, 100), lot_id="L1")
    assert refused(tmp_path / "zone.gpkg") == "crs_inexact"
    with pytest.raises(InstanceError) as caught:
        write_layer(arabic_features(), tmp_path / "other.gpkg", "EPSG:26195")
    assert caught.value.faults[0].code == "crs_inexact"


def test_a_system_that_cannot_hold_the_outlines_is_refused(tmp_path):
    feature = {"geometry": {"type": "Polygon", "coordinates": [[(170, -80), (171, -80), (171, -79), (170, -80)]]}}
    with pytest.raises(InstanceError) as caught:
        write_layer([feature], tmp_path / "far.gpkg", "EPSG:26191")
    assert caught.value.faults[0].code == "crs_inexact"
    assert not (tmp_path / "far.gpkg").exists()


def test_an_unknown_system_or_suffix_is_refused(tmp_path):
    for path, crs, code in (("a.gpkg", "EPSG:0", "crs_unknown"), ("a.dxf", "EPSG:4326", "unknown_choice")):
        with pytest.raises(InstanceError) as caught:
            write_layer(arabic_features(), tmp_path / path, crs)
        assert caught.value.faults[0].code == code
