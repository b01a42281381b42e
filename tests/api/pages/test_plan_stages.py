"""Plans of stages: what is proved of each stage is on the page, in public and on paper, and nothing else is."""

import io
import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from api.child import outcome_document
from api.kept import kept_outcome
from api.pages.phrases import say
from api.pages.plan_stages import plan_stages
from api.store import runs
from api.worker import packed
from instances.faults import LANGUAGES
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve
from optimizer.wording import points
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import seated
from tests.api.pages.test_public_page import get
from tests.api.stores import KINDS

STAGES = (("jobs", 10), ("clustering", 0))


def staged():
    found = read_instance(altered.FOLDER / "instance")
    return replace(found, policy=replace(found.policy, objective=STAGES))


@pytest.fixture(scope="module", params=KINDS)
def decided(request, stores):
    """A published round whose policy asks for stages."""
    with stores.fresh(request.param) as url, seated(url, staged()) as held:
        held.move("approve", plan_id=held.plan_id)
        held.move("publish")
        yield held


def stages_of(outcome):
    return plan_stages(outcome.instance.policy, outcome.goals_millipoints, outcome.stages)


def test_stages_are_those_of_the_outcome_with_what_the_plan_has():
    outcome = solve(staged(), Limits(None, 8))
    found = stages_of(outcome)
    assert [(each.goal, each.loss_percent) for each in found] == list(STAGES)
    for stage, line in zip(found, outcome.stages, strict=True):
        assert stage.reached_millipoints == line["value_millipoints"]
        assert stage.bound_millipoints == line["bound_millipoints"]
        assert stage.here_millipoints == outcome.goals_millipoints[stage.goal]
        over, reached = line["bound_millipoints"] - line["value_millipoints"], max(line["value_millipoints"], 1)
        assert (stage.gap_millionths - 1) * reached < 1_000_000 * over <= stage.gap_millionths * reached
    assert found[0].here_millipoints >= outcome.stages[0]["floor_millipoints"]
    assert stages_of(solve(read_instance(altered.FOLDER / "instance"), Limits(None, 1))) == ()


def rows(text):
    table = re.search(r'<table class="lines stages">(.*?)</table>', text, re.DOTALL)
    assert table is not None
    return [
        re.sub(r"<[^>]*>", " ", row) for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table[1], re.DOTALL)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_its_public_page_and_the_round_tell_of_the_stages(decided, language):
    plan = decided.house.client("reader").get(f"/v1/plans/{decided.plan_id}").json()
    for path, role in ((f"/plans/{decided.plan_id}", "reader"), (f"/public/{decided.round_id}", None)):
        told = rows(get(decided, path, role, language).text)
        assert len(told) == len(STAGES)
        for row, line in zip(told, plan["stages"], strict=True):
            assert str(say(language, f"stages.goal_{line['stage']}")) in row
            assert points(line["bound_millipoints"] // 1000 * 1000, language) in row
        assert str(say(language, "plan.unproved_lead")) not in get(decided, path, role, language).text
    text = get(decided, f"/rounds/{decided.round_id}", "reader", language).text
    assert str(say(language, "stages.goal_clustering")) in text
    assert str(say(language, "stages.none")) not in get(decided, f"/plans/{decided.plan_id}", "reader", language).text


def test_a_plan_without_stages_says_that_there_are_none(held):
    for language in LANGUAGES:
        assert str(say(language, "stages.none")) in held.get(f"/plans/{held.plan_id}", language=language).text


def test_the_public_may_take_the_certificate_of_stages_away_and_the_minutes_tell_the_bounds(decided):
    client = decided.house.client()
    assert client.get(f"/public/{decided.round_id}/certificate.json").json()["format"] == "lotwise-stages-1"
    plan = client.get(f"/public/{decided.round_id}/plan.json").json()
    paper = PdfReader(io.BytesIO(client.get(f"/public/{decided.round_id}/minutes.pdf?language=en").content))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for line in plan["stages"]:
        assert f"has more than {points(line['bound_millipoints'])}." in text


def test_a_plan_that_was_kept_of_a_killed_run_shows_its_goals_and_no_bound(decided):
    service, instance = decided.house.service, staged()
    found = solve(instance, Limits(None, 4)).plan
    kept = kept_outcome(instance, Limits(20), found, None)
    with service.reading() as connection:
        first = runs.page(connection, None, 1)[0]
    with service.writing() as connection:
        run = runs.add(connection, first.instance_id, None, first.limits, first.created_by)
        _, token = runs.claim(connection, run.id, "by hand")
        plan_id = runs.fail(connection, run.id, token, "overran", {"seconds": 20}, packed(outcome_document(kept)))
    text = get(decided, f"/plans/{plan_id}", "reader").text
    assert str(say("en", "stages.unproved")) in text
    assert str(say("en", "plan.unproved_lead")) in text
    assert all(row.count("–") == 4 for row in rows(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stages_have_no_barrier(chromium, decided, language):
    with visit(chromium, decided.site, language, "committee") as seen:
        seen.go(f"/plans/{decided.plan_id}")
        assert seen.page.locator("#stages tbody tr").count() == len(STAGES)
        seen.page.click(".proof a[href='#stages']")
        assert not seen.violations()
        seen.page.set_viewport_size({"width": 360, "height": 800})
        assert seen.overflow() <= 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_check_proves_every_stage(chromium, decided, language):
    plan = decided.house.client().get(f"/public/{decided.round_id}/plan.json").json()
    with visit(chromium, decided.site, language) as seen:
        seen.go(f"/public/{decided.round_id}")
        seen.page.click("[data-verifies]")
        expect(seen.page.locator("#verdict")).to_contain_text(str(say(language, "verify.staged")))
        assert seen.page.get_attribute("#verdict", "data-kind") == "good"
        lines = seen.page.locator("[data-check=stages] [data-said]").inner_text().splitlines()
        for line, stage in zip(lines, plan["stages"], strict=True):
            assert str(say(language, f"stages.goal_{stage['stage']}")) in line
            assert points(stage["bound_millipoints"], language) in line
        states = {
            seen.page.get_attribute(f"[data-check={each}]", "data-state") for each in ("rules", "value", "unique")
        }
        assert states == {"good"}
        assert not seen.page.locator("[data-check=gap]").is_visible(), "there is none of the whole value"
        assert not seen.violations()
        seen.page.set_viewport_size({"width": 360, "height": 800})
        assert seen.overflow() <= 0
