"""The zone jobs of an attempt at its worker: what was asked for goes with it, an outage loses and doubles nothing."""

import asyncio
import json
import time
from base64 import b64decode

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from api.run_zones import RunZones
from api.store import runs, zone_jobs
from api.store.tables import zone_messages
from api.worker import Worker
from api.zone_worker import ZoneWorker, _Answers
from tests.api.finished import SMALL
from tests.api.loops import on_a_loop
from tests.api.stand_in import stand_in, started
from tests.api.store.closed import read_only

LINES = "say = lambda **line: print(json.dumps(line), flush=True)\njob = json.loads(sys.stdin.readline())\n"
ECHO = """\
if job["task"] == "zone":
    for line in sys.stdin:
        say(event="answer", body=json.loads(line)["body"])
    sys.exit()
"""
TALK = """\
import base64
say(event="zone_jobs", most=1)
came = [sys.stdin.readline()]
for number in range(9):
    say(event="ask", job=0, body=base64.b64encode(str(number).encode()).decode())
came += [sys.stdin.readline() for _ in range(9)]
pathlib.Path(__file__).with_name("came").write_text("".join(came))
say(event="outcome", kind="none_found")
"""


@pytest.fixture
def run_id(home):
    return home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"work": 1}}).json()["id"]


def counted(home):
    with home.service.reading() as connection:
        return zone_jobs.count(connection)


async def asked(home, solving):
    """The count of zone jobs once the store holds those that the run asks for: the queue knows of them before that."""
    while not (found := counted(home))["waiting"] and not solving.done():
        await asyncio.sleep(0.01)
    return found


async def both(home, run_id):
    """One worker on the run, another on the zone job that it asks for."""
    solving = asyncio.ensure_future(Worker(home.service, "amal").solve(run_id))
    await asked(home, solving)
    await asyncio.gather(solving, *(ZoneWorker(home.service, "badr").serve(each) for each in home.queue.zone_ids))


def said(folder):
    """The numbers of the answers that the run's process got after its zone job had come to work."""
    came = [json.loads(line) for line in (folder / "came").read_text().splitlines()]
    assert came[0] == {"job": 0, "is": "at_work"}
    return [int(b64decode(line["body"])) for line in came[1:]]


def waiting(home, direction):
    """Numbers of the messages that were not passed on yet."""
    with home.service.reading() as connection:
        wanted = sa.select(zone_messages.c.number).where(zone_messages.c.direction == direction)
        return connection.execute(wanted).scalars().all()


def test_an_outage_in_the_middle_loses_and_doubles_no_message(home, monkeypatch, tmp_path, run_id):
    monkeypatch.setattr("api.outages.FIRST_WAIT_SECONDS", 0.001)
    stand_in(monkeypatch, tmp_path, LINES + ECHO + TALK)
    with read_only(home.service.engine, every=3) as closed:
        on_a_loop(both(home, run_id))
    assert said(tmp_path) == list(range(9))
    assert closed.refused > 3
    ended = home.client("reader").get(f"/v1/runs/{run_id}").json()
    assert (ended["state"], ended["attempts"]) == ("done", 1)
    assert not any(counted(home).values())


@pytest.mark.parametrize(("end", "name"), [(RunZones, "_put"), (_Answers, "_answer")])
def test_a_message_whose_storing_was_not_confirmed_is_passed_on_once(home, monkeypatch, tmp_path, run_id, end, name):
    """The store goes away after it took the message and before it said so, and comes back once it was passed on."""
    monkeypatch.setattr("api.outages.FIRST_WAIT_SECONDS", 0.001)
    stand_in(monkeypatch, tmp_path, LINES + ECHO + TALK)
    step, seen = getattr(end, name), []

    def unconfirmed(of, *given):
        step(of, *given)
        number = given[-2]
        if number not in seen:
            seen.append(number)
            while number in waiting(home, "to_job" if end is RunZones else "to_run"):
                time.sleep(0.01)
            raise OperationalError("COMMIT", {}, OSError("the connection is gone"))

    monkeypatch.setattr(end, name, unconfirmed)
    on_a_loop(both(home, run_id))
    assert said(tmp_path) == list(range(9))
    assert len(seen) == 9


def test_each_attempt_that_dies_takes_its_zone_jobs_out_of_the_queue(home, monkeypatch, tmp_path, run_id):
    stand_in(monkeypatch, tmp_path, LINES + "say(event='zone_jobs', most=3)\ntime.sleep(0.5)\nsys.exit(7)")
    asked = []
    withdraw = home.queue.withdraw
    monkeypatch.setattr(home.queue, "withdraw", lambda ids: (asked.extend(ids), withdraw(ids)))
    on_a_loop(Worker(home.service, "amal").solve(run_id))
    most = home.service.settings.attempts_most
    assert home.client("reader").get(f"/v1/runs/{run_id}").json()["failure"]["code"] == "poison"
    assert (started(tmp_path), len(set(asked)), home.queue.zone_ids) == (most, 3 * most, [])
    assert not any(counted(home).values())


def test_a_run_gets_no_more_than_the_setting_says(home, monkeypatch, tmp_path, run_id):
    stand_in(monkeypatch, tmp_path, LINES + "say(event='zone_jobs', most=10**6)\nsys.stdin.readline()")

    async def asks():
        solving = asyncio.ensure_future(Worker(home.service, "amal").solve(run_id))
        found = await asked(home, solving)
        with home.service.writing() as connection:
            runs.claim(connection, run_id, "badr")
        await solving
        return found

    assert on_a_loop(asks())["waiting"] == home.service.settings.zone_jobs_most == 8
    assert not any(counted(home).values())
