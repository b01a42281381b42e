"""Two hosts with names and networks of their own, and a wire between them that can be cut.

They are network namespaces of Linux that reach each other and nothing else, nor can anything else reach them; needs the
right to make them.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.api.served import LOTWISE, Served

HERE, THERE = "10.77.0.1", "10.77.0.2"
NEW_NETWORK = 0x40000000


@dataclass(frozen=True)
class Hosts:
    """This process and what it starts are on the first host; the second is reached by name."""

    first: str
    second: str

    def work_on_second(self, processes: Served, url: str) -> subprocess.Popen[bytes]:
        """A worker on the second host, whose store is the first host's; `url` says how it is reached from there."""
        named = ["unshare", "--uts", "sh", "-c", f'hostname {self.second}; exec "$@"', "-"]
        with (processes.folder / "log").open("ab") as log:
            begun = subprocess.Popen(
                ["ip", "netns", "exec", self.second, *named, *LOTWISE, "worker"],
                env=processes.environment | {"LOTWISE_STORE": url},
                cwd=processes.folder,
                stdout=log,
                stderr=log,
            )
        processes.processes.append(begun)
        return begun

    def cut(self) -> None:
        """Cut the wire at the far end: what is sent vanishes, and nobody is told."""
        _ip("-n", self.first, "link", "set", "wire", "down")

    def mend(self) -> None:
        """Join the wire again."""
        _ip("-n", self.first, "link", "set", "wire", "up")


@contextmanager
def two_hosts() -> Iterator[Hosts]:
    """Two hosts; this thread and what it starts are on the first for as long as the context lasts."""
    hosts = Hosts(f"lotwise-a{os.getpid()}", f"lotwise-b{os.getpid()}")
    outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        for each in (hosts.first, hosts.second):
            _ip("netns", "add", each)
            _ip("-n", each, "link", "set", "lo", "up")
        _ip("link", "add", "wire", "netns", hosts.first, "type", "veth", "peer", "name", "wire", "netns", hosts.second)
        for each, address in ((hosts.first, HERE), (hosts.second, THERE)):
            _ip("-n", each, "address", "add", f"{address}/30", "dev", "wire")
            _ip("-n", each, "link", "set", "wire", "up")
        _enter(os.open(Path("/run/netns", hosts.first), os.O_RDONLY))
        yield hosts
    finally:
        _enter(outside)
        for each in (hosts.first, hosts.second):
            subprocess.run(["ip", "netns", "del", each], check=False)


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(namespace)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
