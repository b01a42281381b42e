"""Ctrl-C, with a real process and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from instances.writing import write_instance
from optimizer.export import FILES
from tests.api.stub import DEAF
from tests.outcomes import small_instance

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(tmp_path: Path):
    """Start a `lotwise solve` that searches for a minute unless it is stopped, and wait until it searches."""
    started: list[subprocess.Popen[str]] = []

    def run(seed: int = 1) -> subprocess.Popen[str]:
        write_instance(small_instance(), tmp_path / "small.json")
        command = [sys.executable, "-m", "tests.api.stub", "solve", "small.json", "--seconds", "60", "--json"]
        process = subprocess.Popen(
            [*command, "--seed", str(seed), "--out", str(tmp_path / "out")],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        assert process.stderr is not None
        assert "Reading" in process.stderr.readline()
        time.sleep(1.5)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_keeps_the_best_plan(start, tmp_path, number):
    process = start()
    process.send_signal(number)
    said, told = process.communicate(timeout=30)
    assert process.returncode == 0, told
    assert json.loads(said)["stopped"] is True
    assert "Stopping" in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)


def test_a_second_signal_aborts(start, tmp_path):
    process = start(DEAF)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=10)
    assert process.returncode == 130
    assert said == ""
    assert "nothing was written" in told
    assert not list((tmp_path / "out").iterdir())
