"""The solver process with an optimizer that only talks to zone jobs: what the run is to do stands in `stage`.

In the place of `python -m api.child`; what runs see is written into the folder in which it is started.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any

from instances.instance import Instance
from optimizer.outcome import Limits, Outcome
from optimizer.zone_jobs import ZoneJobs
from tests.outcomes import small_outcome

SEEN, ZONES, MUST_DIE = Path("seen"), Path("zones"), Path("must_die")
MEGABYTES = 5
PATIENCE_SECONDS = 60


class ZoneSolver:
    """Answers with whose process it is, how often it was asked, and what; dies of b"die"."""

    def __init__(self) -> None:
        self.asked = 0
        with ZONES.open("a") as stream:
            print(os.getpid(), file=stream, flush=True)

    def answer(self, message: bytes) -> bytes:
        if message == b"die":
            os._exit(9)
        self.asked += 1
        return f"{os.getppid()}:{self.asked}:".encode() + message


def solve(instance: Instance, limits: Limits, *, stop: threading.Event, zone_jobs: ZoneJobs, **_: object) -> Outcome:
    """Do what the seed's stage says, note what was seen, and end with the plan written by hand."""
    seen: dict[str, Any] = {"pid": os.getpid(), "seed": limits.seed}
    STAGES[limits.seed](zone_jobs, stop, seen)
    note(seen)
    return small_outcome(instance=instance, limits=limits)


def note(seen: dict[str, Any]) -> None:
    with SEEN.open("a") as stream:
        print(json.dumps(seen), file=stream, flush=True)


def come(zone_jobs: ZoneJobs, count: int, stop: threading.Event) -> list[int]:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(zone_jobs.at_work()) < count and time.monotonic() < until and not stop.is_set():
        time.sleep(0.02)
    return list(zone_jobs.at_work())


def talk(zone_jobs: ZoneJobs, stop: threading.Event, seen: dict[str, Any]) -> None:
    """Three jobs answer two long messages and two short ones each."""
    zone_jobs.begin(3)
    zone_jobs.begin(3)
    seen["jobs"] = come(zone_jobs, 3, stop)
    asked = [bytes([65 + number]) * (MEGABYTES * 2**20 if number % 2 else 9) for number in range(4)]
    for body in asked:
        for job in seen["jobs"]:
            zone_jobs.ask(job, body)
    came: dict[int, list[list[bytes]]] = {job: [] for job in seen["jobs"]}
    until = time.monotonic() + PATIENCE_SECONDS
    while sum(map(len, came.values())) < 4 * len(came) and time.monotonic() < until:
        for job, answer in zone_jobs.answers(5):
            came[job].append(answer.split(b":", 2))
    seen["parents"] = [int(answers[0][0]) for answers in came.values()]
    seen["are_in_order"] = all(
        [answer[1] for answer in answers] == [b"1", b"2", b"3", b"4"] for answers in came.values()
    )
    seen["are_whole"] = all([answer[2] for answer in answers] == asked for answers in came.values())
    zone_jobs.end()
    zone_jobs.end()
    seen["after_end"] = list(zone_jobs.at_work())


def lose(zone_jobs: ZoneJobs, stop: threading.Event, seen: dict[str, Any]) -> None:
    """One job comes, is given something to do, and is lost however it comes to that."""
    zone_jobs.begin(1)
    seen["jobs"] = come(zone_jobs, 1, stop)
    for job in seen["jobs"]:
        zone_jobs.ask(job, b"die" if MUST_DIE.exists() else b"once")
    note({"asked": seen["jobs"]})
    until = time.monotonic() + PATIENCE_SECONDS
    seen["answers"] = 0
    while zone_jobs.at_work() and time.monotonic() < until:
        seen["answers"] += len(zone_jobs.answers(5))
    seen["left"] = list(zone_jobs.at_work())


def wait(zone_jobs: ZoneJobs, stop: threading.Event, seen: dict[str, Any]) -> None:
    """One job comes, and nothing more happens until the run is stopped."""
    zone_jobs.begin(1)
    note({"waits_with": come(zone_jobs, 1, stop)})
    stop.wait(PATIENCE_SECONDS)


def alone(zone_jobs: ZoneJobs, stop: threading.Event, seen: dict[str, Any]) -> None:
    """More are asked for than there may be, and none comes."""
    zone_jobs.begin(100)
    seen["answers"] = len(zone_jobs.answers(1.5))
    seen["jobs"] = list(zone_jobs.at_work())


TALK, LOSE, WAIT, ALONE = 1, 2, 3, 4
STAGES = {TALK: talk, LOSE: lose, WAIT: wait, ALONE: alone}


def main() -> None:
    for name, part in (("optimizer.solve", solve), ("optimizer.search.zone_solver", ZoneSolver)):
        module = types.ModuleType(name)
        setattr(module, part.__name__, part)
        sys.modules[name] = module
    from api.child import main

    main()


if __name__ == "__main__":
    main()
