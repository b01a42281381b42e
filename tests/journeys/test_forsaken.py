"""A run whose job the engine ended while its worker lives: it comes to its end all the same, on both stores."""

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from api.client import Client
from api.jobs import engine_url
from api.store.engine import open_engine
from api.store.tables import instances, plans, run_events
from instances.generate import generate
from instances.writing import document
from tests.api.served import served
from tests.journeys.test_failures import ZONE, has_a_good_plan, rows, until

OTHER = document(generate(lots=10, applicants=20, seed=4, family="open"))


@pytest.fixture
def running(store_url, tmp_path):
    with served(store_url, tmp_path) as processes:
        processes.serve()
        yield processes


@pytest.fixture
def client(running):
    with Client(running.address, running.key("committee")) as client:
        yield client


def told(url, run_id):
    return [event.kind for event in sorted(rows(url, run_events, run_id=run_id), key=lambda event: event.number)]


def test_a_job_that_somebody_cancels_in_the_engine_is_done_by_another(running, client):
    run = client.allocate(ZONE, seconds=60, workers=1)
    until(lambda: has_a_good_plan(running.url, run.id))
    engine = DBOSClient(system_database_url=engine_url(running.url))
    engine.cancel_workflow(run.id)
    until(lambda: client.run(run.id).attempts == 2)
    client.cancel(run.id)
    ended = client.finished(run.id)
    status = engine.list_workflows(workflow_ids=[f"{run.id}-2"])[0].status
    engine.destroy()
    assert (ended.state, ended.result.kind, ended.attempts) == ("cancelled", "plan", 2)
    assert len(rows(running.url, plans, run_id=run.id)) == 1
    kinds = [kind for kind in told(running.url, run.id) if kind != "progress"]
    assert kinds == ["queued", "started", "queued", "started", "stopping", "cancelled"]
    assert status in ("PENDING", "SUCCESS")


def test_a_run_whose_zone_cannot_be_read_any_more_ends_and_says_so(running, client):
    """Every job of it is an error to the engine, and was the end of the story while the run stayed open."""
    other = client.allocate(ZONE, seconds=4, workers=1)
    run = client.allocate(OTHER, seconds=6, workers=1)
    engine = open_engine(running.url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(f"UPDATE {instances.name} SET document = :spoilt WHERE id = :id"),
            {"spoilt": b"spoilt", "id": run.instance_id},
        )
    engine.dispose()
    ended = client.finished(run.id)
    assert (ended.state, ended.failure.code, ended.attempts) == ("failed", "forsaken", 0)
    assert told(running.url, run.id) == ["queued"] * 5 + ["failed"]
    assert client.finished(other.id).state == "done"
