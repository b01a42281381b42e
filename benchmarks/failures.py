"""Failures on purpose: processes killed at random moments, a database that stops, pauses, is full or read-only.

    python -m benchmarks.failures --times 100          everything, once; about ten minutes
    python -m benchmarks.failures --only full,readonly

A client keeps asking for runs while something breaks every few seconds and is started again.  In the end every run that
the service promised must have ended once with one plan, its events numbered without gaps, nothing that was answered
with success may be missing, and the chain of the audit log must be whole.  Prints a table; exits 1 when a line fails.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from api.client import Client
from api.connection import Refusal, Unreachable
from api.store import audit
from api.store.engine import open_engine
from api.store.migrate import migrate
from api.store.tables import instances, plans, run_events, runs
from instances.generate import generate
from instances.writing import document
from tests.api import served as serving
from tests.api.served import Served, served
from tests.postgres import Server, running

VICTIMS = ("api", "worker", "worker", "solver", "solver", "database restarted", "database paused")
PAUSE_SECONDS = 6.0
"""Longer than it takes to be dead: every worker looks dead afterwards."""
DRAIN_SECONDS = 240.0
FULL_MB = 12
HEAD = "| what broke | how often | runs | taken over | audit entries | verdict |\n|---|---|---|---|---|---|"


@dataclass
class Verdict:
    """What was done and what came of it; every list of `wrong` is empty when all is well."""

    name: str
    done: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    takeovers: int = 0
    entries: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """A row of the table."""
        hits = ", ".join(f"{count} {what}" for what, count in sorted(self.done.items()))
        said = "; ".join(self.wrong) or "nothing lost, nothing twice, chain whole"
        return f"| {self.name} | {hits} | {self.runs} | {self.takeovers} | {self.entries} | {said} |"


def main() -> int:
    """Break things and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default="storm,full,readonly")
    given = asked.parse_args()
    serving.START_SECONDS = 240
    serving.LIMITS.update({"LOTWISE_ATTEMPTS_MOST": "1000", "LOTWISE_ACTIVE_RUNS_MOST": "1000"})
    print(HEAD, flush=True)
    wanted, failed = given.only.split(","), False
    for name, story in (("storm", storm), ("full", full), ("readonly", read_only)):
        if name in wanted:
            with tempfile.TemporaryDirectory() as folder:
                verdict = story(Path(folder), given.times, random.Random(given.seed))
            print(verdict.line(), flush=True)
            failed = failed or bool(verdict.wrong)
    return int(failed)


def storm(folder: Path, times: int, chance: random.Random) -> Verdict:
    """One API and two workers on PostgreSQL; something of it breaks `times` times."""
    verdict = Verdict("API, two workers, PostgreSQL")
    with running() as server, served(server.create("storm"), folder) as processes:
        migrate(processes.url)
        api, workers = processes.serve("--workers", "0"), [processes.work(), processes.work()]
        stopping, promised = threading.Event(), list[str]()
        asking = threading.Thread(target=ask, args=(processes, stopping, promised, verdict), daemon=True)
        asking.start()
        for _ in range(times):
            time.sleep(chance.uniform(0.3, 3.0))
            victim = chance.choice(VICTIMS)
            if victim == "api":
                end(api)
                api = processes.serve("--workers", "0")
            elif victim == "worker":
                place = chance.randrange(2)
                end(workers[place])
                workers[place] = processes.work()
            elif victim == "solver":
                kill_solvers(workers)
            elif victim == "database restarted":
                server.stop("immediate")
                time.sleep(chance.uniform(0.0, 2.0))
                server.start()
            else:
                pause(server)
            verdict.done[victim] += 1
        stopping.set()
        asking.join()
        drain(processes.url, promised)
        judge(processes.url, promised, verdict)
    return verdict


def ask(processes: Served, stopping: threading.Event, promised: list[str], verdict: Verdict) -> None:
    """Ask for short runs on ever new instances until it stops; note every promise."""
    with Client(processes.address, processes.key("committee")) as client:
        seed = 0
        while not stopping.is_set():
            seed += 1
            zone = document(generate(lots=20, applicants=40, seed=seed, family="open"))
            try:
                promised.append(client.allocate(zone, work=1, workers=1).id)
            except (Refusal, Unreachable) as error:
                verdict.done[f"request given up ({type(error).__name__})"] += 1
            stopping.wait(1.0)


