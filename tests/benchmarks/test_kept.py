"""Measurements on disk: a benchmark that was cut off goes on, on the same machine only."""

import json

import pytest

from benchmarks.kept import Kept, OtherMachine, named_task

MACHINE = {"processor": "one", "lotwise": "0.1.0"}


def run(instance, budget=10, seed=1, **more):
    return {"lots": 42, "instance": instance, "solver": "lotwise", "budget": budget, "seed": seed, "value": 5, **more}


def test_what_was_measured_is_on_disk_after_each_run_and_found_again(tmp_path):
    path = tmp_path / "measurements.json"
    kept = Kept.read(path, MACHINE, goes_on=True)
    assert not kept.runs
    kept.add(run("b", 60))
    kept.add(run("a"))
    kept.add(run("b", 10))
    again = Kept.read(path, MACHINE, goes_on=True)
    assert [(each["instance"], each["budget"]) for each in again.runs] == [("b", 10), ("b", 60), ("a", 10)]
    assert again.has({"instance": "a", "folders": ["x"], "solver": "lotwise", "budget": 10, "seed": 1})
    assert not again.has({"instance": "a", "solver": "lotwise", "budget": 10, "seed": 2})
    assert not again.has({"lots": 42, "solver": "lotwise", "budget": 10, "seed": 1})
    assert json.loads(path.read_text())["machine"] == MACHINE


def test_a_run_that_failed_is_made_again_and_takes_its_place(tmp_path):
    kept = Kept(tmp_path / "measurements.json", MACHINE)
    task = {"case": "folder/auction.txt", "solver": "lotwise", "budget": 9, "seed": 1}
    assert named_task(task)["case"] == "auction"
    kept.add({**named_task(task), "fault": "killed"})
    assert not kept.has(task)
    kept.add({**named_task(task), "value": 1})
    assert kept.has(task)
    assert len(kept.runs) == 1


def test_without_being_asked_to_go_on_it_begins_anew(tmp_path):
    path = tmp_path / "measurements.json"
    Kept(path, MACHINE).add(run("a"))
    assert not Kept.read(path, MACHINE, goes_on=False).runs


def test_measurements_of_another_machine_are_not_mixed_in(tmp_path):
    path = tmp_path / "measurements.json"
    Kept(path, MACHINE).add(run("a"))
    with pytest.raises(OtherMachine, match="processor: one then, two now"):
        Kept.read(path, {**MACHINE, "processor": "two"}, goes_on=True)
