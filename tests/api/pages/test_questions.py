"""The committee's questions on pages: what the points decide, how fair a plan is, and why there is none."""

from dataclasses import replace
from functools import cache

import pytest
from playwright.sync_api import expect

from api.child import outcome_document
from api.pages.phrases import say
from api.store import instances, runs
from api.worker import packed
from instances import library
from instances.faults import LANGUAGES
from instances.policy import Quota
from instances.reading import read_instance
from optimizer.conflict.sentences import sentences
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import seated
from tests.api.stores import KINDS


@pytest.fixture(scope="module", params=KINDS)
def asked(request, stores):
    with stores.fresh(request.param) as url, seated(url, read_instance(altered.FOLDER / "instance")) as sitting:
        yield sitting


def plain(texts):
    return [" ".join(each.split()) for each in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_is_what_the_api_tells(chromium, asked, language):
    client = asked.house.client("committee")
    speaking = {"Accept-Language": language}
    wanted = client.get(f"/v1/plans/{asked.plan_id}/policy-help", headers=speaking).json()["sentences"]
    fair = client.get(f"/v1/plans/{asked.plan_id}/fairness", headers=speaking).json()["facts"]
    with visit(chromium, asked.site, language, "committee") as seen:
        seen.go(f"/plans/{asked.plan_id}")
        for name, told in (("policy-help", wanted), ("fairness", [each["text"] for each in fair])):
            details = seen.page.locator(f"details[data-tells$='/{name}']")
            assert not [url for url in seen.asked if url.endswith(name)], "nobody asked yet"
            details.locator("summary").click()
            expect(details.locator("li")).to_have_count(len(told))
            assert plain(details.locator("li").all_inner_texts()) == plain(told)
        assert not seen.violations()
        seen.page.set_viewport_size({"width": 360, "height": 800})
        assert seen.overflow() <= 0


def test_fairness_is_for_those_who_decide_and_audit(asked):
    for role, count in (("reader", 1), ("committee", 2), ("auditor", 2)):
        text = asked.house.client(role).get(f"/plans/{asked.plan_id}", headers={"Accept": "text/html"}).text
        assert text.count("data-tells=") == count, role


@cache
def out_of_reach():
    """(a zone with a floor that no plan reaches, what a run says of it)."""
    zone = read_instance(library.path("ait-kamra-168"))
    floor = Quota("it_floor", sector="it_services", min_lot_share_percent=90)
    broken = replace(zone, policy=replace(zone.policy, quotas=(*zone.policy.quotas, floor)))
    return broken, solve(broken, Limits(seconds=6))


def test_a_run_without_a_plan_says_why_and_what_would_be_enough(chromium, asked):
    broken, outcome = out_of_reach()
    assert outcome.kind == "infeasible_proved"
    with asked.house.service.writing() as connection:
        known = runs.page(connection, None, 1)[0]
        stored = instances.add_instance(connection, broken, known.created_by)
        run = runs.add(connection, stored.id, None, known.limits, known.created_by)
        _, token = runs.claim(connection, run.id, "by hand")
        runs.finish(connection, run.id, token, packed(outcome_document(outcome)))
    for language in LANGUAGES:
        with visit(chromium, asked.site, language, "committee") as seen:
            seen.go(f"/runs/{run.id}")
            assert str(say(language, "run.out_infeasible")) in seen.page.inner_text("#out-title")
            told = seen.page.locator("#conflict li").all_inner_texts()
            assert plain(told) == plain(sentences(outcome.conflict, language))
            assert not seen.violations()
