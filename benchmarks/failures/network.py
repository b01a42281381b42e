"""A worker on another host, whose network to the database is cut while it works."""

from __future__ import annotations

import random
import time
from pathlib import Path

from api.store.migrate import migrate
from benchmarks.failures.asking import asking, until_workers
from benchmarks.failures.hosts import HERE, two_hosts
from benchmarks.failures.verdict import Verdict
from tests.api.served import Served, served
from tests.postgres import running

CUTS_SECONDS = (2.0, 8.0, 20.0)
"""Shorter than it takes to be dead, longer, and longer than either end waits for the other."""
BETWEEN_SECONDS = 6.0


def cut(folder: Path, times: int, chance: random.Random) -> Verdict:
    """API, database and a worker on one host, a worker on another; the wire between them is cut `times` times."""
    verdict = Verdict("two hosts, network cut between worker and database")
    with two_hosts() as hosts, running(HERE) as server, served(server.create("hosts"), folder) as processes:
        migrate(processes.url)
        processes.serve("--workers", "0")
        far = [processes.work(), hosts.work_on_second(processes, server.url("hosts", HERE))]
        until_workers(processes.url, 2)
        with asking(processes, verdict):
            for number in range(times):
                time.sleep(chance.uniform(0.5 * BETWEEN_SECONDS, 1.5 * BETWEEN_SECONDS))
                seconds = CUTS_SECONDS[number % len(CUTS_SECONDS)]
                hosts.cut()
                time.sleep(seconds)
                hosts.mend()
                verdict.done[f"cut for {seconds:g} s"] += 1
        if any(each.poll() is not None for each in far):
            verdict.wrong.append("a worker ended")
        verdict.done["attempts on the far host"] += attempts_of(processes, hosts.second)
    return verdict


def attempts_of(processes: Served, host: str) -> int:
    """How many attempts the workers of a host began, as the log says."""
    begun = (line for line in processes.log().splitlines() if '"event": "attempt"' in line)
    return sum(f'"worker": "{host}-' in line for line in begun)
