"""A soak of the service: runs, batches and readers in a bounded loop, watching memory and counting events.

    python -m benchmarks.soak --minutes 30

Each turn stores an instance, a round and batches, starts a run, follows it over a connection that is dropped on
purpose, reads its plan in every format and cancels another run.  Prints memory and counts every minute.  Exits 1 when
an event was lost, an answer was wrong, or memory grew by more than a tenth (and 20 MB) from the first quarter to the
last.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from pathlib import Path

from api.client import Client
from instances.generate import generate
from instances.tables import applicants_items
from instances.writing import document
from tests.api.served import served

GROWTH, GROWTH_MB = 0.10, 20.0
FORMATS = ("json", "csv", "xlsx", "geojson")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--store")
    options = parser.parse_args()
    memory: list[float] = []
    told = 0
    with tempfile.TemporaryDirectory() as folder:
        url = options.store or f"sqlite:///{folder}/store.sqlite"
        with served(url, Path(folder)) as service:
            process = service.serve()
            with Client(service.address, service.key("committee", "clerk")) as client:
                started = time.monotonic()
                next_minute = 0.0
                for turn in itertools.count():
                    minutes = (time.monotonic() - started) / 60
                    if minutes >= options.minutes:
                        break
                    told += one_turn(client, turn)
                    memory.append(resident_mb(process.pid))
                    if minutes >= next_minute:
                        print(
                            f"{minutes:5.1f} min   {turn + 1:5} turns   {told:6} events   {memory[-1]:6.1f} MB",
                            flush=True,
                        )
                        next_minute += max(1.0, options.minutes / 30)
    quarter = max(1, len(memory) // 4)
    first, last = max(memory[:quarter]), max(memory[-quarter:])
    has_grown = last > first * (1 + GROWTH) and last > first + GROWTH_MB
    print(f"{len(memory)} turns, {told} events, none lost; memory {first:.1f} MB at first, {last:.1f} MB at last")
    sys.exit(has_grown)


def one_turn(client: Client, turn: int) -> int:
    """One story; gives back how many events it told.  Raises AssertionError when one is missing."""
    zone = generate(lots=30, applicants=60, seed=turn)
    instance = client.add_instance(document(zone))
    made = client.add_round(f"turn {turn}", instance.id, applicants="none")
    client.move(made.id, "open")
    rows = applicants_items(zone.applicants)
    for start in range(0, len(rows), 20):
        client.add_batch(made.id, rows[start : start + 20])
    client.move(made.id, "freeze")
    run = client.start(made.id, seconds=1)
    numbers = []
    for event in client.events(run.id):
        numbers.append(event.id)
        if len(numbers) == 2:
            break
    numbers += [event.id for event in client.events(run.id, after=numbers[-1])]
    assert numbers == list(range(1, len(numbers) + 1)), f"events of {run.id}: {numbers}"
    result = client.run(run.id).result
    assert result is not None
    assert result.plan_id is not None
    for kind in FORMATS:
        assert client.plan_file(result.plan_id, kind)
    client.certificate(result.plan_id)
    stopped = client.start(made.id, seconds=60)
    client.cancel(stopped.id)
    assert client.finished(stopped.id).state == "cancelled"
    client.move(made.id, "approve", plan_id=result.plan_id)
    client.move(made.id, "publish")
    return len(numbers)


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main()
