"""Runs under way, watched side by side on the page of their round, and a run of stages on its own page."""

import pytest
from playwright.sync_api import expect

from api.pages.phrases import say
from api.store import runs
from instances.faults import LANGUAGES
from instances.reading import read_instance
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import seated
from tests.api.pages.test_plan_stages import staged
from tests.api.stores import KINDS


@pytest.fixture(scope="module", params=KINDS)
def whole(request, stores):
    with stores.fresh(request.param) as url, seated(url, read_instance(altered.FOLDER / "instance")) as held:
        yield held


class Solver:
    """Stands in for a worker: tells what it is given, when it is given."""

    def __init__(self, sitting, seed):
        asked = {"seconds": 600, "seed": seed}
        made = sitting.house.client("committee").post(f"/v1/rounds/{sitting.round_id}/runs", json=asked)
        assert made.status_code == 202, made.text
        self.run_id, self.service = made.json()["id"], sitting.house.service

    def begin(self):
        with self.service.writing() as connection:
            _, self.token = runs.claim(connection, self.run_id, "by hand")

    def tell(self, value, bound, plan=None, **more):
        news = {"value_millipoints": value, "bound_millipoints": bound, "elapsed_ms": 10} | more
        with self.service.writing() as connection:
            runs.progress(connection, self.run_id, self.token, news, plan)

    def end(self):
        with self.service.writing() as connection:
            runs.finish(connection, self.run_id, self.token, {"kind": "none_found"})


def part(live, name):
    return live.locator(f"[data-part={name}]")


def assignments(sitting):
    found = sitting.house.client("reader").get(f"/v1/plans/{sitting.plan_id}").json()["assignments"]
    return dict(list(found.items())[:1]), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_runs_are_watched_at_once_and_one_may_end_before_the_other(chromium, whole, language):
    some, every = assignments(whole)
    first, second = Solver(whole, 2), Solver(whole, 3)
    with visit(chromium, whole.site, language, "committee") as seen:
        seen.go(f"/rounds/{whole.round_id}")
        lives = seen.page.locator(".watched .live")
        expect(lives).to_have_count(2)
        one, two = lives.nth(0), lives.nth(1)
        expect(part(two, "state")).to_have_text(str(say(language, "run_state.queued")))
        first.begin()
        second.begin()
        expect(part(two, "state")).to_have_text(str(say(language, "run_state.running")))
        first.tell(2_000_000, 4_000_000, some)
        second.tell(3_000_000, 3_300_000, every)
        expect(part(one, "gap")).to_contain_text("100")
        expect(part(two, "gap")).to_contain_text("10")
        lots = sum(len(each) for each in some.values()), sum(len(each) for each in every.values())
        for live, count in zip((one, two), lots, strict=True):
            expect(live.locator("[class*='lot '][data-now]:not([data-now='-1'])")).to_have_count(count)
            expect(live.locator(".value-path")).to_have_count(1)
            expect(live.locator(".bound-path")).to_have_count(1)
        assert not seen.violations()
        first.end()
        expect(part(one, "out")).to_be_visible()
        expect(part(one, "stop")).to_have_count(0)
        expect(part(one, "state")).to_have_text(str(say(language, "run_state.done")))
        second.tell(3_200_000, 3_200_000)
        expect(part(two, "gap")).to_have_text("0\u00a0%")
        assert not seen.violations()
        part(two, "stop").locator("button").click()
        expect(part(lives.first, "stop").locator("button")).to_be_disabled()
        expect(lives).to_have_count(1)
        seen.page.set_viewport_size({"width": 360, "height": 800})
        assert seen.overflow() <= 0
    second.end()


def test_a_run_is_started_with_its_seed_without_leaving_the_round(chromium, whole):
    with visit(chromium, whole.site, "fr", "committee") as seen:
        seen.go(f"/rounds/{whole.round_id}")
        seen.page.fill("[name=seed]", "77")
        seen.page.click("#run form [data-next=reload]")
        expect(seen.page.locator(".watched .live")).to_have_count(1)
        assert seen.page.url.endswith(whole.round_id)
        assert "77" in seen.page.inner_text(".watched h3")
    with whole.house.service.writing() as connection:
        run = runs.page(connection, None, 1)[0]
        assert run.limits["seed"] == 77
        runs.ask_to_stop(connection, run.id)
    text = whole.house.client("reader").get(f"/rounds/{whole.round_id}", headers={"Accept": "text/html"}).text
    assert "run.js" not in text, "nothing to watch, nothing to load"


def test_a_page_that_is_opened_while_a_run_has_a_plan_does_not_say_that_it_prepares(whole):
    some, _ = assignments(whole)
    solver = Solver(whole, 7)
    solver.begin()
    reader, address = whole.house.client("committee"), f"/runs/{solver.run_id}"
    prepares = f'class="soft">{say("en", "run.said_started")}</span>'
    assert prepares in reader.get(address).text
    solver.tell(1_000, 9_000, some)
    assert prepares not in reader.get(address).text
    solver.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_of_stages_is_followed_stage_by_stage(chromium, stores, language):
    with stores.fresh("sqlite") as url, seated(url, staged()) as sitting:
        some, every = assignments(sitting)
        solver = Solver(sitting, 2)
        solver.begin()
        with visit(chromium, sitting.site, language, "committee") as seen:
            seen.go(f"/runs/{solver.run_id}")
            jobs = {
                "number": 1,
                "of": 2,
                "goal": "jobs",
                "value_millipoints": 1_000_000,
                "bound_millipoints": 1_500_000,
            }
            solver.tell(1_100_000, None, some, stage=jobs)
            page = seen.page
            expect(page.locator("[data-part=gap]")).to_contain_text("50")
            expect(page.locator("[data-stage='1'][aria-current=step] [data-said]")).to_contain_text("50")
            near = {
                "number": 2,
                "of": 2,
                "goal": "clustering",
                "value_millipoints": 400_000,
                "bound_millipoints": 500_000,
            }
            solver.tell(900_000, None, every, stage=near)
            expect(page.locator("[data-part=gap]")).to_contain_text("25")
            expect(page.locator("[data-stage='1']:not([aria-current]) [data-said]")).to_contain_text("50")
            lots = sum(len(each) for each in every.values())
            expect(page.locator("[data-part=granted]")).to_have_text(str(lots))
            assert not seen.violations()
        with sitting.house.service.reading() as connection:
            assert runs.known(connection, solver.run_id).best_assignments == every
        with sitting.house.service.reading() as connection:
            ended = [each for each in runs.page(connection, None, 9) if each.has_ended]
        text = sitting.house.client("reader").get(
            f"/runs/{ended[0].id}", headers={"Accept": "text/html", "Accept-Language": language}
        )
        assert str(say(language, "run.out_stages", value="")).rpartition(". ")[2] in text.text
