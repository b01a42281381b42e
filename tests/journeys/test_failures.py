"""What survives when processes die: kill -9, a zombie that wakes up, a database that stops hard."""

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.client import Client
from api.store.engine import open_engine
from api.store.tables import plans, run_events, runs
from instances.generate import generate
from instances.writing import document
from tests.api.served import served

ZONE = document(generate(lots=60, applicants=150, seed=4, family="open"))
"""Plan and bound are there within a second, and the gap stays open for longer than any run here lasts."""
SECONDS = 60
"""Time enough for a first bound beside other tests; each run is stopped once it has shown what it must."""


def rows(url, table, **where):
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            wanted = sa.select(table).where(*(table.c[name] == value for name, value in where.items()))
            return connection.execute(wanted).all()
    finally:
        engine.dispose()


def events_of(url, run_id):
    return sorted(rows(url, run_events, run_id=run_id), key=lambda event: event.number)


def until(condition, seconds=60, told=lambda: ""):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen in time\n{told()}"
        time.sleep(0.1)


def has_a_good_plan(url, run_id):
    (found,) = rows(url, runs, id=run_id)
    return found.best_value_millipoints is not None and found.best_bound_millipoints is not None


def shows_a_good_plan(processes, run_id):
    until(
        lambda: has_a_good_plan(processes.url, run_id),
        told=lambda: f"{rows(processes.url, runs, id=run_id)}\n{processes.log()}",
    )


def stopped_once_taken_over(client, processes, run_id):
    """The run after it was asked to stop, which is when an attempt after the first has told of a plan."""

    def tells_again():
        kinds = [event.kind for event in events_of(processes.url, run_id)]
        return kinds.count("started") == 2 and "progress" in kinds[len(kinds) - kinds[::-1].index("started") :]

    until(tells_again, told=processes.log)
    client.cancel(run_id)
    return client.finished(run_id)


def attempts_in_order(url, run_id):
    """Numbers of a run's events without a gap, and how many attempts they tell of."""
    told = events_of(url, run_id)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    return [event for event in told if event.kind == "started"]


def starts_where_the_dead_one_was(url, run_id, value_before):
    """The first plan that the last attempt tells of is worth no less than the best one stored before."""
    told = events_of(url, run_id)
    last_start = max(event.number for event in told if event.kind == "started")
    first = next(event for event in told if event.number > last_start and event.kind == "progress")
    return first.data["value_millipoints"] >= value_before


@pytest.fixture(scope="module")
def processes(stores, tmp_path_factory):
    with stores.fresh("postgresql") as url, served(url, tmp_path_factory.mktemp("failures")) as started:
        started.serve("--workers", "0")
        yield started


@pytest.fixture
def two_workers(processes):
    """Two workers live, whatever became of those of the test before."""
    while len(live := [each for each in processes.processes[1:] if each.poll() is None]) < 2:
        processes.work()
    return processes, live


def owner_of(url, run_id, workers):
    (found,) = rows(url, runs, id=run_id)
    return next((worker for worker in workers if found.owner and f"-{worker.pid}-" in found.owner), None)


def test_a_killed_worker_is_taken_over_from_its_best_plan(two_workers):
    processes, workers = two_workers
    with Client(processes.address, processes.key("committee")) as client:
        run = client.allocate(ZONE, seconds=SECONDS, workers=1)
        shows_a_good_plan(processes, run.id)
        victim = owner_of(processes.url, run.id, workers)
        value = rows(processes.url, runs, id=run.id)[0].best_value_millipoints
        victim.kill()
        ended = stopped_once_taken_over(client, processes, run.id)
    assert (ended.state, ended.result.kind, ended.attempts) == ("cancelled", "plan", 2)
    (plan,) = rows(processes.url, plans, run_id=run.id)
    assert plan.value_millipoints >= value
    assert len(attempts_in_order(processes.url, run.id)) == 2
    assert starts_where_the_dead_one_was(processes.url, run.id, value)


