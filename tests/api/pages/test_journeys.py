"""Whole stories in a real browser: the clerk's, the committee's, and one in which the connection breaks."""

import io
import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from api.pages.phrases import say
from api.passwords import hashed
from api.store import principals, runs
from tests.api.house import house
from tests.api.pages.browsing import Site, visit
from tests.api.pages.conftest import hold
from tests.api.served import served

PASSWORD = "correct horse battery"
GOOD = "B7,marble,800,950,1,9,3,20,2.5,70"
BAD = "A1,tin,800,950,1,many,3,20,2.5,170"
HEADER = "applicant_id,sector,area_min_m2,area_max_m2,max_lots,jobs_direct,jobs_indirect,power_kw,water_m3_day,score"


def table(*rows):
    return {"name": "batch.csv", "mimeType": "text/csv", "buffer": "\n".join([HEADER, *rows]).encode()}


@pytest.fixture(scope="module")
def fresh(stores):
    """A house of its own, for what changes it."""
    with stores.fresh("sqlite") as url, house(url) as built:
        with built.service.writing() as connection:
            for name, role in (("A clerk", "clerk"), ("A member", "committee")):
                principals.add(connection, "person", name, [role], hashed(PASSWORD))
        held = hold(built)
        site = Site(built)
        site.start()
        yield site, held
        site.stop()


def signed_in(seen, name, path):
    """From the page that was asked for, by way of the sign-in page, back to it."""
    seen.go(path)
    seen.page.fill("[name=name]", name)
    seen.page.fill("[name=password]", PASSWORD)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_clerk_mends_a_batch_and_imports_it(chromium, fresh, language):
    site, held = fresh
    with visit(chromium, site, language) as seen:
        page = seen.page
        signed_in(seen, "A clerk", f"/rounds/{held.round_id}/import")
        page.set_input_files("#files", table(GOOD, BAD))
        page.wait_for_selector("#faults tbody tr")
        fields = page.locator("#faults tbody code").all_text_contents()
        assert sorted(fields) == ["applicant_id", "jobs_direct", "score"]
        assert page.locator("#faults tbody tr:has-text('many')").count() == 1
        assert say(language, "faults.title", count=3) in page.inner_text("#result")
        assert language != "ar" or not seen.violations()
        with page.expect_download() as saved:
            page.click("#result-actions button")
        book = CalamineWorkbook.from_filelike(io.BytesIO(saved.value.path().read_bytes()))
        assert len(book.sheet_names) == 2
        page.set_input_files("#files", table(GOOD.replace("B7", f"B-{language}")))
        page.click(f"#result-actions button:has-text('{say(language, 'batch.store', count=1)}')")
        page.wait_for_url(f"**/rounds/{held.round_id}")
        assert page.locator("#roster-title").is_visible()
        page.click(f"text={say(language, 'frame.sign_out')}")
        page.wait_for_url("**/sign-in")


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_committee_reads_a_plan(chromium, fresh, language):
    site, held = fresh
    with visit(chromium, site, language, "committee") as seen:
        page = seen.page
        seen.go("/rounds")
        page.click("h2 a")
        assert str(say(language, "policy.job_direct")) in page.inner_text("#policy")
        page.click(f"#run table a[href='/plans/{held.plan_id}']")
        page.click("[data-lot=L3]")
        page.wait_for_selector("#panel .why")
        assert "L3" in page.inner_text("#panel .why")
        page.click(".legend.sector .key[data-class=s0]")
        assert page.locator("a.lot.dim").count() == 2
        page.click("[data-view=jobs]")
        assert page.locator("a.lot.dim").count() == 0
        page.fill("[name=q]", "A4")
        expect(page.locator("#table tbody tr")).to_have_count(1)
        page.click("#table tbody a")
        page.wait_for_selector("#panel .pill.refused")
        page.select_option("[name=outcome]", "granted")
        page.fill("[name=q]", "")
        expect(page.locator("#table tbody tr")).to_have_count(2)
        with page.expect_download() as saved:
            page.click("a[href$='.csv']")
        assert len(saved.value.path().read_text().splitlines()) == 5
        page.click(f".switch [value={'fr' if language == 'en' else 'en'}]")
        expect(page.locator(f"html:not([lang={language}])")).to_have_count(1)


