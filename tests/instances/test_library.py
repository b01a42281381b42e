"""The bundled instances: found by name, whole, and documented."""

import pytest

from instances import library
from instances.faults import LANGUAGES, InstanceError


def test_the_bundled_instance_is_listed():
    assert "ait-kamra-168" in library.names()


@pytest.mark.parametrize("name", library.names())
def test_a_bundled_instance_has_its_files(name):
    files = {file.name for file in library.path(name).iterdir()}
    assert {"zone.geojson", "neighbours.csv", "applicants.csv", "policy.toml", "README.md"} <= files


def test_an_unknown_name_is_refused_with_the_names_in_every_language():
    with pytest.raises(InstanceError) as caught:
        library.path("atlantis")
    (found,) = caught.value.faults
    assert found.code == "unknown_instance"
    assert all("ait-kamra-168" in found.hint(language) for language in LANGUAGES)
    assert all("atlantis" in found.says(language) for language in LANGUAGES)


@pytest.mark.parametrize("name", ["", "..", "../data", "ait-kamra-168/../ait-kamra-168", "/"])
def test_a_name_is_not_a_path(name):
    with pytest.raises(InstanceError):
        library.path(name)
