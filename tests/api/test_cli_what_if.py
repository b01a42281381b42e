"""The commands what-if, difference and curve, on a small zone solved for real."""

import json

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from instances.faults import LANGUAGES
from optimizer.check import check_folder
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.zones import asks, row_of

INSTANCE = row_of(
    3,
    asks("a", jobs_direct=10),
    asks("b", "stone", jobs_direct=7),
    asks("c", jobs_direct=5),
    asks("d", "stone", jobs_direct=2),
    border_metre=40,
    separation=(),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    save(solve(INSTANCE, Limits(None, 1, workers=1)), folder)
    return folder


def lotwise(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_a_what_if_tells_the_difference_and_writes_a_plan_that_is_checked(folder, tmp_path):
    asked = ("what-if", folder, "--withdraw", "a", "--most-changes", 0, "--work", 1, "--out", tmp_path)
    for language in LANGUAGES:
        result = lotwise(*asked, "--language", language)
        assert result.exit_code == 0, result.output
        assert "d: " in result.output
    assert check_folder(tmp_path / "instance.json", tmp_path).ok
    table = tmp_path / "table.csv"
    told = json.loads(lotwise("difference", folder, tmp_path, "--csv", table, "--json").stdout)
    assert [(each["applicant_id"], each["kind"]) for each in told["applicants"]] == [("a", "gone"), ("d", "gained")]
    assert table.read_text(encoding="utf-8").count("\n") == 3


def test_all_kinds_of_changes_and_every_fault(folder):
    fine = ("--forbid", "L1", "--forbid", "L2:stone", "--forbid", "d", "--pin", "c=L2", "--points", "job_direct=7")
    assert lotwise("what-if", folder, *fine, "--quota", "new=", "--work", 1).exit_code == 3
    result = lotwise("what-if", folder, *fine, "--work", 1, "--json")
    assert result.exit_code == 0
    wrong = lotwise("what-if", folder, "--forbid", "L9", "--pin", "z=L1", "--points", "luck=1", "--json")
    assert wrong.exit_code == 3
    assert len(json.loads(wrong.stdout)["faults"]) == 3


def test_curves_are_told_and_drawn(folder, tmp_path):
    for kind, source in (("tradeoff", folder / "instance.json"), ("changes", folder)):
        drawn = tmp_path / f"{kind}.svg"
        result = lotwise("curve", kind, source, "--work", 1, "--picture", drawn, "--json")
        assert result.exit_code == 0, result.output
        points = json.loads(result.stdout)["points"]
        assert all(each["found"] <= each["most"] for each in points)
        assert points
        assert drawn.read_bytes().startswith(b"<?xml")
        assert lotwise("curve", kind, source, "--work", 1, "--language", "ar").exit_code == 0
