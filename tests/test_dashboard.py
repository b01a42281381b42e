"""The dashboard asks for nothing that the service does not count."""

import json
import re
from pathlib import Path

from api.metrics import Metrics

DASHBOARD = Path(__file__).parents[1] / "docs" / "operations" / "dashboard.json"


def test_every_metric_of_the_dashboard_exists():
    counted = Metrics()
    counted.count("GET", "/healthz", 200, 0.01)
    there = set(re.findall(r"^(lotwise_\w+)", counted.page({"queued": 1}, {"waiting": 1}, 1).decode(), re.MULTILINE))
    asked = re.findall(
        r"lotwise_\w+", json.dumps([each["targets"] for each in json.loads(DASHBOARD.read_text())["panels"]])
    )
    assert set(asked) <= there
    assert {"lotwise_requests_total", "lotwise_runs", "lotwise_workers"} <= set(asked)
