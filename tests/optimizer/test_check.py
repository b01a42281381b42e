"""The check of a folder: agrees with what solve wrote, and with nothing else."""

import json
import random
import re
import shutil

import pytest

from instances.faults import InstanceError
from instances.generate import generate
from instances.reading import inspect
from instances.writing import write_instance
from optimizer.check import check_folder
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve

DRAWS = 25
"""Digits altered in each file."""


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A folder with an instance, and in out/ the plan that was found for it."""
    folder = tmp_path_factory.mktemp("check")
    instance = generate(lots=24, applicants=40, seed=3)
    write_instance(instance, folder / "zone")
    outcome = solve(instance, Limits(None, work=2))
    assert outcome.proof is not None
    save(outcome, folder / "out")
    return folder


@pytest.fixture
def copied(solved, tmp_path):
    return shutil.copytree(solved, tmp_path / "copy")


def digits_of(text):
    """Where digits stand."""
    return [found.start() for found in re.finditer(r"\d", text)]


def around(text, place):
    """The line in which the place stands."""
    return text[text.rfind("\n", 0, place) + 1 : text.find("\n", place)]


def with_another_digit(text, place):
    digit = (int(text[place]) + random.Random(place).randrange(1, 10)) % 10
    return text[:place] + str(digit) + text[place + 1 :]


def test_what_solve_wrote_agrees(solved):
    checked = check_folder(solved / "zone", solved / "out")
    assert checked.ok
    assert len(checked.lines) >= 10


@pytest.mark.parametrize("name", ["out/plan.json", "out/certificate.json", "zone/applicants.csv", "zone/policy.toml"])
def test_one_digit_altered_anywhere_is_found(copied, name):
    """No digit is exempt: those that the bound does not need are held by a hash."""
    path = copied / name
    text = path.read_text(encoding="utf-8")
    places = digits_of(text)
    for place in random.Random(name).sample(places, min(DRAWS, len(places))):
        path.write_text(with_another_digit(text, place), encoding="utf-8")
        if inspect(copied / "zone").instance is None:
            # The altered instance is none: the check lists its faults instead.
            with pytest.raises(InstanceError):
                check_folder(copied / "zone", copied / "out")
            continue
        checked = check_folder(copied / "zone", copied / "out")
        wrong = [line for line in checked.lines if not line.ok]
        assert wrong, f"{around(text, place)!r} at {place}"
        assert all(line.label and line.recomputed for line in wrong)


@pytest.mark.parametrize("name", ["plan.json", "certificate.json"])
def test_a_missing_file_is_named(copied, name):
    (copied / "out" / name).unlink()
    checked = check_folder(copied / "zone", copied / "out")
    assert [line.label for line in checked.lines if not line.ok] == [name]


@pytest.mark.parametrize(
    "change",
    [
        {"unique": True},
        {"waitlist": []},
        {"instance": {"name": "another", "fingerprint": "0" * 64}},
        {"assignments": {}},
        {"assignments": {"A1": []}},
        {"assignments": []},
        {"goals_millipoints": None},
        {"proof": None},
        {"claim": {"status": "optimal", "bound_millipoints": 0}},
    ],
)
def test_a_plan_that_says_something_else_is_refused(copied, change):
    path = copied / "out" / "plan.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | change), encoding="utf-8")
    checked = check_folder(copied / "zone", copied / "out")
    assert document | change == document or not checked.ok
