"""The map of a large zone is a canvas, on which all is possible that is on the map of a small one."""

import pytest
from playwright.sync_api import expect

from api.pages.phrases import say
from api.pages.plan_map import SVG_LOTS_MOST
from api.store import plans, rounds, runs
from benchmarks.pages import stored
from instances.generate import generate
from tests.api.house import house
from tests.api.pages.browsing import Site, visit

LOTS = SVG_LOTS_MOST + 200
PIXEL = """([x, y]) => {
  const canvas = document.querySelector("canvas[data-canvas]"), ratio = canvas.width / canvas.clientWidth;
  return [...canvas.getContext("2d").getImageData(x * ratio, y * ratio, 1, 1).data];
}"""
AFTER_DRAWING = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"


@pytest.fixture(scope="module")
def large(stores):
    """A listening house with a plan of a large zone."""
    with stores.fresh("sqlite") as url, house(url) as built:
        plan_id = stored(built, generate(lots=LOTS, applicants=LOTS - 100, seed=1, zones=20))
        site = Site(built)
        site.start()
        yield site, plan_id
        site.stop()


class Map:
    """What the canvas draws, and where its lots are in the window."""

    def __init__(self, seen, plan_id):
        self.seen, self.page = seen, seen.page
        self.canvas = seen.page.locator("canvas[data-drawn]")
        expect(self.canvas).to_have_attribute("data-drawn", str(LOTS))
        self.drawn = seen.page.evaluate(f"fetch('/plans/{plan_id}/map.json').then((answer) => answer.json())")
        self.lots = {lot[0]: lot for lot in self.drawn["lots"]}

    def place(self, lot):
        """The middle of a lot, a little aside of its letter, in pixels of the canvas."""
        box = self.canvas.bounding_box()
        scale = box["width"] / self.drawn["width"]
        above = (box["height"] - self.drawn["height"] * scale) / 2
        return lot[2] * scale, above + (lot[3] + lot[4] * 0.3) * scale

    def colour(self, lot):
        self.page.evaluate(AFTER_DRAWING)
        return self.page.evaluate(PIXEL, list(self.place(lot)))

    def picture(self):
        self.page.evaluate(AFTER_DRAWING)
        return self.page.evaluate("document.querySelector('canvas[data-canvas]').toDataURL()")

    def click(self, lot):
        x, y = self.place(lot)
        self.canvas.click(position={"x": x, "y": y})


def of_class(drawn, name):
    """A lot well inside of the map, where no button lies over it."""
    wide, high = drawn["width"], drawn["height"]
    inside = [lot for lot in drawn["lots"] if 0.2 < lot[2] / wide < 0.8 and 0.2 < lot[3] / high < 0.8]
    return next(lot for lot in inside if name in lot[5].split())


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_lot_is_picked_and_its_reason_is_told(chromium, large, language):
    site, plan_id = large
    with visit(chromium, site, language, "reader") as seen:
        seen.go(f"/plans/{plan_id}")
        found = Map(seen, plan_id)
        lot = of_class(found.drawn, "s1")
        found.click(lot)
        expect(seen.page.locator("#panel h3")).to_contain_text(lot[0])
        expect(seen.page.locator("#panel .why")).to_contain_text(lot[0])
        assert seen.page.url.endswith(f"/lots/{lot[0]}")
        assert not seen.violations()
        seen.page.click("[data-closes-panel]")
        expect(seen.page.locator("#panel h3")).to_have_count(0)


def test_the_ring_of_a_chosen_lot_lies_on_the_map_and_leaves_it_as_it_was(chromium, large):
    site, plan_id = large
    with visit(chromium, site, "en", "reader") as seen:
        seen.go(f"/plans/{plan_id}")
        found = Map(seen, plan_id)
        seen.page.locator("#panel").scroll_into_view_if_needed()
        before = found.picture()
        for name in ("s0", "s1"):
            found.click(of_class(found.drawn, name))
            expect(seen.page.locator("#panel h3")).to_contain_text(of_class(found.drawn, name)[0])
            assert found.picture() != before
            seen.page.click("[data-closes-panel]")
            expect(seen.page.locator("#panel h3")).to_have_count(0)
            assert found.picture() == before


