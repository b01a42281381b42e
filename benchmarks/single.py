"""One measurement, in a process of its own: prints one JSON document.

    python -m benchmarks.single '{"instance": "zoned-42", "folders": [], "solver": "lotwise", "budget": 10, "seed": 1}'

With "lots" in place of "instance" it measures growth; with "case", a file, a public case.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from instances.instance import Instance
from optimizer.audit import audit

WORKERS = 2
MEMORY_SHARE = 0.85
"""A process that asks for more of the machine's memory is refused it, instead of bringing the whole benchmark down."""


class Trace:
    """Best value and bound over time, a point for each that is better than the last."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.values: list[tuple[float, float]] = []
        self.bounds: list[tuple[float, float]] = []

    def record(self, value: float | None, bound: float | None) -> None:
        now = round(time.monotonic() - self._started, 3)
        if value is not None and (not self.values or value > self.values[-1][1]):
            self.values.append((now, value))
        if bound is not None and (not self.bounds or bound < self.bounds[-1][1]):
            self.bounds.append((now, bound))

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._started, 3)


def measure_solver(task: dict[str, Any]) -> dict[str, Any]:
    """A solver on an instance; what it returns is audited."""
    from benchmarks.registry import INSTANCES, folders, growth_instance
    from benchmarks.solvers import SOLVERS

    if "lots" in task:
        instance: Instance = growth_instance(task["lots"])
    else:
        known = INSTANCES | folders([Path(each) for each in task["folders"]])
        instance = known[task["instance"]]()
    trace = Trace()
    plan, bound = SOLVERS[task["solver"]](instance, task["budget"], WORKERS, task["seed"], trace.record)
    seconds = trace.seconds
    counted = None if plan is None else audit(instance, plan)
    return {
        "seconds": seconds,
        "value": counted.value_millipoints if counted is not None and counted.is_feasible else None,
        "breaches": [] if counted is None else [breach.says for breach in counted.breaches],
        "bound": bound,
        "values": trace.values,
        "bounds": trace.bounds,
        "lots": len(instance.lots),
        "applicants": len(instance.applicants),
    }


def measure_case(task: dict[str, Any]) -> dict[str, Any]:
    """lotwise or a peer on a public case; compiled code is loaded from its cache before the clock starts."""
    from benchmarks.peers import PEERS
    from benchmarks.public_cases import read_case
    from optimizer.closure.maximise import maximise_program

    started = time.monotonic()
    case = read_case(Path(task["case"]))
    reading = round(time.monotonic() - started, 3)
    if task["solver"] == "lotwise":
        _warm()
        started = time.monotonic()
        closed = maximise_program(case.program, task["budget"], task["seed"])
        seconds = round(time.monotonic() - started, 3)
        value, bound = (None, None) if closed is None else (closed.value, float(closed.bound))
    else:
        started = time.monotonic()
        chosen, bound = PEERS[task["solver"]](case.program, task["budget"], WORKERS, task["seed"], lambda _, __: None)
        seconds = round(time.monotonic() - started, 3)
        is_point = chosen is not None and not case.program.violated(chosen)
        value = case.program.value(chosen) if chosen is not None and is_point else None
    return {
        "kind": case.kind,
        "seconds": seconds,
        "reading": reading,
        "value": None if value is None else value + case.constant,
        "bound": None if bound is None else bound + case.constant,
        "optimum": case.optimum,
    }


def _warm() -> None:
    """Make the compiled code of closures ready."""
    from benchmarks.public_cases import read_auction, read_labelling
    from optimizer.closure.maximise import maximise_program

    bids = "\n".join(
        f"{number} {10 + number % 3} {number % 5} {5 + number % 7} {12 + number % 3} #" for number in range(30)
    )
    maximise_program(read_auction(bids)[0], 10.0)
    maximise_program(read_labelling("MARKOV 3 2 2 2 3 2 0 1 2 0 2 2 1 2" + " 4 1 2 2 1.5" * 3)[0], 10.0)


def main() -> None:
    task = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:WORKERS])
    most = int(MEMORY_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    result = measure_case(task) if "case" in task else measure_solver(task)
    mine, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print("RESULT " + json.dumps({**task, **result, "peak_mb": round(max(mine, children) / 1024)}))


if __name__ == "__main__":
    main()
