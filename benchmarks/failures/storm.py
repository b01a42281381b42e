"""kill -9 of every process of the service and of its database at random moments, again and again."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from api.store.migrate import migrate
from benchmarks.failures.asking import asking
from benchmarks.failures.killing import chief, children, end, kill, kill_database, solvers
from benchmarks.failures.verdict import Verdict
from tests.api.served import Served, served
from tests.postgres import Server, running

VICTIMS = ("API", "worker", "solver", "PostgreSQL", "PostgreSQL backend")
PAUSE_SECONDS, READY_SECONDS = 3.0, 12.0
"""A kill comes up to so long after the API is ready again, and after at most so long when it is not."""
SOLVER_SECONDS = 6.0
"""How long a solver is waited for before its turn passes to the next victim."""
MOST_SECONDS = float(os.environ.get("STORM_SECONDS", "780"))
"""Killing stops then, so that all of it ends within a quarter of an hour."""


@dataclass
class Crew:
    """The API and two workers; whoever is found dead is started again."""

    processes: Served
    server: Server
    api: Popen[bytes] | None = None
    workers: list[Popen[bytes]] = field(default_factory=list)

    def revive(self) -> None:
        """Start again what has ended; nobody waits until it is ready, so that it may be killed while it starts."""
        if self.api is None or self.api.poll() is not None:
            self.api = self.processes.begin("serve", "--workers", "0")
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(self.processes.work())

    def wait(self, chance: random.Random) -> None:
        """Mostly until there is work to disturb, and sometimes not: who is starting may be killed too."""
        until = time.monotonic() + READY_SECONDS * (chance.random() < 0.75)
        while time.monotonic() < until and not self.processes.is_ready():
            time.sleep(0.1)
        time.sleep(chance.uniform(0.0, PAUSE_SECONDS))

    def kill(self, victim: str, chance: random.Random) -> bool:
        """Whether there was such a process to kill."""
        if victim == "API":
            assert self.api is not None, "revived before"
            end(self.api)
        elif victim == "worker":
            end(chance.choice(self.workers))
        elif victim == "solver":
            deadline = time.monotonic() + SOLVER_SECONDS
            while not (found := solvers(self.workers)):
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
            kill(chance.choice(found))
        elif victim == "PostgreSQL backend":
            found = children(chief(self.server))
            kill(chance.choice(found))
            time.sleep(0.3)
        else:
            kill_database(self.server)
        return True


def storm(folder: Path, times: int, chance: random.Random) -> Verdict:
    """One API and two workers on PostgreSQL; each kind of process is killed `times` times, in random order.

    Ends earlier after MOST_SECONDS; the row says how many were killed.
    """
    verdict = Verdict("kill -9 at random moments: API, two workers, PostgreSQL")
    order = [victim for _ in range(times) for victim in chance.sample(VICTIMS, len(VICTIMS))]
    with running() as server, served(server.create("storm"), folder) as processes:
        migrate(processes.url)
        processes.serve("--workers", "0").kill()
        crew = Crew(processes, server)
        crew.revive()
        with asking(processes, verdict):
            until = time.monotonic() + MOST_SECONDS
            for victim in order:
                if time.monotonic() > until:
                    break
                crew.wait(chance)
                crew.revive()
                verdict.done[victim if crew.kill(victim, chance) else "no solver to kill"] += 1
                # Starting a database may take longer than the pause; the others start meanwhile.
                crew.revive()
    return verdict
