"""Whether a run with --work repeats itself: the same bytes again, and after shuffling everything that has no order.

    python -m benchmarks.repeatable
    python -m benchmarks.repeatable --work 3 --instances open-168 --workers 1 2

Each run is a process of its own, with a hash seed of its own.  Of each instance the files are solved as they are, as
they are once more, and shuffled, with one worker and with two.  Runs of as many workers must give the same plan.json
and certificate.json, byte by byte; between one worker and two only the number of workers, which plan.json states, may
differ.  Instances: the bundled one, and those of the folder that LOTWISE_INSTANCES names, by default shared/instances
beside the checkout.  Prints the first digits of both SHA-256 of each run; exits 1 on a difference.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from benchmarks.registry import FOLDERS
from benchmarks.shuffled import shuffle_folder
from instances.library import path as bundled

INSTANCES = ("ait-kamra-168", "open-168", "plots-316")
BESIDE = Path(__file__).parent.parent.parent / "shared" / "instances"
DIGITS = 16
SOLVE = "from api.cli import main; main()"


def main() -> int:
    given = _parser().parse_args()
    differences = [each for name in given.instances for each in repeated(name, given.work, given.workers, given.seed)]
    for each in differences:
        print(f"DIFFERENCE {each}")
    print(f"{len(given.instances)} instances, {len(differences)} differences")
    return 1 if differences else 0


def repeated(name: str, work: int, workers: list[int], seed: int) -> list[str]:
    """Solve the instance in every way; a sentence for each way that gave something else."""
    differences = []
    answers: dict[str, str] = {}
    source = folder_of(name)
    with tempfile.TemporaryDirectory() as temporary:
        shuffled = Path(temporary) / "shuffled" / name
        shuffle_folder(source, shuffled, seed)
        for count in workers:
            first: tuple[str, str] | None = None
            for turn, (way, folder) in enumerate((("as it is", source), ("again", source), ("shuffled", shuffled))):
                out = Path(temporary) / f"{count}-{turn}"
                seconds = _solve(folder, work, count, seed, out, turn)
                files = _digest(out / "plan.json"), _digest(out / "certificate.json")
                answers[f"{count} workers, {way}"] = _answer(out)
                said = json.loads((out / "plan.json").read_text(encoding="utf-8"))
                print(
                    f"{name}, work {work}, {count} workers, {way}: plan.json {files[0]} certificate.json {files[1]}"
                    f"  value {said['value_millipoints']} bound {said['proof']['bound_millipoints']}  {seconds:.1f} s",
                    flush=True,
                )
                first = first or files
                if files != first:
                    differences.append(f"{name}, {count} workers, {way}: not the files of the first run")
    if len(set(answers.values())) > 1:
        differences.append(f"{name}: the plan or the proof depends on the number of workers")
    return differences


def folder_of(name: str) -> Path:
    """Where the files of the instance are.  Raises SystemExit when they are nowhere."""
    beside = Path(os.environ.get(FOLDERS, BESIDE)) / name
    if (beside / "policy.toml").exists():
        return beside
    if name == "ait-kamra-168":
        return bundled(name)
    raise SystemExit(f"{beside} is no instance: set {FOLDERS} to the folder that holds {name}.")


def _solve(folder: Path, work: int, workers: int, seed: int, out: Path, turn: int) -> float:
    command = [sys.executable, "-c", SOLVE, "solve", str(folder), "--work", str(work), "--workers", str(workers)]
    started = time.monotonic()
    done = subprocess.run(
        [*command, "--seed", str(seed), "--out", str(out), "--quiet"],
        env=os.environ | {"PYTHONHASHSEED": str(turn)}, cwd=Path(__file__).parent.parent,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"lotwise solve {folder} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return time.monotonic() - started


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:DIGITS]


def _answer(out: Path) -> str:
    """Plan and proof without what names the number of workers: the limits, and the hashes that cover them."""
    plan, certificate = (json.loads((out / f"{name}.json").read_bytes()) for name in ("plan", "certificate"))
    del plan["limits"]["workers"], plan["proof"]["certificate_sha256"], certificate["plan_sha256"]
    return sha256(json.dumps([plan, certificate], sort_keys=True).encode()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", nargs="+", default=list(INSTANCES))
    parser.add_argument("--work", type=int, default=2, help="work units of each run")
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