def test_what_stands_behind_a_reason_is_asked_only_where_a_visitor_rests(chromium, large):
    site, plan_id = large
    with visit(chromium, site, "en", "reader") as seen:
        seen.page.clock.install(time="2026-01-01T08:00:00")
        seen.go(f"/plans/{plan_id}")
        seen.page.clock.pause_at("2026-01-01T09:00:00")
        links = seen.page.locator("#table td:first-child a")
        passed, rested = links.nth(0), links.nth(1)
        for link in (passed, rested):
            link.dispatch_event("click")
            expect(seen.page.locator("#panel h3")).to_contain_text(link.inner_text())
        seen.page.clock.run_for(1_000)
        expect(seen.page.locator("#panel .told")).to_be_visible()
        asked = [url.rpartition("/")[2] for url in seen.asked if "/explanations/" in url]
        assert asked == [rested.inner_text()]


def test_the_legend_leaves_its_lots_in_full_colour_and_the_view_changes_the_colours(chromium, large):
    site, plan_id = large
    with visit(chromium, site, "en", "reader") as seen:
        seen.go(f"/plans/{plan_id}")
        found = Map(seen, plan_id)
        kept, other = of_class(found.drawn, "s0"), of_class(found.drawn, "s1")
        before = found.colour(kept), found.colour(other)
        seen.page.click(".legend.sector .key[data-class=s0]")
        after = found.colour(kept), found.colour(other)
        assert after[0] == before[0]
        assert after[1] != before[1]
        seen.page.click(".legend.sector .key[data-class=s0]")
        assert (found.colour(kept), found.colour(other)) == before
        seen.page.click("[data-view=jobs]")
        assert found.colour(kept) != before[0]


def test_the_arrow_keys_walk_from_lot_to_lot_and_enter_tells_of_one(chromium, large):
    site, plan_id = large
    with visit(chromium, site, "fr", "reader") as seen:
        page = seen.page
        seen.go(f"/plans/{plan_id}")
        found = Map(seen, plan_id)
        labels = {lot[7]: lot for lot in found.drawn["lots"]}
        told = page.locator(".map-box [aria-live=polite]")
        found.canvas.focus()
        walked = []
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
            page.keyboard.press(key)
            walked.append(labels[told.inner_text()])
        first, right, down, left, up = walked
        assert right[2] > first[2]
        assert down[3] > right[3]
        assert left[2] < down[2]
        assert up[3] < left[3]
        page.keyboard.press("Enter")
        expect(page.locator("#panel h3")).to_contain_text(up[0])
        expect(page.locator("#panel h3")).to_be_focused()
        found.canvas.focus()
        for _ in range(6):
            page.keyboard.press("+")
        before = found.picture()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        assert labels[told.inner_text()][2] > up[2]
        assert found.picture() != before, "the map moves along"


def test_the_panel_of_a_lot_that_was_linked_to_is_open_beside_the_canvas(chromium, large):
    site, plan_id = large
    with visit(chromium, site, "ar", "reader") as seen:
        seen.go(f"/plans/{plan_id}")
        lot = of_class(Map(seen, plan_id).drawn, "s0")
        seen.go(f"/plans/{plan_id}/lots/{lot[0]}")
        Map(seen, plan_id)
        expect(seen.page.locator("#panel h3")).to_contain_text(lot[0])
        name = seen.page.locator("canvas[data-canvas]").get_attribute("aria-label")
        assert name == str(say("ar", "map.canvas", name=seen.page.locator("h1 bdi").inner_text()))


def test_runs_on_a_large_zone_are_watched_by_their_charts(chromium, large):
    site, plan_id = large
    service = site.house.service
    with service.reading() as connection:
        plan = plans.find(connection, plan_id)
        assignments = plans.document(connection, plan_id)["assignments"]
    with service.writing() as connection:
        by = runs.known(connection, plan.run_id).created_by
        made = rounds.add(connection, "Large", plan.instance_id, "all", by)
        rounds.change(connection, made, state="open")
        run = runs.add(connection, plan.instance_id, made.id, {"seconds": 60, "work": None, "seed": 1}, by)
        _, token = runs.claim(connection, run.id, "by hand")
        runs.progress(connection, run.id, token, {"value_millipoints": 900, "bound_millipoints": 990}, assignments)
    with visit(chromium, site, "ar", "committee") as seen:
        seen.go(f"/rounds/{made.id}")
        expect(seen.page.locator(".watched .value-path")).to_have_count(1)
        expect(seen.page.locator("[data-part=gap]")).to_contain_text("10")
        assert seen.page.locator(".watched svg.map").count() == 0
        assert not seen.violations()
