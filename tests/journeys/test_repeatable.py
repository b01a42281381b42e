"""Under --work the same instance gives the same files, byte by byte: again, in another order, in another process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.shuffled import shuffle_folder
from instances.generate import generate
from instances.reading import read_instance
from instances.writing import write_instance
from optimizer.export import FILES, save
from optimizer.outcome import Limits
from optimizer.solve import solve

ROOT = Path(__file__).parents[2]
SOLVE = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from api.cli import main; main()"


@pytest.fixture
def folder(tmp_path):
    """An instance whose gap stays open, so that no step of a run is left out."""
    write_instance(generate(lots=18, applicants=45, seed=1, family="open"), tmp_path / "zone")
    return tmp_path / "zone"


def files(folder, workers=2):
    outcome = solve(read_instance(folder), Limits(None, work=1, workers=workers))
    out = folder.parent / f"out-{workers}"
    save(outcome, out)
    return {name: (out / name).read_bytes() for name in FILES}


def answer(found):
    """Plan and certificate but for the number of workers, and the hashes that cover it."""
    plan, certificate = (json.loads(found[f"{name}.json"]) for name in ("plan", "certificate"))
    del plan["limits"]["workers"], plan["proof"]["certificate_sha256"], certificate["plan_sha256"]
    return plan, certificate


def test_every_file_is_the_same_again_and_after_shuffling(folder, tmp_path):
    first = files(folder)
    plan = json.loads(first["plan.json"])
    assert plan["proof"]["bound_millipoints"] > plan["value_millipoints"] > 0
    assert files(folder) == first
    shuffled = tmp_path / "shuffled" / "zone"
    shuffle_folder(folder, shuffled, seed=1)
    assert (shuffled / "applicants.csv").read_bytes() != (folder / "applicants.csv").read_bytes()
    assert files(shuffled) == first
    assert answer(files(shuffled, workers=1)) == answer(first)
    command = [sys.executable, "-c", SOLVE, "solve", str(shuffled), "--work", "1", "--out", "out", "--quiet"]
    subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONHASHSEED": "7"}, check=True)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == first
