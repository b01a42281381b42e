"""A client that keeps asking for runs while things break, and remembers every promise."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import sqlalchemy as sa

from api.client import Client, Refusal, Unreachable
from api.store import workers
from api.store.tables import runs
from benchmarks.failures.verdict import GIVEN_UP, Verdict, judge_runs, reading
from instances.generate import generate
from instances.writing import document
from tests.api.served import Served

OPEN_MOST = 6
"""So many promised runs may be open at once: what breaks shall find work under way, and no endless queue."""
DRAIN_SECONDS = 240.0
SHORT, LONG = {"work": 1, "workers": 1}, {"seconds": 3, "workers": 1}


@contextmanager
def asking(processes: Served, verdict: Verdict) -> Iterator[list[str]]:
    """The promises, which grow while the context lasts; in the end all of them are waited for and judged."""
    stopping, promised = threading.Event(), list[str]()
    thread = threading.Thread(target=_ask, args=(processes, stopping, promised, verdict), daemon=True)
    thread.start()
    try:
        yield promised
    finally:
        stopping.set()
        thread.join()
    drain(processes.url, promised)
    judge_runs(processes.url, promised, verdict)


def drain(url: str, promised: list[str]) -> None:
    """Wait until what was promised has ended."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(sa.exc.OperationalError):
            if not open_runs(url, promised):
                return
        time.sleep(0.5)


def until_workers(url: str, count: int) -> None:
    """Wait until so many workers say that they live."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        with reading(url) as connection:
            if len(workers.seen(connection)) >= count:
                return
        time.sleep(0.2)
    raise TimeoutError(f"{count} workers did not start")


def open_runs(url: str, promised: list[str]) -> set[str]:
    """Those of the promised runs that have not ended."""
    with reading(url) as connection:
        ended = set(connection.execute(sa.select(runs.c.id).where(runs.c.ended_at.is_not(None))).scalars())
    return set(promised) - ended


def _ask(processes: Served, stopping: threading.Event, promised: list[str], verdict: Verdict) -> None:
    with Client(processes.address, processes.key("committee")) as client:
        for seed in count(1):
            while not stopping.is_set() and _is_full(processes.url, promised):
                stopping.wait(0.5)
            if stopping.is_set():
                return
            size = {"lots": 60, "applicants": 150} if seed % 3 == 0 else {"lots": 20, "applicants": 40}
            zone = document(generate(**size, seed=seed, family="open"))
            try:
                promised.append(client.allocate(zone, **(LONG if seed % 3 == 0 else SHORT)).id)
            except (Refusal, Unreachable):
                verdict.done[GIVEN_UP] += 1
            stopping.wait(0.5)


def _is_full(url: str, promised: list[str]) -> bool:
    try:
        return len(open_runs(url, promised)) >= OPEN_MOST
    except sa.exc.OperationalError:
        return False


def posted(processes: Served, key: str, seed: int) -> tuple[int, str]:
    """Send a new instance once; status and id."""
    body = json.dumps(document(generate(lots=20, applicants=40, seed=seed, family="open")), default=float).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{processes.address}/v1/instances", body, headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, json.loads(answer.read())["id"]
    except urllib.error.HTTPError as refused:
        return refused.code, ""
