"""From a folder to a checked plan, with the real optimizer in real processes."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from instances.generate import generate
from instances.writing import write_instance
from optimizer.export import FILES
from tests.outcomes import small_instance

SOLVERS = {"ortools", "numba", "highspy", "scipy"}
RUN = "from api.cli import main; main()"


def lotwise(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def typed(*arguments: object):
    """The same in this process, where nothing hangs on a process of its own."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small.json and the plan that the optimizer found for it, in out/."""
    folder = tmp_path_factory.mktemp("journey")
    write_instance(small_instance(), folder / "small.json")
    done = lotwise("solve", "small.json", "--seconds", 5, "--out", "out", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_small_plan_is_proved_best(solved):
    document = json.loads((solved / "out" / "plan.json").read_text())
    assert document["assignments"] == {"A1": ["L1", "L2"], "A2": ["L3"]}
    assert document["value_millipoints"] == 3_220_000
    assert document["proof"]["gap"] == 0
    assert document["unique"] is True


def test_check_agrees_without_any_solver(solved):
    script = (
        "import sys\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        f"loaded = {SOLVERS!r} & sys.modules.keys()\n"
        "sys.exit(f'loaded {loaded}' if loaded else code)"
    )
    command = [sys.executable, "-c", script, "check", "small.json", "out"]
    done = subprocess.run(command, cwd=solved, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value_millipoints", 3_220_001),
        ("assignments", {"A1": ["L1"], "A2": ["L3"]}),
        ("assignments", {"A1": ["L1", "L2"], "A4": ["L3"]}),
        ("proof", {"bound_millipoints": 3_219_000, "gap": 0, "certificate_sha256": "0" * 64}),
    ],
)
def test_check_disagrees_with_a_plan_that_was_touched(solved, tmp_path, key, value):
    for name in FILES:
        (tmp_path / name).write_bytes((solved / "out" / name).read_bytes())
    document = json.loads((tmp_path / "plan.json").read_text()) | {key: value}
    (tmp_path / "plan.json").write_text(json.dumps(document))
    done = typed("check", solved / "small.json", tmp_path)
    assert done.exit_code == 4, done.output


def test_check_speaks_the_language_and_knows_every_line(solved):
    from api.cli.check import LABELS
    from api.cli.phrases import say
    from optimizer.check import check_folder

    labels = {line.label for line in check_folder(solved / "small.json", solved / "out").lines}
    assert labels <= LABELS.keys()
    assert all(say(LABELS[label], "en") == label for label in labels)
    done = typed("check", solved / "small.json", solved / "out", "--language", "ar")
    assert "البصمة" in done.stdout or "بصمة" in done.stdout


def test_show_and_map_need_only_the_folder_of_the_plan(solved, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes((solved / "out" / name).read_bytes())
    shown = typed("show", tmp_path, "--all", "--language", "fr")
    assert "Boulangerie" in shown.stdout, shown.stderr
    assert typed("map", tmp_path).exit_code == 0
    assert (tmp_path / "map.png").stat().st_size > 10_000


def test_an_interrupted_run_leaves_a_plan_that_checks(tmp_path):
    write_instance(generate(lots=60, applicants=150, seed=4, family="open"), tmp_path / "open.json")
    command = [sys.executable, "-c", RUN, "solve", "open.json", "--seconds", "90", "--out", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        told = next(line for line in process.stdout if re.search(r"value [\d,.]+ +bound [\d,.]+", line))
        process.send_signal(signal.SIGINT)
        told += process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert process.returncode == 0, told
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    assert typed("check", tmp_path / "open.json", tmp_path / "out").exit_code == 0
