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
from tests.outcomes import small_instance

ROOT = Path(__file__).parents[2]


@pytest.fixture
def running(tmp_path: Path):
    """A `lotwise solve` that searches for a minute unless it is stopped."""
    write_instance(small_instance(), tmp_path / "small.json")
    command = [
        sys.executable,
        "-m",
        "tests.api.stub",
        "solve",
        str(tmp_path / "small.json"),
        "--seconds",
        "60",
        "--json",
    ]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    assert "Reading" in process.stderr.readline()
    time.sleep(1.0)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_keeps_the_best_plan(running, tmp_path, number):
    running.send_signal(number)
    said, told = running.communicate(timeout=30)
    assert running.returncode == 0, told
    assert json.loads(said)["stopped"] is True
    assert "Stopping" in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
