"""The service's speeds on this machine: a large batch, reading a plan, the first plan of a run, memory.

    python -m benchmarks.service [--store postgresql://…] [--clients 50] [--seconds 10]

Starts a service of its own on loopback, on SQLite in a temporary folder unless a store is named, and asks it through
real connections.  Prints each figure beside its limit and exits 1 when one is over.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from api.client import Client
from benchmarks.reads import timed_reads
from instances.generate import generate
from instances.library import path as path_of
from instances.tables import applicants_items
from tests.api.served import Served, served

BATCH = 5000
LIMITS = {
    "batch of 5,000, s": 2.0,
    "plan p50, ms": 15.0,
    "plan p99, ms": 60.0,
    "first plan event, s": 3.0,
    "API memory, MB": 300.0,
}
THINK_SECONDS = 0.1
"""Between two requests of one client: 50 of them ask some 450 times a second."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.store or f"sqlite:///{folder}/store.sqlite"
        with served(url, Path(folder)) as service:
            process = service.serve()
            found = measure(service, options.clients, options.seconds)
            found["API memory, MB"] = resident_mb(process.pid)
    is_over = False
    for name, figure in found.items():
        limit = LIMITS.get(name)
        over = limit is not None and figure > limit
        is_over |= over
        print(f"{name:34}{figure:10.1f}" + (f"   limit {limit:g}{'   OVER' if over else ''}" if limit else ""))
    sys.exit(is_over)


def measure(service: Served, clients: int, seconds: int) -> dict[str, float]:
    key = service.key("committee", "clerk")
    with Client(service.address, key) as client:
        found = {"batch of 5,000, s": batch_seconds(client)}
        first, plan_id = first_plan(client)
        found["first plan event, s"] = first
    times = asyncio.run(timed_reads(service.address, f"/v1/plans/{plan_id}", clients, seconds, THINK_SECONDS, key))
    found |= percentiles("plan", times) | {"plans read a second": len(times) / seconds}
    times = asyncio.run(timed_reads(service.address, f"/v1/plans/{plan_id}", clients, seconds, 0.0, key))
    found |= {f"without a pause: {name}": figure for name, figure in percentiles("plan", times).items()}
    return found | {"without a pause: plans a second": len(times) / seconds}


def batch_seconds(client: Client) -> float:
    """Seconds to validate and store 5,000 applicants, from the first byte sent to the answer."""
    zone = generate(lots=168, applicants=BATCH, seed=1)
    instance = client.add_instance(path_of("ait-kamra-168"))
    made = client.add_round("benchmark", instance.id, applicants="none")
    client.move(made.id, "open")
    lots = {lot.lot_id for lot in zone.lots}
    rows = [row for row in applicants_items(zone.applicants) if set(row.get("preferred_lots", ())) <= lots]
    started = time.perf_counter()
    stored = client.add_batch(made.id, rows)
    assert stored.count == BATCH
    return time.perf_counter() - started


def first_plan(client: Client) -> tuple[float, str]:
    """Seconds from asking for a run to the first event with a plan's value, and the plan in the end."""
    document = json.loads(client.instance_document(client.add_instance(path_of("ait-kamra-168")).id))
    started = time.perf_counter()
    run = client.allocate(document, seconds=6)
    first = next(
        time.perf_counter() - started
        for event in client.events(run.id)
        if event.kind == "progress" and event.data["value_millipoints"] is not None
    )
    result = client.finished(run.id).result
    assert result is not None
    return first, str(result.plan_id)


def percentiles(name: str, times: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(times, n=100)
    return {f"{name} p50, ms": cut[49], f"{name} p99, ms": cut[98]}


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
