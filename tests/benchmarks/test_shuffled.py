"""A shuffled folder reads as the same instance, though hardly a line of its files stands where it stood."""

import pytest

from benchmarks.shuffled import shuffle_folder
from instances.generate import generate
from instances.library import path as bundled
from instances.reading import read_instance
from instances.writing import write_instance


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    generated = tmp_path_factory.mktemp("generated")
    write_instance(generate(lots=20, applicants=40, zones=2, seed=5), generated)
    return {"generated": generated, "bundled": bundled("ait-kamra-168")}


@pytest.mark.parametrize(("name", "seed"), [("generated", 1), ("generated", 2), ("generated", 3), ("bundled", 4)])
def test_the_instance_is_the_same_and_its_files_are_not(folders, tmp_path, name, seed):
    shuffle_folder(folders[name], tmp_path, seed)
    assert read_instance(tmp_path).fingerprint() == read_instance(folders[name]).fingerprint()
    for written in tmp_path.iterdir():
        before, after = ((each / written.name).read_text("utf-8").splitlines() for each in (folders[name], tmp_path))
        assert before != after


def test_the_seed_alone_draws_the_order(folders, tmp_path):
    contents = []
    for number, seed in enumerate((1, 1, 2)):
        shuffle_folder(folders["generated"], tmp_path / str(number), seed)
        contents.append([each.read_bytes() for each in sorted((tmp_path / str(number)).iterdir())])
    assert contents[0] == contents[1] != contents[2]
