"""The benchmark: lotwise beside its peers, one after another on the same two cores, each run in a process of its own.

    python -m benchmarks                     short: small instances, 10 s each, seed 1, a little growth
    python -m benchmarks --full              every instance at 10, 60 and 600 s, seeds 1 to 3, growth to 16,800 lots
    python -m benchmarks --instances zoned-42 --budgets 10 60 --seeds 1 2
    python -m benchmarks --go-on ...         besides what --out holds already, measured on the same machine and versions

Folders of instances: --folder, or the environment variable LOTWISE_INSTANCES.  Public cases: LOTWISE_PUBLIC_CASES.
Writes measurements.json, after each run, and figures into benchmarks/results and the report into benchmarks/RESULTS.md
(or under --out).
Exits 1 when lotwise was worse than a peer in value, proved a larger gap than a peer claimed, was slower than HiGHS on a
public case that HiGHS closed, took over a second for a labelling; or when a peer's plan failed the audit.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import draw_figures
from benchmarks.kept import Kept, OtherMachine, named_task
from benchmarks.public_cases import FOLDER, WHERE, case_files
from benchmarks.registry import GROWTH, INSTANCES, SMALL, folders
from benchmarks.report import machine, write_report
from benchmarks.solvers import OURS, SOLVERS
from benchmarks.verdict import faults_of

Task = dict[str, Any]
HERE = Path(__file__).parent
FULL_BUDGETS, FULL_SEEDS = (10, 60, 600), (1, 2, 3)
SHORT_GROWTH, SHORT_CASE_SECONDS, FULL_CASE_SECONDS = (42, 84, 168, 336), 20, 900
GRACE_SECONDS = 600
"""After its budget and this much more a run is stopped: nation-16800 alone takes minutes to enumerate."""


def main() -> int:
    parser = _parser()
    given = parser.parse_args()
    budgets = given.budgets or (FULL_BUDGETS if given.full else (10,))
    seeds = given.seeds or (FULL_SEEDS if given.full else (1,))
    named = folders(given.folder)
    chosen = given.instances or [*(INSTANCES if given.full else SMALL), *named]
    for kind, asked, known in (
        ("instance", chosen, [*INSTANCES, *named]),
        ("solver", given.solvers or [], SOLVERS),
    ):
        for stranger in sorted(set(asked) - set(known)):
            parser.error(f"there is no {kind} {stranger!r}; there are {', '.join(known)}")
    growth = given.growth if given.growth is not None else (tuple(GROWTH) if given.full else SHORT_GROWTH)
    seconds = given.case_seconds or (FULL_CASE_SECONDS if given.full else SHORT_CASE_SECONDS)
    tasks = [
        *_solver_tasks(chosen, given.solvers or list(SOLVERS), budgets, seeds, given.folder),
        *({"lots": lots, "solver": OURS, "budget": budgets[0], "seed": 1} for lots in growth),
        *_case_tasks(seconds),
    ]
    results = given.out / "results"
    results.mkdir(parents=True, exist_ok=True)
    try:
        kept = Kept.read(results / "measurements.json", machine(), given.go_on)
    except OtherMachine as error:
        parser.error(str(error))
    missing = [task for task in tasks if not kept.has(task)]
    for number, task in enumerate(missing, start=1):
        run = _measured(task)
        kept.add(run)
        print(f"[{number}/{len(missing)}] {_line(run)}", flush=True)
    document, measured = kept.document, kept.runs
    faults = faults_of(measured)
    figures = draw_figures(measured, results)
    write_report(given.out / "RESULTS.md", document, figures, faults)
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(measured)} runs, {len(faults)} faults; report: {given.out / 'RESULTS.md'}")
    return 1 if faults else 0


def _solver_tasks(
    instances: list[str], solvers: list[str], budgets: tuple[int, ...], seeds: tuple[int, ...], given: list[Path]
) -> Iterator[Task]:
    for instance in instances:
        for budget in budgets:
            for seed in seeds:
                for solver in solvers:
                    if solver == "score order" and (budget, seed) != (budgets[0], seeds[0]):
                        continue  # takes no budget and draws nothing
                    where = [str(path) for path in given]
                    yield {"instance": instance, "folders": where, "solver": solver, "budget": budget, "seed": seed}


def _case_tasks(seconds: int) -> Iterator[Task]:
    folder = os.environ.get(FOLDER)
    if not folder:
        print(f"public cases left out: {FOLDER} names no folder.\n{WHERE}")
        return
    for path in case_files(Path(folder)):
        for solver in (OURS, "plain HiGHS"):
            yield {"case": str(path), "solver": solver, "budget": seconds, "seed": 1}


def _measured(task: Task) -> Task:
    """What one run found, or the fault that stopped it."""
    command = [sys.executable, "-m", "benchmarks.single", json.dumps(task)]
    named = named_task(task)
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=task["budget"] + GRACE_SECONDS,
            cwd=HERE.parent,
        )
    except subprocess.TimeoutExpired:
        return {**named, "fault": f"stopped {GRACE_SECONDS} s after its budget"}
    said = [line for line in ended.stdout.splitlines() if line.startswith("RESULT ")]
    if ended.returncode or not said:
        return {**named, "fault": _cause(ended.returncode, ended.stderr)}
    return {**json.loads(said[-1].removeprefix("RESULT ")), **named}


def _cause(status: int, stderr: str) -> str:
    """Why a process ended without a result: the signal that killed it, or the last line that it said."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}; memory may have run out"
    return (stderr.strip().splitlines() or [f"exit status {status}"])[-1][:200]


def _line(run: Task) -> str:
    what = run.get("instance") or run.get("case") or f"{run['lots']} lots"
    said = run.get("fault") or f"value {run['value']} bound {run['bound']} in {run['seconds']} s, {run['peak_mb']} MB"
    return f"{what}, {run['solver']}, {run['budget']} s, seed {run['seed']}: {said}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="every instance, budget and seed: about two days")
    parser.add_argument("--instances", nargs="+", help=f"of {', '.join(INSTANCES)}")
    parser.add_argument("--solvers", nargs="+", help=f"of {', '.join(SOLVERS)}")
    parser.add_argument("--budgets", nargs="+", type=int, help="seconds of each run")
    parser.add_argument("--seeds", nargs="+", type=int)
    parser.add_argument("--growth", nargs="*", type=int, choices=list(GROWTH), metavar="LOTS")
    parser.add_argument("--case-seconds", type=int, help="limit of each solver on each public case")
    parser.add_argument(
        "--folder", nargs="+", type=Path, default=[], help="instance folders besides the registered ones"
    )
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--go-on", action="store_true", help="keep what --out holds, and measure only what is missing")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
