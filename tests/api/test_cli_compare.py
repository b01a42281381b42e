"""lotwise compare: folders of plans, instances and policies in one table."""

import json
from dataclasses import replace

import pytest

from instances.policy_file import policy_text
from instances.writing import write_instance
from optimizer.export import save
from optimizer.plan import Plan
from tests.api.test_cli import lotwise
from tests.outcomes import small_instance, small_outcome


@pytest.fixture
def plans(tmp_path):
    folder = tmp_path / "plans"
    save(small_outcome(), folder / "one")
    changed = {"plan": Plan({"A2": ("L3",)}), "value_millipoints": 1_020_000, "proof": None, "certificate": None}
    goals = {"jobs": 1_020_000, "preferred": 0, "clustering": 0}
    save(small_outcome(**changed, goals_millipoints=goals, waitlist=()), folder / "two")
    return folder


def test_a_folder_of_plans_is_compared_with_tables_charts_and_a_map(plans, tmp_path):
    result = lotwise("compare", plans, "--out", tmp_path / "out", "--language", "fr")
    assert result.exit_code == 0, result.output
    assert "Emplois directs" in result.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "comparison.csv", "comparison.xlsx", "comparison.json", "points.svg", "points.png", "sectors.svg",
        "sectors.png", "difference-2.svg",
    }  # fmt: skip
    told = json.loads((tmp_path / "out" / "comparison.json").read_text())["plans"]
    assert [(each["label"], each["jobs_direct"]) for each in told] == [("one", 29), ("two", 9)]
    assert told[0]["bound_millipoints"] is None, "a made-up certificate proves nothing"


def test_instances_and_policies_are_solved_first(plans, tmp_path):
    instance = small_instance()
    write_instance(instance, tmp_path / "small.json")
    thrifty = replace(instance.policy, name="thrifty", min_score=85)
    (tmp_path / "thrifty.toml").write_text(policy_text(thrifty))
    sides = [tmp_path / "small.json", tmp_path / "thrifty.toml", plans / "two"]
    result = lotwise("compare", *sides, "--on", tmp_path / "small.json", "--work", 1, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["plans"]
    assert [each["value_millipoints"] for each in told] == [3_220_000, 2_200_000, 1_020_000]
    assert [each["gap_millionths"] for each in told] == [0, 0, None]


def test_what_cannot_be_compared_is_said(tmp_path, plans):
    (tmp_path / "empty").mkdir()
    assert lotwise("compare", tmp_path / "empty").exit_code == 2
    (tmp_path / "p.toml").write_text("name = 3\nnonsense = 1")
    assert lotwise("compare", tmp_path / "p.toml").exit_code == 2
    write_instance(small_instance(), tmp_path / "small.json")
    faulty = lotwise("compare", tmp_path / "p.toml", "--on", tmp_path / "small.json")
    assert (faulty.exit_code, "nonsense" in faulty.output) == (3, True)
    (tmp_path / "p.toml").write_text("name = [")
    assert lotwise("compare", tmp_path / "p.toml", "--on", tmp_path / "small.json").exit_code == 3
    assert lotwise("compare", "no-such-thing").exit_code == 2
