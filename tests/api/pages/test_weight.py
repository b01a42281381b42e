"""How much script a page loads, as a real browser loads it and as it travels: without comments, packed.

`python -m tests.api.pages.test_weight` prints the table.
"""

from __future__ import annotations

import re

import pytest

from api.pages.assets import content
from api.pages.frame import TEMPLATES
from tests.api.pages.browsing import visit
from tests.api.pages.test_assets import SCRIPTS, loaded

MOST_PACKED_BYTES = 30_000
MOST_PLAIN_BYTES = {"public": 90_000, "": 30_000}
"""Checking a decision is a program of its own; it is loaded by whoever asks for the check."""
PLAIN, PACKED = ({name: len(content(name)[which]) for name in SCRIPTS} for which in (0, 1))
PAGES = (
    "start.html", "rounds.html", "round.html", "batch.html", "zones.html", "zone_new.html", "zone.html", "run.html",
    "plan.html", "compare.html", "sign_in.html", "people", "settings", "audit", "waiting run",
)  # fmt: skip


def scripts(asked):
    """The names of the scripts among the addresses that were asked for."""
    return {found[1] for url in asked if (found := re.search(r"/static/[^/]*/([a-z_]+\.js)$", url))}


def test_a_page_and_all_that_can_be_asked_for_on_it_stay_light(chromium, site, held):
    paths = held.pages | {"people": "/people", "settings": "/settings", "audit": "/audit"}
    paths["waiting run"] = f"/runs/{held.waiting.id}"
    with visit(chromium, site, "en", "committee") as seen, visit(chromium, site, "en", "admin") as admin:
        for name in PAGES:
            visitor = admin if name in ("people", "settings", "audit") else seen
            visitor.asked.clear()
            visitor.go(paths[name])
            visitor.page.wait_for_load_state("load")
            found = scripts(visitor.asked)
            every = set().union(*(loaded(each) for each in found))
            assert "frame.js" in found, name
            assert sum(PACKED[each] for each in every) < MOST_PACKED_BYTES, (name, sorted(every))
            assert sum(PLAIN[each] for each in every) < MOST_PLAIN_BYTES[""], (name, sorted(every))


@pytest.mark.parametrize("entry", ["verify.js"])
def test_the_public_page_stays_light_with_the_check_itself(entry):
    every = loaded(entry) | loaded("verify_worker.js") | {"frame.js"}
    assert sum(PACKED[each] for each in every) < MOST_PACKED_BYTES
    assert sum(PLAIN[each] for each in every) < MOST_PLAIN_BYTES["public"]


def test_what_checks_a_decision_is_loaded_only_when_somebody_asks(chromium, sitting):
    sitting.move("approve", plan_id=sitting.plan_id)
    sitting.move("publish")
    with visit(chromium, sitting.site, "en") as seen:
        seen.go(f"/public/{sitting.round_id}")
        assert scripts(seen.asked) == {"frame.js", "verify.js"}
        with seen.page.expect_worker() as worker:
            seen.page.click("[data-verifies]")
        assert scripts([worker.value.url]) == {"verify_worker.js"}
        seen.page.wait_for_selector("#verdict:not([hidden])")


def by_template() -> dict[str, set[str]]:
    """Template -> every script that its page can come to load, the frame's among them."""
    entries = {
        path.stem: set(re.findall(r"asset\('([a-z_]+\.js)'\)", path.read_text(encoding="utf-8")))
        for path in sorted(TEMPLATES.glob("*.html"))
    }
    return {name: set().union(*map(loaded, found | {"frame.js"})) for name, found in entries.items() if found}


@pytest.mark.parametrize("name", sorted(by_template()))
def test_no_template_names_more_script_than_travels_lightly(name):
    assert sum(PACKED[each] for each in by_template()[name]) < MOST_PACKED_BYTES


if __name__ == "__main__":
    for template, every in by_template().items():
        packed, plain = (sum(sizes[each] for each in every) for sizes in (PACKED, PLAIN))
        print(f"{template:10} {packed:6} bytes packed, {plain:6} plain: {' '.join(sorted(every))}")
