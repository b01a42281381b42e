"""The service in processes of its own, as it is run for real: served, worked on, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from api.store import audit, principals
from api.store.engine import open_engine

LOTWISE = [sys.executable, "-m", "api.cli"]
START_SECONDS = 40
LIMITS: dict[str, str] = {}
"""Settings of the service besides store and port."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """Processes on one store; all of them are stopped in the end."""

    url: str
    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LOTWISE_")}
        return (
            plain
            | {"LOTWISE_STORE": self.url, "LOTWISE_PORT": str(self.port), "LOTWISE_DEAD_AFTER_SECONDS": "4"}
            | LIMITS
        )

    def serve(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = self.begin("serve", *arguments)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)
        return process

    def work(self) -> subprocess.Popen[bytes]:
        return self.begin("worker")

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def key(self, *roles: str) -> str:
        """What `lotwise key` does, without starting a process for it."""
        name = f"test {time.time_ns()}"
        engine = open_engine(self.url)
        with engine.begin() as connection:
            made = principals.add(connection, "machine", name, roles)
            key_id, secret = principals.issue_key(connection, made.id, None)
            audit.write(connection, made.id, "machine.add", made.id, {"name": name, "key": key_id})
        engine.dispose()
        return secret

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(30)

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*LOTWISE, *arguments], env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process


@contextmanager
def served(url: str, folder: Path) -> Iterator[Served]:
    """Nothing runs yet: call `serve` or `work`."""
    running = Served(url, folder)
    try:
        yield running
    finally:
        running.stop()
