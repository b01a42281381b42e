"""A PostgreSQL server of the tests' own: on loopback, in a temporary folder, stopped when they end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

DEBIAN = Path("/usr/lib/postgresql")
MISSING = "PostgreSQL is missing: install Debian's package postgresql, then run the tests again."


@dataclass(frozen=True)
class Server:
    """A running server: where its programs, its data and its port are, and where it listens besides loopback."""

    programs: Path
    data: Path
    port: int
    address: str = ""

    def url(self, database: str, address: str = "127.0.0.1") -> str:
        return f"postgresql://lotwise@{address}:{self.port}/{database}"

    def start(self) -> None:
        addresses = ",".join(filter(None, ("127.0.0.1", self.address)))
        settings = f"-c listen_addresses={addresses} -c port={self.port} -c unix_socket_directories={self.data}"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.data / "log"), "-o", settings, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def create(self, database: str, template: str = "template1") -> str:
        self._administer(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._administer(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        url = self.url("postgres").replace("postgresql:", "postgresql+psycopg:")
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root; Debian's package brings a user for it.
        user = "postgres" if os.geteuid() == 0 else None
        command = [str(self.programs / program), *arguments]
        result = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{program}: {result.stdout}{result.stderr}"


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None when PostgreSQL is not installed."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


@contextmanager
def running(address: str = "") -> Iterator[Server]:
    """A fresh server for as long as the context lasts.  Fails with what to install when there is none.

    address: one more to listen on, of a network that nobody else is in; whoever is in it is let in.
    """
    there = programs()
    assert there is not None, MISSING
    with tempfile.TemporaryDirectory(prefix="lotwise-pg-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        server = Server(there, data, _free_port(), address)
        server._run("initdb", "-D", str(data), "-U", "lotwise", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        if address:
            with (data / "pg_hba.conf").open("a") as access:
                access.write(f"host all all {address}/30 trust\n")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
