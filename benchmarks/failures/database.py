"""A PostgreSQL that restarts, stands still, or takes no changes, under an API and two workers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from api.store.engine import open_engine
from api.store.migrate import migrate
from benchmarks.failures.asking import asking, until_workers
from benchmarks.failures.killing import pause_database
from benchmarks.failures.verdict import Verdict
from tests.api.served import served
from tests.postgres import Server, running

PAUSE_SECONDS = 12.0
"""Longer than it takes to be dead, and than a network may be silent."""
READ_ONLY_SECONDS = 4.0
BETWEEN_SECONDS = 4.0

Break = Callable[[Server, random.Random], str]


def restarted(folder: Path, times: int, chance: random.Random) -> Verdict:
    """The server is stopped hard or in order, and started again after up to two seconds."""
    return _broken("PostgreSQL restarted", folder, times, chance, _restart)


def paused(folder: Path, times: int, chance: random.Random) -> Verdict:
    """Every process of the server is stopped (SIGSTOP) for longer than it takes to be taken for dead."""
    return _broken(f"PostgreSQL stands still for {PAUSE_SECONDS:g} s", folder, times, chance, _pause)


def read_only(folder: Path, times: int, chance: random.Random) -> Verdict:
    """The database refuses changes for a while, as a copy does after a failover."""
    return _broken("PostgreSQL takes no changes", folder, times, chance, _close)


def _broken(name: str, folder: Path, times: int, chance: random.Random, breaks: Break) -> Verdict:
    verdict = Verdict(name)
    with running() as server, served(server.create("broken"), folder) as processes:
        migrate(processes.url)
        processes.serve("--workers", "0")
        for _ in range(2):
            processes.work()
        until_workers(processes.url, 2)
        with asking(processes, verdict):
            for _ in range(times):
                time.sleep(chance.uniform(0.5 * BETWEEN_SECONDS, 1.5 * BETWEEN_SECONDS))
                verdict.done[breaks(server, chance)] += 1
        ended = [each for each in processes.processes if each.poll() is not None]
        if ended:
            verdict.wrong.append(f"{len(ended)} processes ended")
    return verdict


def _restart(server: Server, chance: random.Random) -> str:
    mode = chance.choice(("immediate", "fast"))
    server.stop(mode)
    time.sleep(chance.uniform(0.0, 2.0))
    server.start()
    return f"stopped {mode}"


def _pause(server: Server, chance: random.Random) -> str:
    pause_database(server, PAUSE_SECONDS)
    return "SIGSTOP and SIGCONT"


def _close(server: Server, chance: random.Random) -> str:
    _administer(server, "ALTER DATABASE broken SET default_transaction_read_only = on")
    time.sleep(READ_ONLY_SECONDS)
    _administer(server, "ALTER DATABASE broken RESET default_transaction_read_only")
    return f"read-only for {READ_ONLY_SECONDS:g} s"


def _administer(server: Server, statement: str) -> None:
    """Change the database, and let every session begin anew so that it counts."""
    engine = open_engine(server.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'broken'")
        ).all()
    engine.dispose()
