"""Every page in a real browser: no barrier that axe-core knows, nothing wider than a phone, readable in both lights."""

from tests.api.pages.browsing import CONTRAST, visit


def paths(held):
    parts = [f"/plans/{held.plan_id}/lots/L1?by=jobs", f"/plans/{held.plan_id}/applicants/A4", "/nothing"]
    return (*held.pages.values(), *parts)


def test_no_page_has_a_barrier_in_any_light_or_is_wider_than_a_phone(chromium, site, held):
    with visit(chromium, site, "ar", "committee") as seen:
        found = {}
        for path in paths(held):
            seen.go(path)
            found[path] = seen.violations()
            seen.page.emulate_media(color_scheme="dark")
            found[path] += seen.violations(CONTRAST)
            seen.page.emulate_media(color_scheme="light")
            seen.page.set_viewport_size({"width": 360, "height": 800})
            found[path] += ["wider than a phone"] if seen.overflow() > 0 else []
            seen.page.set_viewport_size({"width": 1280, "height": 800})
        assert not {path: wrong for path, wrong in found.items() if wrong}


def test_long_words_fit_a_phone_too(chromium, site, held):
    with visit(chromium, site, "fr", "committee", width=360) as seen:
        for name in ("round.html", "plan.html", "start.html", "zone_new.html"):
            seen.go(held.pages[name])
            assert seen.overflow() <= 0, name


def test_a_waiting_run_and_every_dialog_have_no_barrier(chromium, site, held):
    with visit(chromium, site, "ar", "committee") as seen:
        seen.go(f"/runs/{held.waiting.id}")
        assert not seen.violations()
        seen.go(f"/rounds/{held.round_id}")
        seen.page.click("[data-opens=freeze-dialog]")
        assert not seen.violations()
        seen.page.keyboard.press("Escape")
        assert not seen.page.is_visible("#freeze-dialog")


def test_arabic_is_set_in_the_services_own_letters(chromium, site, held):
    with visit(chromium, site, "ar", "reader") as seen:
        seen.go("/rounds")
        assert seen.page.evaluate("document.fonts.check('16px Plex', 'ب')")
        assert any(url.endswith("plex-400.ttf") for url in seen.asked)
        assert seen.page.evaluate("getComputedStyle(document.body).direction") == "rtl"


def test_a_printed_plan_shows_map_reasons_and_no_buttons(chromium, site, held):
    with visit(chromium, site, "fr", "reader") as seen:
        seen.go(f"/plans/{held.plan_id}")
        seen.page.emulate_media(media="print")
        assert seen.page.is_visible("svg.map")
        assert seen.page.is_visible("table")
        assert not seen.page.is_visible(".choices")
        assert not seen.page.is_visible("[data-prints]")
        assert seen.page.pdf(format="A4").startswith(b"%PDF")


def test_the_whole_map_is_reached_by_keyboard(chromium, site, held):
    with visit(chromium, site, "en", "reader") as seen:
        seen.go(f"/plans/{held.plan_id}")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "content"
        seen.page.focus("[data-lot=L1]")
        seen.page.keyboard.press("ArrowRight")
        assert seen.page.evaluate("document.activeElement.dataset.lot") == "L2"
        seen.page.keyboard.press("ArrowRight")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector("#panel h3:has-text('L3')")
        assert seen.page.url.endswith("/lots/L3")
