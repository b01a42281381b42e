"""Zips: what is in them, and those that are made to hurt whoever unpacks them."""

import io
import zipfile

import pytest
from small_files import faults_of, files, said, write, zipped

from instances.bundle import LARGEST_FILE
from instances.faults import InstanceError
from instances.reading import read_instance


def bomb():
    return zipped(files() | {"zone.geojson": b" " * (LARGEST_FILE + 1)})


def swelling():
    return zipped(files() | {"zone.geojson": b"0" * 2**23})


def overlong():
    return zipped({f"{number}.txt": "" for number in range(1001)})


def lying():
    """A zip whose directory says that an entry is short."""
    data = bytearray(zipped({"policy.toml": "x" * 5000}))
    start = data.rindex(b"PK\x01\x02")
    data[start + 24 : start + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def linking():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("zone.geojson")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "../../secret")
    return buffer.getvalue()


def locked():
    data = bytearray(zipped(files()))
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1
    return bytes(data)


BAD_ZIPS = {
    "bomb": (bomb, "zip_too_large"),
    "swelling": (swelling, "zip_too_large"),
    "too many entries": (overlong, "zip_too_large"),
    "path out": (lambda: zipped({"../zone.geojson": "{}"}), "zip_path"),
    "absolute path": (lambda: zipped({"/etc/zone.geojson": "{}"}), "zip_path"),
    "windows path": (lambda: zipped({"C:\\zone.geojson": "{}"}), "zip_path"),
    "link": (linking, "zip_path"),
    "password": (locked, "zip_encrypted"),
    "lying about sizes": (lying, "unreadable_file"),
    "cut short": (lambda: zipped(files())[:-30], "unreadable_file"),
    "only a beginning": (lambda: b"PK\x03\x04", "unreadable_file"),
    "the same twice": (lambda: zipped({"a/policy.toml": "", "b/policy.toml": ""}), "file_twice"),
}


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_bad_zips(name):
    make, code = BAD_ZIPS[name]
    assert faults_of(make(), "round.zip") == [(code, "round.zip: :")]


def test_a_zip_without_an_instance():
    assert [code for code, _ in faults_of(zipped({"a.txt": "x"}))] == ["missing_file"] * 3


def test_a_zipped_layer_is_checked_too():
    contents = files() | {"zone.zip": swelling()}
    del contents["zone.geojson"]
    assert faults_of(zipped(contents)) == [("zip_too_large", "zone.zip: :")]


def test_layers_that_cannot_be_read(tmp_path):
    for name in ("zone.gpkg", "zone.zip"):
        contents = files() | {name: b"PK\x05\x06" + b"\0" * 18}
        del contents["zone.geojson"]
        found = faults_of(write(tmp_path / name, contents))
        assert {place.split(":")[0] for _, place in found} == {name}


def test_a_file_that_only_its_name_calls_a_zip_is_told_as_one(tmp_path):
    (tmp_path / "zone.zip").write_bytes(b"hello")
    with pytest.raises(InstanceError) as refused:
        read_instance(tmp_path / "zone.zip")
    assert [code for code, _ in said(refused.value.faults)] == ["unreadable_file"]
