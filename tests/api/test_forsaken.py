"""Forsaken runs: their job ended or was lost in the real engine, on both stores; each is queued again once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from dbos import DBOSClient

from api.forsaken import take_care
from api.jobs import Queue, engine_url, migrate_jobs
from api.pages.phrases import phrases
from api.store import run_events, runs
from api.store.backup import back_up, restore
from instances.faults import LANGUAGES
from tests.api.finished import SMALL
from tests.api.house import house

FACTS = {"cancelled": "cancelled", "deleted": "gone"}


@pytest.fixture
def home(store_url):
    """A service with the engine's own queue, and nobody at work."""
    migrate_jobs(store_url)
    with house(store_url) as built:
        built.service.queue = Queue(store_url)
        yield built
        built.service.queue.close()


@pytest.fixture
def engine(store_url):
    client = DBOSClient(system_database_url=engine_url(store_url), retry_connection_errors=False)
    yield client
    client.destroy()


@pytest.fixture
def run_id(home):
    return asked(home)


def asked(home):
    return home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"work": 1}}).json()["id"]


def lose(engine, job, how):
    {"cancelled": engine.cancel_workflow, "deleted": engine.delete_workflow}[how](job)


def told(home, run_id):
    with home.service.reading() as connection:
        return [(each.kind, dict(each.data)) for each in run_events.events(connection, run_id, 0)]


def jobs(engine):
    return {each.workflow_id: each.status for each in engine.list_workflows()}


@pytest.mark.parametrize("how", FACTS)
def test_a_run_whose_job_is_lost_is_queued_again_once_however_many_look(home, engine, run_id, how):
    lose(engine, run_id, how)
    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(take_care, home.service) for _ in range(8)]:
            done.result()
    assert told(home, run_id) == [("queued", {}), ("queued", {"again": 1, "job": FACTS[how]})]
    assert {job: status for job, status in jobs(engine).items() if status == "ENQUEUED"} == {f"{run_id}-2": "ENQUEUED"}
    assert home.client("reader").get(f"/v1/runs/{run_id}").json()["state"] == "queued"


def test_a_run_whose_job_waits_or_that_has_ended_is_left_alone(home, engine, run_id):
    ended = asked(home)
    with home.service.writing() as connection:
        runs.ask_to_stop(connection, ended)
    lose(engine, ended, "deleted")
    before = jobs(engine)
    take_care(home.service)
    assert told(home, run_id) == [("queued", {})]
    assert [kind for kind, _ in told(home, ended)] == ["queued", "cancelled"]
    assert jobs(engine) == before


def test_whoever_worked_on_a_run_that_is_queued_again_writes_nothing_more(home, engine, run_id):
    with home.service.writing() as connection:
        _, token = runs.claim(connection, run_id, "one")
    lose(engine, run_id, "cancelled")
    take_care(home.service)
    with pytest.raises(runs.Lost), home.service.writing() as connection:
        runs.progress(connection, run_id, token, {"value_millipoints": 1}, {"A1": ["L1"]})
    with home.service.writing() as connection:
        again, _ = runs.claim(connection, run_id, "two")
    assert (again.state, again.attempts) == ("running", 2)


def test_a_run_that_is_lost_again_and_again_ends_as_failed_and_says_so(home, engine, run_id):
    most = home.service.settings.attempts_most
    for times in range(1, most + 2):
        lose(engine, run_id if times == 1 else f"{run_id}-{times}", "cancelled")
        take_care(home.service)
    take_care(home.service)
    ended = home.client("reader").get(f"/v1/runs/{run_id}").json()
    failure = {"code": "forsaken", "times": most + 1, "job": "cancelled"}
    assert (ended["state"], ended["failure"], ended["result"]) == ("failed", failure, None)
    assert [kind for kind, _ in told(home, run_id)] == ["queued"] * (most + 1) + ["failed"]
    assert "ENQUEUED" not in jobs(engine).values()
    for language in LANGUAGES:
        page = home.client("reader").get(
            f"/runs/{run_id}", headers={"Accept": "text/html", "Accept-Language": language}
        )
        assert phrases(language)["run.failed_forsaken"] in page.text
        assert phrases(language)["run.out_none_lead"] not in page.text, "more time would not help"


def test_one_that_was_queued_again_keeps_its_place_through_backup_and_restore(home, engine, run_id, tmp_path, stores):
    lose(engine, run_id, "cancelled")
    take_care(home.service)
    back_up(home.service.settings.store, tmp_path / "kept")
    with stores.fresh("sqlite") as url:
        migrate_jobs(url)
        queue = Queue(url)
        restore(tmp_path / "kept", url, queue.enqueue)
        there = DBOSClient(system_database_url=engine_url(url))
        found = jobs(there)
        there.destroy()
        queue.close()
    assert found == {f"{run_id}-2": "ENQUEUED"}
