"""On a map so wide that no letter could be read none is laid out, until it is zoomed."""

import pytest

from api.zone_map import zone_map
from benchmarks.pages import stored
from instances import library
from instances.generate import generate
from instances.reading import read_instance
from tests.api.house import house
from tests.api.pages.browsing import Site, visit

SHOWN = """() => {
  const texts = [...document.querySelectorAll("svg[data-map] .lot text")];
  return texts.filter((each) => each.getClientRects().length).length;
}"""


@pytest.fixture(scope="module")
def wide():
    return generate(lots=1_500, applicants=1_600, seed=1, zones=12)


def test_a_map_is_far_when_it_is_wide(wide):
    assert zone_map(wide).is_far
    assert not zone_map(read_instance(library.path("ait-kamra-168"))).is_far


def test_letters_come_with_the_zoom_and_go_with_it(chromium, stores, wide):
    with stores.fresh("sqlite") as url, house(url) as built:
        plan_id = stored(built, wide)
        site = Site(built)
        site.start()
        with visit(chromium, site, "fr", "reader") as seen:
            seen.go(f"/plans/{plan_id}")
            assert seen.page.evaluate(SHOWN) == 0
            closer, farther, whole = seen.page.locator(".zoom button").all()
            for _ in range(3):
                closer.click()
            assert seen.page.evaluate(SHOWN) > 0
            farther.click()
            whole.click()
            assert seen.page.evaluate(SHOWN) == 0
            seen.page.locator("a.lot").nth(7).click(force=True)
            seen.page.locator("#panel h3").wait_for()
            assert not seen.violations()
        site.stop()
