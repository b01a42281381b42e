"""From an empty store to a published plan, and on to the next round, through the client and real processes."""

import json
import subprocess
import sys

import httpx2
import pytest

from api.client import Client, Refusal
from instances.library import path as path_of
from instances.reading import read_instance
from instances.tables import applicants_items
from tests.api.served import served
from tests.api.stores import KINDS


class Dropping(httpx2.HTTPTransport):
    """A line that breaks after some lines of every stream."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after, self.dropped = after, 0

    def handle_request(self, request):
        answer = super().handle_request(request)
        if request.url.path.endswith("/events"):
            answer.stream = _Cut(answer.stream, self)
        return answer


class _Cut(httpx2.SyncByteStream):
    def __init__(self, stream, line) -> None:
        self.stream, self.line = stream, line

    def __iter__(self):
        for number, chunk in enumerate(self.stream):
            if number == self.line.after:
                self.line.dropped += 1
                raise httpx2.ReadError("the line was cut")
            yield chunk

    def close(self) -> None:
        self.stream.close()


@pytest.fixture(scope="module", params=KINDS)
def running(request, stores, tmp_path_factory):
    with stores.fresh(request.param) as url, served(url, tmp_path_factory.mktemp("round")) as processes:
        processes.serve()
        yield processes


def test_from_an_empty_store_to_a_published_plan_and_the_next_round(running, tmp_path):
    rows = applicants_items(read_instance(path_of("ait-kamra-168")).applicants)
    free = [row for row in rows if not row.get("pinned_lots")]
    line = Dropping(after=3)
    with Client(running.address, running.key("committee", "clerk", "auditor"), transport=line) as client:
        instance = client.add_instance(path_of("ait-kamra-168"))
        made = client.add_round("Spring", instance.id, applicants="pinned")
        opened = client.move(made.id, "open")
        start = opened.applicants
        first = client.add_batch(made.id, free[:150])
        with pytest.raises(Refusal) as refused:
            client.add_batch(made.id, [free[0], free[150] | {"sector": "circus"}, free[151] | {"jobs_direct": -1}])
        assert {fault["key"] for fault in refused.value.faults} == {"/0", "/1", "/2"}
        twice = [client.add_batch(made.id, free[150:260], key="second-batch") for _ in range(2)]
        assert twice[0] == twice[1]
        assert client.round(made.id).applicants == start + 260
        frozen = client.move(made.id, "freeze")
        assert frozen.roster_sha256
        run = client.start(made.id, seconds=4)
        events = list(client.events(run.id))
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert events[-1].kind == "done"
        assert line.dropped >= 1
        ended = client.run(run.id)
        assert ended.result is not None
        assert ended.result.kind == "plan"
        plan_id = str(ended.result.plan_id)
        plan = client.plan(plan_id)
        assert (
            plan["instance"]["fingerprint"]
            == read_instance(client.instance_document(str(frozen.frozen_instance_id))).fingerprint()
        )
        decided = client.move(made.id, "approve", plan_id=plan_id, note="unanimous")
        assert decided.plan_id == plan_id
        published = client.move(made.id, "publish")
        assert (published.state, published.moves) == ("published", ["next"])
        following = client.next_round(made.id, "Autumn")
        carried = json.loads(client.instance_document(following.instance_id))
        assert {row["applicant_id"]: row["pinned_lots"] for row in carried["applicants"]} == plan["assignments"]
        assert first.count == 150
        _check_by_command(client, plan_id, str(frozen.frozen_instance_id), tmp_path)
        audit = json.loads(client._connection.ask("GET", "/v1/audit/chain").content)
        assert audit["broken_at"] is None
        assert audit["entries"] >= 9


def _check_by_command(client, plan_id, instance_id, folder):
    """What the service published is checked by the command, from the files alone."""
    (folder / "instance.json").write_bytes(client.instance_document(instance_id))
    (folder / "plan").mkdir()
    (folder / "plan" / "plan.json").write_bytes(client.plan_file(plan_id, "json"))
    (folder / "plan" / "certificate.json").write_bytes(client.certificate(plan_id))
    command = [sys.executable, "-m", "api.cli", "check", str(folder / "instance.json"), str(folder / "plan")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    table = client.plan_file(plan_id, "csv").decode()
    assert table.count("\n") == 1 + len(json.loads(client.instance_document(instance_id))["applicants"])
    assert client.plan_file(plan_id, "xlsx")[:2] == b"PK"
    assert len(json.loads(client.plan_file(plan_id, "geojson"))["features"]) == 168


def test_a_cancelled_run_keeps_its_best_plan_and_its_proof(running):
    with Client(running.address, running.key("committee", "clerk")) as client:
        run = client.allocate(path_of("ait-kamra-168"), seconds=300)
        for event in client.events(run.id):
            if event.kind == "progress" and event.data["bound_millipoints"]:
                client.cancel(run.id)
                break
        ended = client.finished(run.id)
        assert ended.state == "cancelled"
        summary = client.plan_summary(str(ended.result.plan_id))
        assert summary.gap_millionths is not None
        with pytest.raises(Refusal) as late:
            client.cancel(run.id)
        assert late.value.code == "run_ended"