def drain(url: str, promised: list[str]) -> None:
    """Wait until what was promised has ended."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(sa.exc.OperationalError), reading(url) as connection:
            ended = set(connection.execute(sa.select(runs.c.id).where(runs.c.ended_at.is_not(None))).scalars())
            if ended >= set(promised):
                return
        time.sleep(0.5)


def judge(url: str, promised: list[str], verdict: Verdict) -> None:
    """Compare what the store holds with what was promised."""
    with reading(url) as connection:
        found = {row.id: row for row in connection.execute(sa.select(runs))}
        made = Counter(connection.execute(sa.select(plans.c.run_id)).scalars())
        told: dict[str, list[int]] = {}
        for row in connection.execute(sa.select(run_events).order_by(run_events.c.run_id, run_events.c.number)):
            told.setdefault(row.run_id, []).append(row.number)
        verdict.entries, _, broken = audit.verify(connection)
    verdict.runs = len(promised)
    verdict.takeovers = sum(max(0, row.attempts - 1) for row in found.values())
    lost = [each for each in promised if each not in found]
    unended = [each for each in promised if each in found and found[each].state != "done"]
    twice = [each for each in promised if made[each] != 1] + [each for each, count in made.items() if count > 1]
    gaps = [each for each, numbers in told.items() if numbers != list(range(1, len(numbers) + 1))]
    for what, wrong in (("lost", lost), ("not done", unended), ("not one plan", twice), ("gaps", gaps)):
        if wrong:
            verdict.wrong.append(f"{len(wrong)} runs {what}")
    unpromised = (
        len(found)
        - len(set(promised))
        - sum(count for what, count in verdict.done.items() if what.startswith("request given up"))
    )
    if len(set(promised)) != len(promised) or unpromised > 0:
        verdict.wrong.append("a request took effect twice")
    if broken is not None:
        verdict.wrong.append(f"the audit chain breaks at {broken.number}")


def full(folder: Path, times: int, chance: random.Random) -> Verdict:
    """A SQLite store on a disk that fills up and is emptied again, `times` times."""
    verdict = Verdict("disk full, SQLite")
    with disk(folder) as place, served(f"sqlite:///{place}/store.sqlite", folder) as processes:
        processes.serve()
        ballast, kept, key = place / "ballast", set[str](), processes.key("committee")
        for number in range(times):
            filling = ballast.open("wb", buffering=0)
            with suppress(OSError):
                while filling.write(b"\0" * 4096):
                    pass
            answer = posted(processes, key, 2 * number)
            verdict.done[f"answered {answer[0]} while full"] += 1
            if answer[0] not in (201, 503):
                verdict.wrong.append(f"answered {answer[0]} while full")
            filling.close()
            ballast.unlink()
            again = posted(processes, key, 2 * number + 1)
            if again[0] != 201:
                verdict.wrong.append(f"answered {again[0]} with room again")
            kept |= {each for status, each in (answer, again) if status == 201}
        judge_instances(processes.url, kept, verdict)
    return verdict


def read_only(folder: Path, times: int, chance: random.Random) -> Verdict:
    """A SQLite store whose disk is read-only at the start of the service, and writable at the next, three times."""
    verdict = Verdict("disk read-only at the start, SQLite")
    with disk(folder) as place, served(f"sqlite:///{place}/store.sqlite", folder) as processes:
        kept, key = set[str](), ""
        for number in range(min(times, 3)):
            process = processes.serve()
            key = key or processes.key("committee")
            status, each = posted(processes, key, number)
            if status != 201:
                verdict.wrong.append(f"answered {status} with a writable disk")
            kept.add(each)
            end(process)
            mount("-o", "remount,ro", str(place))
            refused = fails_to_start(processes)
            verdict.done["start refused" if refused else "start not refused"] += 1
            mount("-o", "remount,rw", str(place))
        judge_instances(processes.url, kept, verdict)
        if "Traceback" in processes.log():
            verdict.wrong.append("a traceback")
    return verdict


def fails_to_start(processes: Served) -> bool:
    """Whether the service ends by itself instead of pretending to work."""
    begun = processes._begin("serve")
    try:
        return begun.wait(40) != 0
    except subprocess.TimeoutExpired:
        end(begun)
        return False


def judge_instances(url: str, kept: set[str], verdict: Verdict) -> None:
    """Everything that was answered with success is there, and the chain is whole."""
    with reading(url) as connection:
        there = set(connection.execute(sa.select(instances.c.id)).scalars())
        verdict.entries, _, broken = audit.verify(connection)
    if kept - there:
        verdict.wrong.append(f"{len(kept - there)} instances lost")
    if broken is not None:
        verdict.wrong.append(f"the audit chain breaks at {broken.number}")


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


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A small disk of our own; needs the right to mount."""
    place = folder / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", f"size={FULL_MB}m", "lotwise-failures", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """A connection to the store."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, as the machine would that loses its power."""
    process.kill()
    process.wait()


def pause(server: Server) -> None:
    """Stop every process of the database for a while: nobody is told anything, connections stay open."""
    chief = int((server.data / "postmaster.pid").read_text().split()[0])
    paused = [chief, *descendants(chief)]
    for pid in paused:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    time.sleep(PAUSE_SECONDS)
    for pid in paused:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def descendants(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_solvers(workers: list[subprocess.Popen[bytes]]) -> None:
    """Kill what the workers started."""
    for worker in workers:
        with suppress(OSError):
            for pid in descendants(worker.pid):
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
