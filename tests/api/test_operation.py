"""What operators rely on: a dashboard whose metrics exist, a log that can be joined, an end that is an end."""

import json
import re
import signal
from pathlib import Path

import sqlalchemy as sa

from api.store.engine import open_engine
from api.store.tables import workers
from tests.api.served import served

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"


def test_every_metric_of_the_dashboard_is_counted(home):
    home.client("reader").get("/v1/rounds")
    page = home.client("reader").get("/metrics").text
    counted = set(re.findall(r"^(\w+)(?:\{| )", page, re.M))
    labels = set(re.findall(r'[{,](\w+)="', page))
    dashboard = json.loads((OPERATIONS / "dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = {name for query in asked for name in re.findall(r"\blotwise_\w+", query)}
    assert named <= counted
    for shown in ("lotwise_requests", "lotwise_request_seconds", "lotwise_runs", "lotwise_workers"):
        assert any(name.startswith(shown) for name in named)
    grouped = {label for query in asked for label in re.findall(r"by \((\w+)\)", query)}
    assert grouped <= labels


def test_a_service_that_is_told_to_end_ends_and_leaves_its_place(stores, tmp_path):
    with stores.fresh("sqlite") as url, served(url, tmp_path) as processes:
        process = processes.serve()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        engine = open_engine(url)
        with engine.connect() as connection:
            assert connection.execute(sa.select(workers)).all() == []
        engine.dispose()
        assert "Traceback" not in processes.log()


def test_lines_of_the_log_carry_the_id_that_the_answer_carries(home, capsys):
    from api import logs

    logs.set_up()
    answer = home.client("committee").post("/v1/rounds", json={}, headers={"X-Request-ID": "of-my-proxy"})
    assert answer.headers["x-request-id"] == "of-my-proxy"
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["request_id"] for line in lines if line["event"] == "request"] == ["of-my-proxy"]
