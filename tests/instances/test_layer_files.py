"""What the geographic library is given to open: the formats that the specification names, told by their content."""

import json
import sqlite3
import zipfile

import pytest

from instances.faults import InstanceError
from instances.layers import read_layer, write_layer

SQUARE = [[[0.0, 0.0], [0.001, 0.0], [0.001, 0.001], [0.0, 0.001], [0.0, 0.0]]]
FEATURE = {
    "type": "Feature",
    "properties": {"lot_id": "A", "power_kw": 1, "water_m3_day": 1},
    "geometry": {"type": "Polygon", "coordinates": SQUARE},
}


def refusal(path):
    with pytest.raises(InstanceError) as caught:
        read_layer(path)
    return [(each.code, str(each.found)) for each in caught.value.faults]


@pytest.fixture
def virtual(tmp_path):
    """A layer that is nothing but the name of another file."""
    secret = tmp_path / "secret.geojson"
    secret.write_text(json.dumps({"type": "FeatureCollection", "features": [FEATURE]}), encoding="utf-8")
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="lots"><SrcDataSource>{secret}</SrcDataSource>'
        "<SrcLayer>secret</SrcLayer><LayerSRS>EPSG:4326</LayerSRS></OGRVRTLayer></OGRVRTDataSource>"
    )


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "zone.gpkg"
    write_layer([FEATURE], path, "EPSG:4326")
    return path


@pytest.mark.parametrize("name", ["zone.gpkg", "zone.shp"])
def test_a_file_that_names_another_one_is_not_followed(tmp_path, virtual, name):
    (tmp_path / name).write_text(virtual, encoding="utf-8")
    assert [code for code, _ in refusal(tmp_path / name)] == ["unreadable_file"]


@pytest.mark.parametrize(("entry", "code"), [("a.vrt", "no_polygon_layer"), ("a.shp", "unreadable_file")])
def test_nor_is_one_in_an_archive(tmp_path, virtual, entry, code):
    with zipfile.ZipFile(tmp_path / "zone.zip", "w") as archive:
        archive.writestr(entry, virtual)
    assert [found for found, _ in refusal(tmp_path / "zone.zip")] == [code]


def test_an_archive_in_an_archive_is_not_opened(tmp_path):
    write_layer([FEATURE], tmp_path / "inner.zip", "EPSG:4326")
    with zipfile.ZipFile(tmp_path / "zone.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "lots.shp.zip")
    assert refusal(tmp_path / "zone.zip") == [("no_polygon_layer", "lots.shp.zip")]


def test_two_shapefiles_of_one_name_are_told_apart_by_nobody(tmp_path):
    write_layer([FEATURE], tmp_path / "good.zip", "EPSG:4326")
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "zone.zip", "w") as archive:
        for info in good.infolist():
            archive.writestr(f"one/{info.filename}", good.read(info))
            archive.writestr(f"two/{info.filename}", good.read(info))
    assert {code for code, _ in refusal(tmp_path / "zone.zip")} == {"file_twice"}


def test_a_shapefile_in_a_folder_of_the_archive_is_read(tmp_path):
    write_layer([FEATURE], tmp_path / "good.zip", "EPSG:4326")
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "zone.zip", "w") as archive:
        for info in good.infolist():
            archive.writestr(f"zone/{info.filename.upper()}", good.read(info))
        archive.writestr("zone/read.me", "not a part")
    assert [each["properties"]["lot_id"] for each in read_layer(tmp_path / "zone.zip")] == ["A"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a.lot_id FROM lots a, lots b, lots c, lots d",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n WHERE x > 1",
        "SELECT table_name FROM gpkg_contents, gpkg_contents",
    ],
)
def test_a_view_that_may_never_end_is_not_asked(package, query):
    with sqlite3.connect(package) as connection:
        connection.execute(f"CREATE VIEW endless AS {query}")
    connection.close()
    assert refusal(package) == [("unreadable_file", "view endless")]


def test_a_view_of_the_packages_own_lists_is_fine(package):
    with sqlite3.connect(package) as connection:
        connection.execute("CREATE VIEW st_spatial_ref_sys AS SELECT srs_name, srs_id FROM gpkg_spatial_ref_sys")
    connection.close()
    assert [each["properties"]["lot_id"] for each in read_layer(package)] == ["A"]
