"""Zone jobs in real processes, on both stores: other workers answer a run, it loses some of them, and ends well."""

import json
import signal
import sys
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from dbos import DBOSClient

from api.client import Client
from api.jobs import SERVE, engine_url
from api.store.tables import workers, zone_jobs, zone_messages
from tests.api.finished import SMALL
from tests.api.served import Served
from tests.api.zone_child import ALONE, LOSE, TALK, WAIT
from tests.journeys.test_failures import is_alive, rows, until

ROOT = Path(__file__).parents[2]
COMMAND = f"""\
import sys, types
sys.path.insert(0, {str(ROOT)!r})
import api.attempt
api.attempt.sys = types.SimpleNamespace(executable=sys.argv.pop(1))
from api.cli import main
main()
"""


class Workers(Served):
    """The service, whose workers start the stand-in."""

    def start(self, monkeypatch, rooms):
        """Workers with room for so many zone jobs each, begun in this order."""
        child = self.folder / "child"
        child.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            "from tests.api.zone_child import main\nmain()\n"
        )
        child.chmod(0o755)
        monkeypatch.setattr("tests.api.served.LOTWISE", [sys.executable, "-c", COMMAND, str(child)])
        self.serve("--workers", "0")
        return [self.start_another(monkeypatch, room) for room in rooms]

    def start_another(self, monkeypatch, room):
        limits = {"WORKER_ZONES": room, "ZONE_JOBS_MOST": 4}
        monkeypatch.setattr("tests.api.served.LIMITS", {f"LOTWISE_{name}": str(limits[name]) for name in limits})
        known = len(rows(self.url, workers))
        started = self.work()
        until(lambda: len(rows(self.url, workers)) > known, told=self.log)
        return started

    def metrics(self):
        asked = urllib.request.Request(
            f"{self.address}/metrics", headers={"Authorization": f"Bearer {self.key('reader')}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.read().decode()

    def allocate(self, client, stage, seconds=60):
        return client.allocate(SMALL, seconds=seconds, seed=stage).id

    def seen(self, **facts):
        """The notes of runs that say all of this."""
        path = self.folder / "seen"
        noted = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [each for each in noted if each.items() >= facts.items()]

    def waits_for(self, **facts):
        until(lambda: self.seen(**facts), told=self.log)
        return self.seen(**facts)[0]

    def zone_process(self, but=None):
        """The only one that lives, once it is another than `but`."""
        until(lambda: self.zone_processes()[0] not in ([], [but]), told=self.log)
        (found,) = self.zone_processes()[0]
        return found

    def zone_processes(self):
        """Those that live, and how many were begun."""
        path = self.folder / "zones"
        pids = path.read_text().split() if path.exists() else []
        return [int(pid) for pid in pids if is_alive(pid)], len(pids)

    def leaves_nothing(self):
        until(lambda: not self.zone_processes()[0], told=self.log)
        assert rows(self.url, zone_jobs) == rows(self.url, zone_messages) == []


@pytest.fixture
def processes(store_url, tmp_path):
    running = Workers(store_url, tmp_path)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def client(processes):
    with Client(processes.address, processes.key("committee")) as client:
        yield client


def test_other_workers_answer_in_order_and_none_takes_more_than_it_has_room_for(processes, client, monkeypatch):
    """The engine itself would give all of them the room of whoever started last."""
    large, small = processes.start(monkeypatch, [2, 1])
    ended = client.finished(processes.allocate(client, TALK))
    assert (ended.state, ended.result.kind, ended.attempts) == ("done", "plan", 1), processes.log()
    (seen,) = processes.seen(seed=TALK)
    assert (seen["jobs"], seen["after_end"]) == ([0, 1, 2], [])
    assert Counter(seen["parents"]) == {large.pid: 2, small.pid: 1}
    assert seen["are_in_order"]
    assert seen["are_whole"]
    processes.leaves_nothing()


def test_a_zone_job_whose_process_dies_is_lost_and_not_begun_again(processes, client, monkeypatch):
    processes.start(monkeypatch, [1])
    (processes.folder / "must_die").touch()
    ended = client.finished(processes.allocate(client, LOSE))
    assert (ended.state, ended.attempts) == ("done", 1)
    (seen,) = processes.seen(seed=LOSE)
    assert (seen["jobs"], seen["left"], seen["answers"]) == ([0], [], 0)
    assert processes.zone_processes() == ([], 1)
    processes.leaves_nothing()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_zone_job_whose_worker_is_killed_or_falls_silent_is_lost(processes, client, monkeypatch, how):
    if how == signal.SIGSTOP and processes.url.startswith("sqlite"):
        pytest.skip("a process that is stopped in the middle of a change keeps the file's lock")
    processes.start(monkeypatch, [0])
    run_id = processes.allocate(client, LOSE)
    until(lambda: client.run(run_id).state == "running", told=processes.log)
    victim = processes.start_another(monkeypatch, 1)
    processes.waits_for(asked=[0])
    processes.zone_process()
    victim.send_signal(how)
    ended = client.finished(run_id)
    assert (ended.state, ended.attempts) == ("done", 1)
    (seen,) = processes.seen(seed=LOSE)
    assert (seen["jobs"], seen["left"]) == ([0], [])
    victim.send_signal(signal.SIGCONT)
    processes.leaves_nothing()
    assert processes.zone_processes() == ([], 1)


def test_zone_jobs_end_with_the_attempt_and_the_next_one_asks_anew(processes, client, monkeypatch):
    (victim,) = processes.start(monkeypatch, [0])
    run_id = processes.allocate(client, WAIT)
    until(lambda: client.run(run_id).state == "running", told=processes.log)
    processes.start_another(monkeypatch, 1)
    processes.waits_for(waits_with=[0])
    first = processes.zone_process()
    victim.kill()
    until(lambda: len(processes.seen(waits_with=[0])) == 2, told=processes.log)
    processes.zone_process(but=first)
    assert len(rows(processes.url, zone_jobs, run_id=run_id)) == 1
    client.cancel(run_id)
    ended = client.finished(run_id)
    assert (ended.state, ended.attempts) == ("cancelled", 2)
    processes.leaves_nothing()


def test_without_room_anywhere_a_run_ends_as_ever_and_leaves_nothing(processes, client, monkeypatch):
    processes.start(monkeypatch, [0])
    run_id = processes.allocate(client, ALONE)
    until(lambda: len(rows(processes.url, zone_jobs, run_id=run_id, state="waiting")) == 4, told=processes.log)
    metrics = processes.metrics()
    ended = client.finished(run_id)
    assert 'lotwise_zone_jobs{state="waiting"} 4.0' in metrics
    assert (ended.state, ended.attempts) == ("done", 1)
    (seen,) = processes.seen(seed=ALONE)
    assert (seen["answers"], seen["jobs"]) == (0, [])
    processes.leaves_nothing()
    engine = DBOSClient(system_database_url=engine_url(processes.url))
    there = {each.workflow_id: each.status for each in engine.list_workflows(name=SERVE)}
    engine.destroy()
    assert set(there.values()) == {"CANCELLED"}
    assert len(there) == 4
