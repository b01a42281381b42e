"""Zone jobs as stored: begun once, of one attempt only, and nothing stays of what was passed on."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from api.store import runs, zone_jobs
from api.store.tables import zone_messages
from tests.api.finished import SMALL


@pytest.fixture
def run_id(home):
    return home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"work": 1}}).json()["id"]


@pytest.fixture
def step(home):
    """Does one step of a module in a transaction of its own."""

    def done(call, *given):
        with home.service.writing() as connection:
            return call(connection, *given)

    return done


@pytest.fixture
def attempt(step, run_id):
    return step(runs.claim, run_id, "amal")[1]


def left(connection):
    jobs = sum(zone_jobs.count(connection).values())
    return jobs, connection.execute(sa.select(sa.func.count()).select_from(zone_messages)).scalar_one()


def test_an_attempt_asks_once_and_only_while_it_is_under_way(step, run_id, attempt):
    asked = step(zone_jobs.ask, run_id, attempt, 3)
    assert len(set(asked)) == 3
    assert step(zone_jobs.ask, run_id, attempt, 2) == []
    assert step(zone_jobs.count) == {"waiting": 3, "at_work": 0, "lost": 0}
    step(runs.claim, run_id, "badr")
    assert step(left) == (0, 0)
    assert step(zone_jobs.ask, run_id, attempt, 2) == []
    assert step(zone_jobs.claim, asked[0], "badr") is None


def test_many_who_begin_at_once_get_one_each_with_numbers_in_order(home, step, run_id, attempt):
    asked = step(zone_jobs.ask, run_id, attempt, 4)
    with ThreadPoolExecutor(8) as workers:
        begun = [
            (zone_id, name, workers.submit(step, zone_jobs.claim, zone_id, name)) for zone_id in asked for name in "ab"
        ]
        got = [(zone_id, name) for zone_id, name, each in begun if each.result() == run_id]
    assert sorted(zone_id for zone_id, _ in got) == sorted(asked)
    assert [job.number for job in step(zone_jobs.of_attempt, run_id, attempt)] == [0, 1, 2, 3]
    assert step(zone_jobs.claim, *got[0]) == run_id, "the answer to the first time may not have come"


def test_messages_keep_their_order_are_there_once_and_go(step, run_id, attempt):
    (zone_id,) = step(zone_jobs.ask, run_id, attempt, 1)
    step(zone_jobs.send, zone_id, "to_job", 1, b"too soon")
    assert step(zone_jobs.newest, zone_id, "badr") is None
    step(zone_jobs.claim, zone_id, "badr")
    assert step(zone_jobs.newest, zone_id, "badr") == 0
    for number in (1, 2, 2, 3):
        step(zone_jobs.send, zone_id, "to_job", number, bytes([number]))
    step(zone_jobs.send, zone_id, "to_run", 1, b"back")
    assert step(zone_jobs.newest, zone_id, "badr") == 3
    assert step(zone_jobs.newest, zone_id, "amal") is None
    assert step(zone_jobs.messages, zone_id, "to_job", 1) == [(2, b"\2"), (3, b"\3")]
    step(zone_jobs.passed_on, zone_id, "to_job", 2)
    assert step(zone_jobs.messages, zone_id, "to_job", 0) == [(3, b"\3")]
    assert [job.newest for job in step(zone_jobs.of_attempt, run_id, attempt)] == [1]
    step(zone_jobs.passed_on, zone_id, "to_run", 1)
    step(zone_jobs.passed_on, zone_id, "to_job", 3)
    assert step(left) == (1, 0)


def test_a_lost_one_stays_lost_and_takes_no_message(step, run_id, attempt):
    (zone_id,) = step(zone_jobs.ask, run_id, attempt, 1)
    step(zone_jobs.claim, zone_id, "badr")
    step(zone_jobs.lose, zone_id, "amal")
    assert step(zone_jobs.count)["at_work"] == 1, "it is not amal's"
    step(zone_jobs.lose, zone_id, "badr")
    step(zone_jobs.send, zone_id, "to_job", 1, b"late")
    assert step(zone_jobs.claim, zone_id, "badr") is None
    assert step(zone_jobs.claim, zone_id, "amal") is None
    assert (step(zone_jobs.count)["lost"], step(left)) == (1, (1, 0))


ENDS = {
    "finished": lambda connection, run_id, token: runs.finish(connection, run_id, token, {"kind": "none_found"}),
    "failed": lambda connection, run_id, token: runs.fail(connection, run_id, token, "overran", {}),
    "queued again": lambda connection, run_id, _: runs.queue_again(connection, runs.known(connection, run_id), {}),
    "taken over": lambda connection, run_id, _: runs.claim(connection, run_id, "badr"),
    "its own wish": lambda connection, run_id, token: zone_jobs.end(connection, run_id, token),
    "silence": lambda connection, run_id, _: zone_jobs.bury(connection, {"amal"}),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_once_the_attempt_ends(step, run_id, attempt, end):
    begun, _ = step(zone_jobs.ask, run_id, attempt, 2)
    step(zone_jobs.claim, begun, "badr")
    step(zone_jobs.send, begun, "to_job", 1, b"question")
    step(zone_jobs.send, begun, "to_run", 1, b"answer")
    assert step(left) == (2, 2)
    step(ENDS[end], run_id, attempt)
    assert step(left) == (0, 0)
    assert step(zone_jobs.newest, begun, "badr") is None


def test_another_attempt_ends_nothing_and_learns_what_nobody_began(step, run_id, attempt):
    begun, waiting = step(zone_jobs.ask, run_id, attempt, 2)
    step(zone_jobs.claim, begun, "badr")
    assert step(zone_jobs.end, run_id, "amal:another") == []
    assert step(left) == (2, 0)
    assert step(zone_jobs.end, run_id, attempt) == [waiting]


def test_of_the_dead_those_who_serve_are_lost_to_the_living(step, run_id, attempt):
    begun, _ = step(zone_jobs.ask, run_id, attempt, 2)
    step(zone_jobs.claim, begun, "badr_1")
    assert step(zone_jobs.parties) == {"amal", "badr_1"}
    step(zone_jobs.bury, {"badr%1", "badr_", "ama"})
    assert step(zone_jobs.count) == {"waiting": 1, "at_work": 1, "lost": 0}
    step(zone_jobs.bury, {"badr_1"})
    assert step(zone_jobs.count) == {"waiting": 1, "at_work": 0, "lost": 1}
    assert step(zone_jobs.parties) == {"amal"}
