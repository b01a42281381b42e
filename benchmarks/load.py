"""The service under load: many readers on a published page while runs of several principals wait in the queue.

    python -m benchmarks.load [--store postgresql://…] [--readers 200] [--runs 20] [--seconds 20]

Starts a service of its own on loopback, publishes a round on the bundled zone, lets each reader ask for the public page
every two seconds, and queues the runs of four principals, all of one before those of the next.  Prints rate, times,
memory, and in which order the principals' runs began.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
from pathlib import Path

from api.client import Client
from benchmarks.reads import timed_reads
from benchmarks.service import percentiles, resident_mb
from instances.generate import generate
from instances.library import path as path_of
from instances.writing import document
from tests.api.served import Served, served

THINK_SECONDS = 2.0
PRINCIPALS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store")
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.store or f"sqlite:///{folder}/store.sqlite"
        with served(url, Path(folder)) as service:
            process = service.serve()
            round_id = published(service)
            started: list[str] = []
            queue = threading.Thread(target=lambda: started.extend(order_of_runs(service, options.runs)))
            queue.start()
            reads = timed_reads(service.address, f"/public/{round_id}", options.readers, options.seconds, THINK_SECONDS)
            times = asyncio.run(reads)
            most = resident_mb(process.pid)
            queue.join()
    for name, figure in percentiles("public page", times).items():
        print(f"{name:34}{figure:10.1f}")
    print(f"{'pages a second':34}{len(times) / options.seconds:10.1f}")
    print(f"{'API memory, MB':34}{most:10.1f}")
    print("runs began in the order of principals", "".join(started))


def published(service: Served) -> str:
    """A round on the bundled zone, decided and published; its id."""
    with Client(service.address, service.key("committee")) as client:
        made = client.add_round("load", client.add_instance(path_of("ait-kamra-168")).id)
        for step in ("open", "freeze"):
            client.move(made.id, step)
        result = client.finished(client.start(made.id, work=1).id).result
        assert result is not None
        client.move(made.id, "approve", plan_id=result.plan_id)
        client.move(made.id, "publish")
        return made.id


def order_of_runs(service: Served, count: int) -> list[str]:
    """A letter for each run, that of its principal, in the order in which they began."""
    zone = document(generate(lots=12, applicants=20, seed=1, family="open"))
    clients = [Client(service.address, service.key("committee")) for _ in range(PRINCIPALS)]
    runs = [
        (letter, client, client.allocate(zone, work=1, workers=1).id)
        for letter, client in zip("ABCD", clients, strict=True)
        for _ in range(count // PRINCIPALS)
    ]
    ended = [(client.finished(run_id), letter) for letter, client, run_id in runs]
    for client in clients:
        client.close()
    assert all(run.state == "done" and run.attempts == 1 for run, _ in ended)
    began = sorted((run.started_at.timestamp() if run.started_at else 0.0, letter) for run, letter in ended)
    return [letter for _, letter in began]


if __name__ == "__main__":
    main()