def test_a_run_is_followed_over_a_reload_and_a_broken_connection(chromium, fresh):
    site, held = fresh
    service = site.house.service
    with service.writing() as connection:
        _, token = runs.claim(connection, held.waiting.id, "by hand")

    def tell(value, bound, **assignments):
        with service.writing() as connection:
            news = {"value_millipoints": value, "bound_millipoints": bound}
            runs.progress(connection, held.waiting.id, token, news, assignments or None)

    with visit(chromium, site, "fr", "committee") as seen:
        page = seen.page
        seen.go(f"/runs/{held.waiting.id}")
        tell(2_000_000, None, A1=["L1", "L2"])
        page.wait_for_selector("[data-part=value]:has-text('2')")
        expect(page.locator(".lot.s0")).to_have_count(2)
        tell(3_220_000, 3_250_000, A1=["L1", "L2"], A2=["L3"])
        expect(page.locator("[data-part=gap]")).to_contain_text("0,94")
        expect(page.locator(".lot.s1")).to_have_count(1)
        assert page.locator("[data-part=chart] .value-path").count() == 1
        page.reload()
        expect(page.locator(".lot.s1")).to_have_count(1)
        site.stop()
        page.wait_for_selector("[data-part=lost]:not([hidden])")
        tell(3_230_000, 3_240_000)
        site.start()
        expect(page.locator("[data-part=value]")).to_have_text(re.compile("3.230"))
        page.wait_for_selector("[data-part=lost]", state="hidden")
        page.click("[data-part=stop] button")
        page.wait_for_selector("[data-part=stop] button:disabled")
        with service.writing() as connection:
            runs.finish(connection, held.waiting.id, token, {"kind": "none_found"})
        page.wait_for_selector("text=Aucun plan n'a été trouvé")


def test_files_that_are_dropped_side_by_side_become_a_zone(chromium, fresh, tmp_path):
    from instances import library

    site, _ = fresh
    files = library.path("ait-kamra-168")
    with visit(chromium, site, "en", "committee") as seen:
        page = seen.page
        seen.go("/zones/new")
        page.set_input_files("#files", [files / "zone.geojson", files / "policy.toml"])
        page.wait_for_selector("#faults tbody tr")
        assert "applicants" in page.inner_text("#faults")
        page.set_input_files("#files", [files / name for name in ("zone.geojson", "policy.toml", "applicants.csv")])
        page.click("#result-actions button")
        page.wait_for_selector("svg.map .pairs-border, svg.map .pairs")
        assert page.locator("a.lot").count() == 168
        assert page.is_visible("[data-kind=border]")
        page.uncheck("[data-shows=border]")
        assert page.is_hidden("[data-kind=border]")
        page.check("[name=neighbours_approved]")
        page.fill("[name=name]", "A round of its own")
        page.click(".begin button")
        page.wait_for_selector("h1:has-text('A round of its own')")
        page.click("[data-opens=open-dialog]")
        page.click("#open-dialog .main")
        page.click("[data-opens=freeze-dialog]")
        page.click("#freeze-dialog .main")
        page.wait_for_selector(".seal code")
        assert len(page.inner_text(".seal code")) == 64


def test_a_whole_round_with_a_real_solver_on_postgresql(chromium, stores, tmp_path):
    """The command itself: sign in by invitation, import, freeze, run, read the plan."""
    from tests.api.pages.stories import invited, small_files

    with stores.fresh("postgresql") as url, served(url, tmp_path) as running:
        running.serve()
        site = Site(house=None, port=running.port)  # type: ignore[arg-type]
        with visit(chromium, site, "ar") as seen:
            page = seen.page
            page.goto(invited(running.log()))
            page.fill("#name", "A member")
            page.fill("#password", PASSWORD)
            page.click("form button")
            page.wait_for_url("**/start")
            seen.go("/zones/new")
            page.set_input_files("#files", small_files(tmp_path))
            page.click("#result-actions button")
            page.click(".begin button")
            page.click("[data-opens=open-dialog]")
            page.click("#open-dialog .main")
            page.click("[data-opens=freeze-dialog]")
            page.click("#freeze-dialog .main")
            page.wait_for_selector(".seal code")
            page.fill("#seconds", "0")
            page.click("#run form .main")
            page.wait_for_url("**/runs/*")
            page.click(f"text={say('ar', 'run.see_plan')}")
            page.wait_for_selector(".figure.proof.whole")
            assert str(say("ar", "plan.best")) in page.inner_text(".figure.proof")
            assert not seen.violations()
