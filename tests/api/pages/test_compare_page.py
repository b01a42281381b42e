"""Plans side by side: the measures are those that the comparison counts, and differences are told against the first."""

import re

import pytest

from api.pages.phrases import say
from api.store import plans
from instances.reading import read_instance
from optimizer.outcome import Limits, Outcome
from optimizer.plan import Plan
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.browsing import visit


def test_two_plans_are_set_side_by_side(sitting):
    instance = read_instance(altered.FOLDER / "instance")
    other: Outcome = solve(instance, Limits(seconds=20, work=20, seed=2))
    assert isinstance(other.plan, Plan)
    asked = sitting.house.client("analyst").post(f"/v1/rounds/{sitting.round_id}/runs", json={"work": 20, "seed": 2})
    assert asked.status_code == 202, asked.text
    second = sitting.end(asked.json()["id"], other)
    client = sitting.house.client("reader")
    accept = {"Accept": "text/html", "Accept-Language": "en"}
    listed = client.get(f"/rounds/{sitting.round_id}", headers=accept).text
    assert listed.count('form="compare"') == 2
    text = client.get(f"/compare?plan={sitting.plan_id}&plan={second}", headers=accept).text
    assert text.count("3,350</bdi>") >= 2
    title = re.escape(str(say("en", "compare.differ")))
    cells = re.search(title + r"</th><td[^>]*>–</td><td[^>]*><bdi dir=\"ltr\">(\d+)</bdi>", text)
    assert cells is not None
    assert cells[1] == "0", "both are the one best plan"
    assert len(re.findall('<svg class="map"', text)) == 2


def test_the_maps_move_together_and_the_curve_shows_what_is_proved(sitting, chromium):
    client = sitting.house.client("analyst")
    service = sitting.house.service
    with service.reading() as connection:
        found = plans.find(connection, sitting.plan_id)
    weights = [{"jobs": 1, "clustering": 1}]
    asked = {"kind": "tradeoff", "instance_id": found.instance_id, "weights": weights, "limits": {"work": 2}}
    curve = client.post("/v1/curves", json=asked).json()
    outcome = solve(read_instance(altered.FOLDER / "instance"), Limits(seconds=20, work=5))
    sitting.end(curve["points"][0]["run_id"], outcome)
    asked = client.post(f"/v1/rounds/{sitting.round_id}/runs", json={"work": 5, "seed": 2})
    second = sitting.end(asked.json()["id"], outcome)
    address = f"/compare?plan={sitting.plan_id}&plan={second}"
    with visit(chromium, sitting.site, "ar", "analyst") as seen:
        seen.go(address)
        assert seen.violations() == []
        views = "() => [...document.querySelectorAll('svg.map')].map((each) => each.getAttribute('viewBox'))"
        before = seen.page.evaluate(views)
        seen.page.locator(".zoom button").first.click()
        after = seen.page.evaluate(views)
        assert after[0] == after[1] != before[0]
        seen.page.locator(".zoom button").nth(2).click()
        assert seen.page.evaluate(views) == before
        seen.page.locator("svg.map [data-lot] path").first.hover()
        assert seen.page.locator("svg.map .near").count() == 2
        assert seen.page.locator("svg.curve .bound-path").count() == 1
        assert seen.page.locator("svg.curve .axis").count() == 4
        assert seen.page.locator("svg.curve .side").count() == 2


@pytest.mark.parametrize("query", ["", "?plan=", "?plan=pl_none", "?" + "plan=x&" * 30])
def test_strangers_among_the_plans_are_refused_with_a_page(held, query):
    answer = held.get(f"/compare{query}")
    assert answer.status_code in (200, 404, 422)
    assert answer.headers["content-type"].startswith("text/html")
