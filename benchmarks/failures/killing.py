"""Ending, pausing and finding processes, without asking them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.postgres import Server

RELEASE_SECONDS = 20.0


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, as a machine does that loses its power."""
    process.kill()
    process.wait()


def children(pid: int) -> list[int]:
    """The processes that it started and that live."""
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def solvers(workers: list[subprocess.Popen[bytes]]) -> list[int]:
    """What the workers started, from whichever of their threads."""
    found = []
    for worker in workers:
        for tasks in Path(f"/proc/{worker.pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(each) for each in tasks.read_text().split()]
    return found


def kill(pid: int) -> None:
    """Kill a process that may be gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def chief(server: Server) -> int:
    """The main process of the database."""
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill_database(server: Server) -> None:
    """Kill the main process of the database, and start it again once its backends have ended too."""
    main = chief(server)
    backends = children(main)
    kill(main)
    deadline = time.monotonic() + RELEASE_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in (main, *backends)) and time.monotonic() < deadline:
        time.sleep(0.05)
    while True:
        try:
            server.start()
            return
        except AssertionError:
            # A backend that came last may still hold the memory that all of them share.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def pause_database(server: Server, seconds: float) -> None:
    """Stop every process of the database for a while: nobody is told anything, connections stay open."""
    main = chief(server)
    paused = [main, *children(main)]
    for pid in paused:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in paused:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
