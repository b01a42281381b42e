"""Readiness that means it: each thing that the service needs, taken away."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from api import readiness
from api.jobs import Queue, migrate_jobs
from api.readiness import Looks, look
from api.store import workers
from api.store.engine import open_engine
from api.store.tables import runs
from tests.api.finished import SMALL
from tests.api.loops import on_a_loop
from tests.api.store.closed import read_only


def asked(home):
    home.app.state.looks = Looks()
    answer = home.client().get("/readyz")
    return answer.status_code, answer.json()


@pytest.fixture
def queued(home):
    return home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"work": 1}}).json()["id"]


def beat(home):
    with home.service.writing() as connection:
        workers.beat(connection, "amal", "here")


def long_ago(home, seconds):
    """Let everything have happened so many seconds earlier, but for the last heartbeat."""
    with home.service.writing() as connection:
        connection.execute(runs.update().values(created_at=datetime.now(UTC) - timedelta(seconds=seconds)))
        connection.execute(workers.workers.update().values(started_at=workers.workers.c.started_at - seconds))


def test_all_is_well_with_a_worker_and_said_without_one(home):
    without = {"store": True, "tables_current": True, "writable": True, "workers": 0, "engine": "no_worker"}
    assert asked(home) == (200, {"status": "ready", **without})
    beat(home)
    assert asked(home) == (200, {"status": "ready", **without, "workers": 1, "engine": "takes_up"})


def test_a_look_leaves_nothing_behind(home):
    asked(home)
    with home.service.reading() as connection:
        assert workers.seen(connection) == {}


def test_a_store_that_takes_no_changes_is_not_ready(home):
    with read_only(home.service.engine):
        code, said = asked(home)
        refused = home.client("committee").post("/v1/instances", json=SMALL)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "store_busy", "2")
    assert (code, said["status"], said["store"], said["writable"]) == (503, "not_ready", True, False)
    assert asked(home)[0] == 200


def test_tables_of_another_version_are_not_ready(home):
    with home.service.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    code, said = asked(home)
    assert (code, said["store"], said["tables_current"]) == (503, True, False)


def test_a_store_that_is_away_is_not_ready(home, tmp_path):
    home.service.engine = open_engine("postgresql://lotwise@127.0.0.1:1/none")
    code, said = asked(home)
    assert (code, said["store"], said["engine"]) == (503, False, "unknown")
    assert home.client().get("/healthz").status_code == 200


@pytest.fixture
def engine_tables(home):
    """The service with the engine's own queue; gives back where a table of the engine is."""
    url = home.service.settings.store
    migrate_jobs(url)
    home.service.queue = Queue(url)
    place = "" if url.startswith("sqlite") else "dbos."
    yield lambda table: f"{place}{table}"
    home.service.queue.close()


def change(home, statement):
    with home.service.writing() as connection:
        connection.execute(sa.text(statement))


def test_the_engine_has_its_tables_after_the_start(home, engine_tables):
    assert asked(home)[:1] == (200,)
    assert asked(home)[1]["engine"] == "no_worker"


def test_a_store_without_the_engines_tables_is_not_ready(home):
    url = home.service.settings.store
    home.service.queue = Queue(url)
    code, said = asked(home)
    home.service.queue.close()
    assert (code, said["status"], said["engine"], said["tables_current"]) == (503, "not_ready", "tables_missing", True)


@pytest.mark.parametrize("table", ["workflow_status", "queues", "dbos_migrations"])
def test_one_missing_table_of_the_engine_is_not_ready_whatever_workers_say(home, engine_tables, table):
    beat(home)
    assert asked(home)[1]["engine"] == "takes_up"
    change(home, f"ALTER TABLE {engine_tables(table)} RENAME TO taken_away")
    code, said = asked(home)
    assert (code, said["engine"], said["workers"], said["writable"]) == (503, "tables_missing", 1, True)
    change(home, f"ALTER TABLE {engine_tables('taken_away')} RENAME TO {table}")
    assert asked(home)[0] == 200


@pytest.mark.parametrize("statement", ["UPDATE {} SET version = version - 1", "UPDATE {} SET version = version + 1"])
def test_tables_of_another_version_of_the_engine_are_not_ready(home, engine_tables, statement):
    change(home, statement.format(engine_tables("dbos_migrations")))
    code, said = asked(home)
    assert (code, said["status"], said["engine"]) == (503, "not_ready", "tables_differ")


def test_a_run_that_waits_before_an_idle_worker_is_a_stalled_engine(home, queued):
    beat(home)
    assert asked(home)[1]["engine"] == "takes_up"
    long_ago(home, readiness.STALLED_SECONDS + 5)
    code, said = asked(home)
    assert (code, said["engine"], said["writable"]) == (503, "stalled", True)
    with home.service.writing() as connection:
        connection.execute(runs.update().values(state="running"))
    assert asked(home)[1]["engine"] == "takes_up", "it is busy now"


def test_a_worker_that_has_just_come_is_given_time(home, queued):
    long_ago(home, 3600)
    beat(home)
    assert asked(home)[1]["engine"] == "takes_up"


def test_without_a_worker_runs_may_wait(home, queued):
    long_ago(home, 3600)
    assert (asked(home)[0], asked(home)[1]["engine"]) == (200, "no_worker")


def test_nobody_waits_for_a_store_that_stands_still_and_many_cause_one_look(home, monkeypatch):
    let_go, looked = threading.Event(), []

    def stands_still(service):
        looked.append(1)
        let_go.wait(60)
        return look(service)

    monkeypatch.setattr(readiness, "look", stands_still)
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.1)
    looks = Looks()

    async def many():
        return await asyncio.gather(*(looks.of(home.service) for _ in range(20)))

    answers = on_a_loop(many())
    let_go.set()
    assert {json.dumps(each.model_dump()) for each in answers} == {json.dumps(readiness.Readiness().model_dump())}
    assert len(looked) == 1


def test_a_look_is_remembered_for_a_moment(home, monkeypatch):
    looked, real = [], look
    monkeypatch.setattr(readiness, "look", lambda service: looked.append(1) or real(service))
    looks = Looks()
    for seconds, count in ((60.0, 1), (60.0, 1), (0.0, 2)):
        monkeypatch.setattr(readiness, "REMEMBERED_SECONDS", seconds)
        on_a_loop(looks.of(home.service))
        assert len(looked) == count
