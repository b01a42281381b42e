import json
import subprocess
import sys
import types
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.cli.generate import Family
from instances.generate import FAMILIES
from instances.writing import write_instance
from optimizer.export import FILES, save
from optimizer.outcome import Progress
from tests.outcomes import small_instance, small_outcome

WIDE = {"COLUMNS": "200"}


def lotwise(*arguments: object, env: dict[str, str] | None = None):
    return CliRunner(env=WIDE | (env or {})).invoke(app, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_instance(small_instance(), tmp_path / "small.json")
    return tmp_path / "small.json"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    save(small_outcome(), tmp_path / "plan")
    return tmp_path / "plan"


@pytest.fixture
def optimizer(monkeypatch: pytest.MonkeyPatch):
    """Put a function in the place of optimizer.solve."""

    def put(answer):
        def solve(instance, limits, *, listen, stop):
            listen(Progress(1, "search", 3_220_000, 3_250_000))
            return answer(instance, limits)

        stand_in = types.ModuleType("optimizer.solve")
        stand_in.solve = solve
        monkeypatch.setitem(sys.modules, "optimizer.solve", stand_in)

    put(lambda instance, limits: small_outcome(instance=instance, limits=limits))
    return put


def test_help_lists_commands_and_exit_codes():
    said = lotwise("--help").output
    assert "Exit codes" in said
    for command in ("solve", "check", "validate", "show", "map", "generate"):
        assert command in said


@pytest.mark.parametrize("command", ["--help", "solve --help", "map --help"])
def test_help_loads_nothing_heavy(command):
    script = (
        "import sys; sys.argv[0] = 'lotwise'\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'pandas', 'ortools', 'numba', 'matplotlib', 'shapely'} & sys.modules.keys()))"
    )
    assert (
        subprocess.run([sys.executable, "-c", script, *command.split()], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.usefixtures("optimizer")
def test_solve_writes_the_files_and_says_what_they_hold(folder, tmp_path):
    result = lotwise("solve", folder, "--seconds", 3, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    assert "3,220 points" in result.stdout
    assert "0.94\u00a0%" in result.stdout
    assert "3 of 4 lots to 2 of 4 applicants" in result.stdout


@pytest.mark.usefixtures("optimizer")
def test_solve_for_scripts(folder, tmp_path):
    result = lotwise("solve", folder, "--work", 3, "--out", tmp_path / "out", "--json")
    said = json.loads(result.stdout)
    assert said["kind"] == "plan"
    assert said["plan"]["limits"] == {"seconds": None, "seed": 1, "workers": 2, "work": 3}
    assert said["plan"] == json.loads((tmp_path / "out" / "plan.json").read_text())
    assert "3,220 points" in result.stderr


@pytest.mark.usefixtures("optimizer")
def test_a_quiet_solve_says_nothing(folder, tmp_path):
    result = lotwise("solve", folder, "--seconds", 3, "--out", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("kind", ["none_found", "infeasible_proved"])
def test_no_plan_is_code_5(folder, tmp_path, optimizer, kind):
    optimizer(lambda instance, _limits: small_outcome(instance=instance, plan=None, kind=kind))
    result = lotwise("solve", folder, "--seconds", 3, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 5
    assert json.loads(result.stdout)["error"] == kind
    assert not list((tmp_path / "out").iterdir())


def test_an_unexpected_error_asks_to_be_reported(folder, tmp_path, optimizer):
    def fail(_instance, _limits):
        raise RuntimeError("the roof fell in")

    optimizer(fail)
    result = lotwise("solve", folder, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "the roof fell in" in result.stderr
    assert "report" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in lotwise("solve", folder, "--out", tmp_path / "out", "--debug").stderr


def test_what_is_not_there_is_code_2(tmp_path):
    result = lotwise("solve", "no-such-zone", "--out", tmp_path)
    assert result.exit_code == 2
    assert "ait-kamra-168" in result.stderr
    assert lotwise("show", tmp_path).exit_code == 2
    assert lotwise("check", "ait-kamra-168", tmp_path).exit_code == 2


@pytest.mark.parametrize(("language", "word"), [("en", "Fingerprint"), ("fr", "Empreinte"), ("ar", "البصمة")])
def test_validate_sums_up_in_the_language_of_the_user(language, word):
    result = lotwise("validate", "ait-kamra-168", env={"LOTWISE_LANGUAGE": language})
    assert result.exit_code == 0, result.output
    assert "168" in result.stdout
    assert word in result.stdout


def test_validate_lists_every_fault(tmp_path):
    (tmp_path / "bad.json").write_text('{"nonsense": 1}')
    result = lotwise("validate", tmp_path / "bad.json", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["faults"]


def test_show_tells_of_sectors_goals_and_refusals(plan):
    result = lotwise("show", plan, "--all")
    assert result.exit_code == 0, result.output
    for word in ("Bakery", "Marble", "3,220 points", "A3", "A4"):
        assert word in result.stdout


def test_show_tells_why(plan):
    said = json.loads(lotwise("show", plan, "--applicant", "A4", "--json").stdout)
    assert said["applicants"][0]["reason"]["code"] == "score_too_low"
    assert "-Marbre [bold]" in lotwise("show", plan, "--applicant", "A4").stdout
    assert lotwise("show", plan, "--applicant", "A99").exit_code == 2


def test_files_of_two_instances_do_not_go_together(plan):
    document = json.loads((plan / "plan.json").read_text())
    document["instance"]["fingerprint"] = "0" * 64
    (plan / "plan.json").write_text(json.dumps(document))
    assert lotwise("show", plan).exit_code == 4


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"instance": 1'])
def test_a_malformed_plan_is_code_3(plan, text):
    (plan / "plan.json").write_text(text)
    result = lotwise("map", plan)
    assert result.exit_code == 3
    assert "plan.json" in result.stderr


def test_map_draws_both_pictures(plan):
    assert lotwise("map", plan).exit_code == 0
    assert (plan / "map.svg").exists()
    assert (plan / "map.png").exists()
    assert lotwise("map", plan, "--out", plan / "one.svg", "--language", "ar").exit_code == 0
    assert lotwise("map", plan, "--out", plan / "one.pdf").exit_code == 2
    assert lotwise("map", plan, "--zone", "Z9").exit_code == 2


@pytest.mark.parametrize("family", get_args(Family))
def test_generate_makes_the_same_instance_from_the_same_seed(tmp_path, family):
    said = [
        json.loads(lotwise("generate", out, "--lots", 12, "--applicants", 20, "--family", family, "--json").stdout)
        for out in (tmp_path / "folder", tmp_path / "one.json", tmp_path / "packed.zip")
    ]
    assert len({each["fingerprint"] for each in said}) == 1
    checked = json.loads(lotwise("validate", tmp_path / "folder", "--json").stdout)
    assert checked["instance"]["fingerprint"] == said[0]["fingerprint"]


def test_every_family_can_be_asked_for():
    assert set(get_args(Family)) == set(FAMILIES)
    assert lotwise("generate", "nowhere", "--family", "castles").exit_code == 2
