"""lotwise why, fairness and next: a folder asked in three languages, and refusals that say what to do."""

import json

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from api.cli.console import Code
from instances.writing import write_instance
from optimizer.export import save
from tests.outcomes import small_instance, small_outcome


@pytest.fixture
def folder(tmp_path):
    save(small_outcome(), tmp_path)
    (tmp_path / "certificate.json").unlink(missing_ok=True)
    return tmp_path


def said(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_an_applicant_a_lot_and_a_pair_are_explained(folder):
    assert "L1, L2" in said("why", folder, "A1").output
    texts = {language: said("why", folder, "A3", "--language", language).output for language in ("en", "fr", "ar")}
    assert len(set(texts.values())) == 3
    found = json.loads(said("why", folder, "A3", "--json").stdout)
    assert found["facts"][0]["code"] == "sites_taken"
    assert "L4 is reserved" in said("why", folder, "--lot", "L4").output
    assert said("why", folder, "A3", "--lot", "L3").exit_code == Code.FINE


def test_the_cost_is_told(folder):
    told = json.loads(said("why", folder, "A3", "--cost", "--threshold", "area_min_m2", "--json").stdout)["facts"]
    codes = [each["code"] for each in told]
    assert "cost_at_most" in codes
    assert "would_hold" in codes
    assert codes[-1] in ("no_threshold", "area_min_found")


def test_fairness_and_who_is_next(folder):
    assert "SHA-256" in said("fairness", folder).output
    assert "A3" in said("next", folder, "A1").output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("why",), "--lot"),
        (("why", "nobody"), "nobody"),
        (("why", "--lot", "L9"), "L9"),
        (("why", "--lot", "L1", "--cost"), "applicant"),
        (("next", "A4"), "A4"),
    ],
)
def test_wrong_use_is_told_with_what_to_do(folder, arguments, word):
    command, *others = arguments
    ended = said(command, folder, *others)
    assert ended.exit_code == Code.USAGE
    assert word in ended.output


def test_a_plan_that_breaks_a_rule_is_not_explained(folder):
    document = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps(document | {"assignments": {"A4": ["L4"]}}))
    assert said("why", folder, "A4").exit_code == Code.DISAGREES


def test_a_certificate_of_another_plan_is_refused(folder):
    (folder / "certificate.json").write_text("{}")
    assert said("why", folder, "A3", "--cost").exit_code == Code.DISAGREES


def test_the_small_zone_is_what_it_was(tmp_path):
    write_instance(small_instance(), tmp_path / "instance.json")
    assert "rounds_waited" not in (tmp_path / "instance.json").read_text()
