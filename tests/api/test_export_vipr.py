import json
import shutil

import pytest
from typer.testing import CliRunner

from api.cli import app
from instances.generate import generate
from instances.reading import read_instance
from instances.writing import write_instance
from optimizer.export import plain, save
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.optimizer.export.vipr_verifier import verify
from tests.optimizer.test_known_certificates import FOLDER, INSTANCE

WIDE = {"COLUMNS": "400"}


def export(*arguments: object):
    return CliRunner(env=WIDE).invoke(app, ["export-vipr", *map(str, arguments)])


@pytest.fixture
def by_tree(tmp_path):
    """A plan whose certificate is a tree."""
    write_instance(read_instance(INSTANCE), tmp_path / "instance.json")
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"proof": None}))
    shutil.copy(FOLDER / "valid" / "tree_by_hand.json", tmp_path / "certificate.json")
    return tmp_path


def test_a_tree_is_written_as_it_stands(by_tree):
    said = json.loads(export(by_tree, "--json").stdout)
    text = (by_tree / "proof.vipr").read_text(encoding="utf-8")
    assert verify(text) == (3_350_000, 3_350_000)
    assert said == {
        "file": str(by_tree / "proof.vipr"),
        "bytes": len(text),
        "is_by_new_prices": False,
        "value_millipoints": 3_350_000,
        "bound_millipoints": 3_350_000,
    }


def test_what_solve_wrote_is_exported_by_new_prices(tmp_path):
    save(solve(generate(lots=12, applicants=25, seed=3), Limits(work=1)), tmp_path / "plan")
    result = export(tmp_path / "plan", "--out", tmp_path / "new" / "for-others.vipr", "--language", "fr")
    assert result.exit_code == 0, result.output
    assert "recalculés" in result.stdout
    value, bound = verify((tmp_path / "new" / "for-others.vipr").read_text(encoding="utf-8"))
    assert value == json.loads((tmp_path / "plan" / "plan.json").read_text())["value_millipoints"] <= bound


@pytest.mark.parametrize(("language", "word"), [("en", "proves nothing"), ("fr", "ne prouve rien"), ("ar", "لا يبرهن")])
@pytest.mark.parametrize(
    ("content", "code"), [("{}", 4), ("[", 3), ("\ud800", 3), ("[" * 100_000, 3), ('{"format": 1}', 4)]
)
def test_a_certificate_that_proves_nothing_is_refused(by_tree, content, code, language, word):
    (by_tree / "certificate.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    result = export(by_tree, "--language", language)
    assert result.exit_code == code, result.output
    assert word in result.stderr
    assert "Traceback" not in result.stderr
    assert not (by_tree / "proof.vipr").exists()


def test_a_bound_below_the_truth_is_refused(by_tree):
    document = json.loads((by_tree / "certificate.json").read_text()) | {"bound_millipoints": 3_349_999}
    (by_tree / "certificate.json").write_text(json.dumps(document))
    assert export(by_tree).exit_code == 4


def test_a_row_that_the_model_has_not_is_named(by_tree, monkeypatch):
    from optimizer.certificate import CertificateError
    from optimizer.export import vipr

    def refuse(*_):
        raise CertificateError("row_not_exported", "The row apart L1 L2 does not follow.")

    monkeypatch.setattr(vipr, "vipr_text", refuse)
    result = export(by_tree)
    assert (result.exit_code, "apart L1 L2" in result.stderr) == (2, True)


def test_a_large_instance_is_refused_with_its_size(by_tree, monkeypatch):
    monkeypatch.setattr(plain, "MOST_LOTS", 2)
    result = export(by_tree, "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]) == (2, "vipr_too_large")
    assert "at most 2" in result.stderr


def test_missing_files_are_named(by_tree):
    (by_tree / "certificate.json").unlink()
    result = export(by_tree)
    assert (result.exit_code, "certificate.json" in result.stderr) == (2, True)
    assert export(by_tree / "nowhere").exit_code == 2
