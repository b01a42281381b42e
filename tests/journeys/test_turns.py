"""Whoever queues many runs delays nobody else by more than one."""

from api.client import Client
from instances.generate import generate
from instances.writing import document
from tests.api.served import served

ZONE = document(generate(lots=4, applicants=4, seed=1, family="open"))


def test_principals_take_turns(stores, tmp_path):
    with stores.fresh("sqlite") as url, served(url, tmp_path) as processes:
        processes.serve("--workers", "0")
        many, one = (Client(processes.address, processes.key("committee")) for _ in range(2))
        with many, one:
            first, second = (many.allocate(ZONE, work=1, workers=1) for _ in range(2))
            late = one.allocate(ZONE, work=1, workers=1)
            processes.work()
            ended = [one.finished(run.id) for run in (first, late, second)]
    assert [run.state for run in ended] == ["done"] * 3
    assert sorted(ended, key=lambda run: run.started_at) == ended