def test_a_zombie_that_wakes_up_changes_nothing(two_workers):
    processes, workers = two_workers
    with Client(processes.address, processes.key("committee")) as client:
        run = client.allocate(ZONE, seconds=SECONDS, workers=1)
        shows_a_good_plan(processes, run.id)
        zombie = owner_of(processes.url, run.id, workers)
        zombie.send_signal(signal.SIGSTOP)
        until(lambda: client.run(run.id).attempts == 2)
        zombie.send_signal(signal.SIGCONT)
        until(lambda: "lost" in processes.log())
        ended = stopped_once_taken_over(client, processes, run.id)
    (plan,) = rows(processes.url, plans, run_id=run.id)
    assert ended.state == "cancelled"
    assert rows(processes.url, plans, run_id=run.id) == [plan]
    assert len(attempts_in_order(processes.url, run.id)) == 2
    assert zombie.poll() is None, "it lives on and takes other runs"


def test_a_database_that_stops_hard_loses_nothing(two_workers, server):
    processes = two_workers[0]
    with Client(processes.address, processes.key("committee")) as client:
        run = client.allocate(ZONE, seconds=SECONDS, workers=1)
        shows_a_good_plan(processes, run.id)
        before = rows(processes.url, run_events, run_id=run.id)
        server.stop("immediate")
        time.sleep(3)
        server.start()
        client.cancel(run.id)
        ended = client.finished(run.id)
    assert (ended.state, ended.result.kind) == ("cancelled", "plan")
    assert len(rows(processes.url, plans, run_id=run.id)) == 1
    attempts_in_order(processes.url, run.id)
    after = rows(processes.url, run_events, run_id=run.id)
    assert all(event in after for event in before)


def test_a_killed_embedded_process_finishes_its_run_at_the_next_start(stores, tmp_path):
    with stores.fresh("sqlite") as url, served(url, tmp_path) as processes:
        only = processes.serve()
        with Client(processes.address, processes.key("committee")) as client:
            run = client.allocate(ZONE, seconds=SECONDS, workers=1)
            shows_a_good_plan(processes, run.id)
            children = children_of(only.pid)
            only.kill()
            only.wait()
            until(lambda: not any(is_alive(child) for child in children), 10)
            value = rows(url, runs, id=run.id)[0].best_value_millipoints
            processes.serve()
            ended = stopped_once_taken_over(client, processes, run.id)
        assert (ended.state, ended.attempts) == ("cancelled", 2)
        (plan,) = rows(url, plans, run_id=run.id)
        assert json.loads(plan.document)["value_millipoints"] >= value


def test_a_run_that_kills_its_process_ends_as_failed_and_keeps_its_best_plan(stores, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.api.served.LIMITS", {"LOTWISE_ATTEMPTS_MOST": "2"})
    with stores.fresh("sqlite") as url, served(url, tmp_path) as processes:
        only = processes.serve()
        with Client(processes.address, processes.key("committee")) as client:
            run = client.allocate(ZONE, seconds=60, workers=1)
            shows_a_good_plan(processes, run.id)
            while client.run(run.id).state in ("queued", "running"):
                # The one after the second attempt is no solver: it counts the plan that is kept.
                solvers = children_of(only.pid)
                if client.run(run.id).attempts <= 2:
                    kill(solvers)
                time.sleep(0.2)
            ended = client.run(run.id)
            plan = client.plan(ended.result.plan_id)
            again = client.allocate(ZONE, work=1, workers=1)
            assert client.finished(again.id).state == "done"
    assert (ended.state, ended.failure.code) == ("failed", "poison")
    assert (plan["value_millipoints"], plan["proof"]) == (ended.progress.value_millipoints, None)


def kill(pids):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def children_of(pid):
    """Solver processes of a worker."""
    ours = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in ours if parent_of(entry) == pid and "api.child" in text_of(entry / "cmdline")]


def is_alive(pid):
    state = text_of(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[:1]
    return state not in ([], ["Z"])


def parent_of(entry):
    facts = text_of(entry / "stat").rpartition(")")[2].split()
    return int(facts[1]) if facts else None


def text_of(path):
    try:
        return path.read_text()
    except OSError:
        return ""
