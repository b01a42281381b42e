"""Clocks that jump, of a worker and of the database, by hours and days, forwards and backwards.

Needs Debian's package libfaketime, which moves the clock of one process and leaves the machine's alone; without it the
line is left out.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.store.migrate import migrate
from benchmarks.failures.asking import asking, until_workers
from benchmarks.failures.verdict import Verdict
from tests.api.served import served
from tests.postgres import running

LIBRARIES = (os.environ.get("FAKETIME_LIBRARY", ""), *map(str, Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")))
JUMPS_SECONDS = (3_600, -3_600, 3 * 86_400, -3 * 86_400, 0)
BETWEEN_SECONDS = 5.0


def jumping(folder: Path, times: int, chance: random.Random) -> Verdict:
    """One of two workers, and then the database, live by a clock that jumps."""
    library = next((each for each in LIBRARIES if each and Path(each).exists()), None)
    verdict = Verdict("clocks jump by an hour or three days: a worker's, the database's")
    if library is None:
        verdict.done["not run: libfaketime is missing"] += 1
        return verdict
    clocks = {name: folder / f"clock of the {name}" for name in ("worker", "database")}
    for clock in clocks.values():
        clock.write_text("+0")
        clock.chmod(0o644)
    folder.chmod(0o755)
    with running() as server, served(server.create("clocks"), folder) as processes:
        migrate(processes.url)
        processes.serve("--workers", "0")
        processes.work()
        server.stop()
        with moved(library, clocks["database"]):
            server.start()
        with moved(library, clocks["worker"]):
            processes.work()
        until_workers(processes.url, 2)
        with asking(processes, verdict):
            for number in range(times):
                time.sleep(chance.uniform(0.5 * BETWEEN_SECONDS, 1.5 * BETWEEN_SECONDS))
                whose, jump = chance.choice(tuple(clocks)), JUMPS_SECONDS[number % len(JUMPS_SECONDS)]
                clocks[whose].write_text(f"{jump:+d}")
                verdict.done[f"of the {whose}"] += 1
        if any(each.poll() is not None for each in processes.processes):
            verdict.wrong.append("a process ended")
        # Nobody died: whoever takes over believes a clock.
        if "takeover" in processes.log():
            verdict.wrong.append("a living worker was taken for dead")
    return verdict


@contextmanager
def moved(library: str, clock: Path) -> Iterator[None]:
    """What is started meanwhile lives by the clock in the file: seconds by which it is off."""
    given = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
