"""A run that fails is a row of the report, not the end of the benchmark."""

import signal

import pytest

from benchmarks import __main__ as benchmark
from benchmarks.figures import draw_figures
from benchmarks.growth import growth_runs
from benchmarks.report import machine, write_report
from benchmarks.verdict import faults_of

OURS = {
    "instance": "zone", "solver": "lotwise", "budget": 5, "seed": 1, "value": 100_000, "bound": 101_000,
    "values": [[0.5, 90_000], [1.0, 100_000]], "bounds": [[0.7, 101_000]], "breaches": [], "seconds": 4.5, "peak_mb": 9,
}  # fmt: skip
FAILED = {"instance": "zone", "solver": "plain SCIP", "budget": 5, "seed": 1, "fault": "No module named | pyscipopt"}
EMPTY = OURS | {"solver": "plain HiGHS", "value": None, "bound": None, "values": [], "bounds": []}


def test_a_process_that_ends_badly_gives_the_last_thing_that_it_said():
    task = {"instance": "zoned-42", "folders": [], "solver": "nobody", "budget": 1, "seed": 1}
    assert benchmark._measured(task) == {
        "instance": "zoned-42", "solver": "nobody", "budget": 1, "seed": 1, "fault": "KeyError: 'nobody'",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "stderr", "cause"),
    [
        (-signal.SIGKILL, "half a word", "killed by SIGKILL; memory may have run out"),
        (1, "Traceback\n  somewhere\nMemoryError\n", "MemoryError"),
        (3, "", "exit status 3"),
    ],
)
def test_the_cause_is_the_signal_or_the_last_line(status, stderr, cause):
    assert benchmark._cause(status, stderr) == cause


@pytest.mark.parametrize(
    "runs", [[OURS, FAILED, EMPTY], [FAILED], [EMPTY], [OURS]], ids=["all", "failed", "empty", "ours"]
)
def test_report_and_figures_stand_whatever_failed(tmp_path, runs):
    figures = draw_figures(runs, tmp_path)
    write_report(tmp_path / "RESULTS.md", {"machine": machine(), "measurements": runs}, figures, faults_of(runs))
    report = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    rows = [line for line in report.splitlines() if line.startswith("| zone |")]
    assert len(rows) == len(runs)
    assert ("failed: No module named \\| pyscipopt" in report) == (FAILED in runs)
    assert ("no plan" in report) == (EMPTY in runs)
    assert all((tmp_path / name).exists() for _, name in figures)
    assert (OURS in runs) == any(name == "profile.svg" for _, name in figures)


def test_a_failed_run_of_ours_is_a_fault_and_one_of_a_peer_is_not():
    assert faults_of([OURS, FAILED, EMPTY]) == []
    assert len(faults_of([FAILED | {"solver": "lotwise"}])) == 1


def test_growth_leaves_failed_sizes_out():
    sizes = [{"lots": lots, "solver": "lotwise", "budget": 5, "seed": 1} for lots in (42, 84)]
    assert growth_runs([sizes[0] | {"fault": "MemoryError"}, sizes[1]]) == [sizes[1]]


@pytest.mark.parametrize("option", [["--instances", "atlantis"], ["--solvers", "nobody"]])
def test_a_name_that_is_not_known_is_refused_before_anything_runs(monkeypatch, capsys, option):
    monkeypatch.setattr("sys.argv", ["benchmarks", *option])
    with pytest.raises(SystemExit) as ended:
        benchmark.main()
    assert ended.value.code == 2
    assert option[1] in capsys.readouterr().err
