"""Runs as stored: one owner at a time, and nothing written by one that lost the run."""

import pytest
import sqlalchemy as sa

from api.child import outcome_document
from api.service import Service
from api.settings import Settings
from api.store import instances, plans, principals, run_events, runs
from api.store.engine import open_engine
from api.store.tables import plans as plans_table
from api.worker import PARTS
from tests.outcomes import small_instance, small_outcome

LIMITS = {"seconds": 5, "work": None, "seed": 1, "workers": 2}
NEWS = {"value_millipoints": 10, "bound_millipoints": 20}


@pytest.fixture
def service(store_url):
    engine = open_engine(store_url)
    yield Service(Settings(store=store_url), engine, None)
    engine.dispose()


@pytest.fixture
def run_id(service):
    with service.writing() as connection:
        by = principals.add(connection, "machine", "somebody", ["clerk"])
        stored = instances.add_instance(connection, small_instance(), by.id)
        return runs.add(connection, stored.id, None, LIMITS, by.id).id


def claim(service, run_id, worker):
    with service.writing() as connection:
        claimed = runs.claim(connection, run_id, worker)
        assert claimed is not None
        return claimed[1]


def packed_outcome():
    outcome = outcome_document(small_outcome())
    return outcome | {name: outcome[name].encode() for name in PARTS}


def numbers(service, run_id):
    with service.reading() as connection:
        return [(each.number, each.kind) for each in run_events.events(connection, run_id, 0)]


WRITES = {
    "progress": lambda connection, run_id, token: runs.progress(connection, run_id, token, NEWS, {"A1": ["L1"]}),
    "is_stop_asked": runs.is_stop_asked,
    "finish": lambda connection, run_id, token: runs.finish(connection, run_id, token, packed_outcome()),
    "fail": lambda connection, run_id, token: runs.fail(connection, run_id, token, "poison", {}),
}


@pytest.mark.parametrize("write", WRITES)
def test_who_lost_the_run_writes_nothing(service, run_id, write):
    old = claim(service, run_id, "one")
    claim(service, run_id, "two")
    before = numbers(service, run_id)
    with pytest.raises(runs.Lost), service.writing() as connection:
        WRITES[write](connection, run_id, old)
    with service.reading() as connection:
        found = runs.known(connection, run_id)
        assert runs.plan_of(connection, run_id) is None
    assert (found.state, found.attempts, found.best_value_millipoints) == ("running", 2, None)
    assert numbers(service, run_id) == before


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_to_a_run_that_has_ended(service, run_id, write):
    token = claim(service, run_id, "one")
    with service.writing() as connection:
        runs.finish(connection, run_id, token, packed_outcome())
    before = numbers(service, run_id)
    with pytest.raises(runs.Lost), service.writing() as connection:
        WRITES[write](connection, run_id, token)
    with service.writing() as connection:
        assert runs.claim(connection, run_id, "two") is None
        assert connection.execute(sa.select(sa.func.count()).select_from(plans_table)).scalar_one() == 1
    assert numbers(service, run_id) == before


def test_only_a_better_plan_and_a_lower_bound_replace_what_is_kept(service, run_id):
    token = claim(service, run_id, "one")
    steps = [(10, 30, "A1"), (9, 25, "A2"), (12, 28, "A3"), (12, 25, "A4")]
    with service.writing() as connection:
        for value, bound, name in steps:
            news = {"value_millipoints": value, "bound_millipoints": bound}
            assert not runs.progress(connection, run_id, token, news, {name: ["L1"]})
        found = runs.known(connection, run_id)
    assert (found.best_value_millipoints, found.best_bound_millipoints) == (12, 25)
    assert found.best_assignments == {"A3": ["L1"]}


def test_of_stages_the_plan_told_last_is_kept_whatever_its_value(service, run_id):
    token = claim(service, run_id, "one")
    with service.writing() as connection:
        for value, name, more in ((10, "A1", {}), (9, "A2", {"stage": {"number": 2}}), (8, "A3", {})):
            news = {"value_millipoints": value, "bound_millipoints": None} | more
            runs.progress(connection, run_id, token, news, {name: ["L1"]})
        found = runs.known(connection, run_id)
    assert (found.best_value_millipoints, found.best_assignments) == (9, {"A2": ["L1"]})


def test_the_next_owner_sees_the_best_plan_of_the_one_before(service, run_id):
    token = claim(service, run_id, "one")
    with service.writing() as connection:
        runs.progress(connection, run_id, token, NEWS, {"A1": ["L1"]})
        found, _ = runs.claim(connection, run_id, "two")
    assert (found.attempts, found.best_assignments) == (2, {"A1": ["L1"]})
    assert [kind for _, kind in numbers(service, run_id)] == ["queued", "started", "progress", "started"]


def test_a_run_asked_to_stop_ends_as_cancelled_with_its_plan(service, run_id):
    token = claim(service, run_id, "one")
    with service.writing() as connection:
        runs.ask_to_stop(connection, run_id)
        runs.ask_to_stop(connection, run_id)
        assert runs.is_stop_asked(connection, run_id, token)
        plan_id = runs.finish(connection, run_id, token, packed_outcome())
        found = runs.known(connection, run_id)
        assert plans.find(connection, plan_id).bound_millipoints == 3_250_000
        assert plans.certificate(connection, plan_id) is not None
    assert (found.state, found.kind) == ("cancelled", "plan")
    assert numbers(service, run_id) == [(1, "queued"), (2, "started"), (3, "stopping"), (4, "cancelled")]


def test_a_failed_run_says_why(service, run_id):
    token = claim(service, run_id, "one")
    with service.writing() as connection:
        runs.fail(connection, run_id, token, "overran", {"seconds": 5})
        found = runs.known(connection, run_id)
    assert (found.state, found.failure, found.owner) == ("failed", {"code": "overran", "seconds": 5}, None)
