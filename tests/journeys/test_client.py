"""The client over a bad line: answers get lost after the service has acted, and still everything takes effect once."""

import json
from datetime import date

import httpx2
import pytest

from api.client import Client, Refusal, Unreachable
from api.client.connection import TRIES, Connection
from api.openapi import APPLICANT_EXAMPLE, DOCUMENT_EXAMPLE
from tests.api.served import free_port, served
from tests.api.stores import KINDS


class Lossy(httpx2.HTTPTransport):
    """Loses the first answer to each request that changes something, after the service has acted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.lost = 0

    def handle_request(self, request):
        answer = super().handle_request(request)
        asked = (str(request.url), request.headers.get("Idempotency-Key", ""))
        if request.method != "GET" and asked not in self.seen:
            self.seen.add(asked)
            self.lost += 1
            answer.close()
            raise httpx2.ReadError("the answer was lost")
        return answer


@pytest.fixture(scope="module", params=KINDS)
def running(request, stores, tmp_path_factory):
    with stores.fresh(request.param) as url, served(url, tmp_path_factory.mktemp("client")) as processes:
        processes.serve()
        yield processes


def test_every_step_takes_effect_once_though_each_answer_is_lost_once(running):
    line = Lossy()
    with Client(running.address, running.key("committee", "clerk", "auditor"), transport=line) as client:
        instance = client.add_instance(DOCUMENT_EXAMPLE)
        made = client.add_round("lossy", instance.id)
        assert client.change_round(made.id, name="a bad line").version == 2
        assert client.move(made.id, "open").version == 3
        batch = client.add_batch(made.id, [APPLICANT_EXAMPLE | {"applicant_id": "B1"}])
        assert batch.number == 1
        wrong = client.add_batch(made.id, [APPLICANT_EXAMPLE | {"applicant_id": "B2"}])
        client.withdraw_batch(made.id, wrong.id)
        assert [each.id for each in client.batches(made.id)] == [batch.id]
        assert client.move(made.id, "freeze").version == 7
        run = client.start(made.id, work=1)
        plan_id = str(client.finished(run.id).result.plan_id)
        client.move(made.id, "approve", plan_id=plan_id)
        assert client.move(made.id, "publish").state == "published"
        client.next_round(made.id, "next")
        long_run = client.allocate(DOCUMENT_EXAMPLE, seconds=60)
        client.cancel(long_run.id)
        ended = client.finished(long_run.id)
        assert line.lost == 14
        assert [each.name for each in client.rounds()] == ["next", "a bad line"]
        assert [each.id for each in client.runs()] == [ended.id, run.id]
        assert plan_id in [each.id for each in client.plans()]
        assert instance.id in [each.id for each in client.instances()]
        entries = client._connection.ask("GET", "/v1/audit?limit=1000").json()["items"]
    actions = [entry["action"] for entry in entries if entry["action"] != "machine.add"]
    assert actions == [
        "instance.add", "round.add", "round.patch", "round.open", "batch.add", "batch.add", "batch.withdraw",
        "round.freeze", "run.start", "round.approve", "round.publish", "round.next", "run.start", "run.cancel",
    ]  # fmt: skip


def test_grants_are_followed_up_once_though_each_answer_is_lost_once(running):
    line = Lossy()
    with Client(running.address, running.key("committee", "auditor"), transport=line) as client:
        made = client.add_round("followed", client.add_instance(DOCUMENT_EXAMPLE).id)
        for move in ("open", "freeze"):
            client.move(made.id, move)
        client.move(made.id, "approve", plan_id=client.finished(client.start(made.id, work=1).id).result.plan_id)
        client.move(made.id, "publish")
        waiting = client.follow_up(made.id).unfollowed
        assert waiting
        begun = client.begin_follow_up(made.id, date(2027, 3, 1), works_days=180, production_days=730)
        assert ([each.applicant_id for each in begun.grants], begun.unfollowed) == (waiting, [])
        first = waiting[0]
        client.note(made.id, first, works_started_on=date(2027, 5, 2), jobs_delivered=12)
        client.note(made.id, first, jobs_delivered=None)
        client.note(made.id, first, returned_on=date(2028, 1, 1))
        before, after = (client.follow_up(made.id, on).grants for on in (date(2027, 12, 31), date(2028, 1, 1)))
        standing = [next(each for each in found if each.applicant_id == first) for found in (before, after)]
        with pytest.raises(Refusal) as refused:
            client.note(made.id, first, works_due_on=None)
        entries = client._connection.ask("GET", "/v1/audit?limit=1000").json()["items"]
    assert [each.standing for each in standing] == ["on_time", "returned"]
    assert (standing[0].works_started_on, standing[0].jobs_delivered) == (date(2027, 5, 2), None)
    assert refused.value.code == "bad_request"
    actions = [entry["action"] for entry in entries if entry["subject"] == made.id]
    assert actions[-4:] == ["follow_up.begin", *["follow_up.change"] * 3]
    assert line.lost > 9


def test_lists_are_walked_to_their_ends_over_a_bad_line(running):
    line = Lossy()
    key = running.key("committee", "admin")
    admin = {"Authorization": f"Bearer {key}"}
    with Client(running.address, key, transport=line) as client:
        instance = client.add_instance(DOCUMENT_EXAMPLE)
        side = {"label": "one", "instance_id": instance.id, "limits": {"work": 1}}
        made = [client.compare(f"c{number}", [side]) for number in range(3)]
        assert [each.id for each in client.comparisons()] == [each.id for each in reversed(made)]
        assert [each.labels for each in client.comparisons()] == [["one"]] * 3
        for number in range(51):
            machine = json.dumps({"name": f"machine {number}", "roles": ["reader"]}).encode()
            json_body = {"Content-Type": "application/json"}
            answer = httpx2.post(f"{running.address}/v1/principals", content=machine, headers=json_body | admin)
            assert answer.status_code == 201
        names = [each.name for each in client.principals()]
    assert names[:51] == [f"machine {number}" for number in reversed(range(51))]
    assert len(set(names)) == len(names) > 51


def test_a_step_that_is_really_refused_is_told_even_over_a_bad_line(running):
    with Client(running.address, running.key("committee"), transport=Lossy()) as client:
        made = client.add_round("refused", client.add_instance(DOCUMENT_EXAMPLE).id)
        with pytest.raises(Refusal) as refused:
            client.move(made.id, "publish")
        assert refused.value.code == "wrong_state"


def test_the_client_speaks_the_callers_language(running):
    with Client(running.address, running.key("reader"), language="ar") as client, pytest.raises(Refusal) as refused:
        client.run("nothing")
    assert refused.value.code == "not_found"
    assert "غير موجود" in str(refused.value)


def test_a_service_that_is_not_there_is_said_to_be_so(monkeypatch):
    pauses = []
    monkeypatch.setattr("api.client.connection.pause", lambda *facts: pauses.append(facts))
    with Client(f"http://127.0.0.1:{free_port()}", "key") as client, pytest.raises(Unreachable):
        client.run("x")
    assert len(pauses) == TRIES - 1


def test_a_busy_service_is_asked_again_after_the_time_that_it_says(monkeypatch):
    pauses = []
    monkeypatch.setattr("api.client.connection.pause", lambda *facts: pauses.append(facts))
    answers = iter([httpx2.Response(503, headers={"Retry-After": "3"}), httpx2.Response(429), httpx2.Response(200)])
    line = Connection("http://service", {}, httpx2.MockTransport(lambda request: next(answers)))
    assert line.ask("GET", "/x").status_code == 200
    assert pauses == [(1, 3.0), (2, 0.0)]
    line.close()
