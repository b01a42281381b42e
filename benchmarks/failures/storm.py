"""kill -9 of every process of the service and of its database at random moments, again and again."""

from __future__ import annotations

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
LEAST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 1.6
SOLVER_SECONDS = 5.0
"""How long a solver is waited for before its turn passes to the next victim."""


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
            self.api = self.processes._begin("serve", "--workers", "0")
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(self.processes.work())

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
            self.server.start()
        return True


def storm(folder: Path, times: int, chance: random.Random) -> Verdict:
    """One API and two workers on PostgreSQL; each kind of process is killed `times` times, in random order."""
    verdict = Verdict("kill -9 at random moments: API, two workers, PostgreSQL")
    order = list(VICTIMS) * times
    chance.shuffle(order)
    with running() as server, served(server.create("storm"), folder) as processes:
        migrate(processes.url)
        processes.serve("--workers", "0").kill()
        crew = Crew(processes, server)
        crew.revive()
        with asking(processes, verdict):
            for victim in order:
                time.sleep(chance.uniform(LEAST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS))
                crew.revive()
                verdict.done[victim if crew.kill(victim, chance) else "no solver to kill"] += 1
                # Starting a database may take longer than the pause; the others start meanwhile.
                crew.revive()
    return verdict
