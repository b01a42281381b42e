"""Whole stories on the pages of comparing, people, settings and minutes: in every language, on either store."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from api.pages.phrases import say
from api.store import principals
from instances.faults import LANGUAGES
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.browsing import CONTRAST, visit
from tests.api.pages.conftest import seated
from tests.api.stores import KINDS

PASSWORD = "a password of four words"
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module", params=KINDS)
def office(request, stores):
    """A frozen round with two plans; request.param says on which kind of store."""
    instance = read_instance(altered.FOLDER / "instance")
    with stores.fresh(request.param) as url, seated(url, instance) as sitting:
        asked = sitting.house.client("analyst").post(
            f"/v1/rounds/{sitting.round_id}/runs", json={"work": 20, "seed": 2}
        )
        sitting.second = sitting.end(asked.json()["id"], solve(instance, Limits(seconds=20, work=2, seed=2)))
        yield sitting


def is_free_of_barriers(seen):
    """In light, in the dark, and on a phone."""
    assert not seen.violations()
    seen.page.emulate_media(color_scheme="dark")
    assert not seen.violations(CONTRAST)
    seen.page.emulate_media(color_scheme="light")
    before = seen.page.viewport_size
    seen.page.set_viewport_size({"width": 360, "height": 800})
    assert seen.overflow() <= 0
    seen.page.set_viewport_size(before)


@LANGUAGE
def test_plans_are_marked_in_their_round_and_compared(chromium, office, language):
    with visit(chromium, office.site, language, "analyst") as seen:
        page = seen.page
        seen.go(f"/rounds/{office.round_id}")
        marks = page.locator("#run [name=plan]")
        assert marks.count() == 2
        for mark in marks.all():
            mark.check()
        page.click("#compare button")
        page.wait_for_url("**/compare?*")
        expect(page.locator("h1")).to_have_text(str(say(language, "compare.title")))
        expect(page.locator("svg[data-map]")).to_have_count(2)
        values = page.locator("tbody tr").first.locator("td").all_inner_texts()
        assert len(values) == 2
        assert page.locator("td.best").count() >= 1
        is_free_of_barriers(seen)
        page.locator("svg[data-map]").first.locator("[data-lot=L1]").hover()
        expect(page.locator("svg[data-map] .near")).to_have_count(2)
        page.click("thead a >> nth=1")
        page.wait_for_url("**/plans/*")
        assert page.locator(".map-card").is_visible()


@LANGUAGE
def test_an_administrator_lets_people_and_machines_in_and_out(chromium, office, language):
    name = f"Portal {language}"
    with visit(chromium, office.site, language, "admin") as seen:
        page = seen.page
        page.on("dialog", lambda dialog: dialog.accept())
        seen.go("/people")
        is_free_of_barriers(seen)
        page.click("[data-opens=machine-dialog]")
        assert not seen.violations()
        page.fill("#machine-dialog [name=name]", name)
        page.check("#machine-dialog [name=clerk]")
        page.click("#machine-dialog .main")
        row = page.locator("tr", has_text=name)
        expect(row.locator(".tag")).to_have_count(2)
        row.locator("[data-opens^=key-]").click()
        row.locator("dialog[open] .main:visible").click()
        secret = row.locator("dialog[open] code.secret")
        expect(secret).to_contain_text("lot_")
        key = secret.inner_text()
        assert not seen.violations()
        row.locator("dialog[open] [data-secret] button").click()
        expect(row.locator("form[data-method=DELETE] button")).to_have_count(1)
        me = office.house.client(None, Authorization=f"Bearer {key}").get("/v1/me")
        assert me.json()["name"] == name
        row.locator("[data-opens^=change-]").click()
        page.uncheck("dialog[open] [name=clerk]")
        page.click("dialog[open] form[data-method=PATCH] .main")
        expect(row.locator(".tag")).to_have_count(1)
        row.locator("form[data-method=DELETE] button").click()
        expect(row.locator("form[data-method=DELETE]")).to_have_count(0)
        assert office.house.client(None, Authorization=f"Bearer {key}").get("/v1/me").status_code == 401
        page.click("[data-opens=invite-dialog]")
        page.click("#invite-dialog .main:visible")
        link = page.locator("#invite-dialog code")
        expect(link).to_contain_text("/invitations/")
        path = re.sub(r"^https?://[^/]*", "", link.inner_text())
    joins(chromium, office, language, path)


def joins(chromium, office, language, path):
    """Whoever was invited chooses a name and a password, and is in."""
    with visit(chromium, office.site, language) as seen:
        seen.go(path)
        is_free_of_barriers(seen)
        seen.page.fill("#name", f"Invited {language}")
        seen.page.fill("#password", PASSWORD)
        seen.page.click("form button")
        seen.page.wait_for_url("**/start")
        expect(seen.page.locator(".who .name")).to_contain_text(f"Invited {language}")
    with office.house.service.reading() as connection:
        assert f"Invited {language}" in [each.name for each in principals.page(connection, None, 50)]


@LANGUAGE
def test_a_setting_is_changed_and_shows_where_it_counts(chromium, office, language):
    with (
        visit(chromium, office.site, language, "admin") as admin,
        visit(chromium, office.site, language, "committee") as member,
    ):
        for count in ("2", "1"):
            admin.go("/settings")
            is_free_of_barriers(admin)
            admin.page.fill("[name=approvals_needed]", count)
            with admin.page.expect_navigation():
                admin.page.click("form[data-method=PUT] .main")
            expect(admin.page.locator("[name=approvals_needed]")).to_have_value(count)
            member.go(f"/plans/{office.plan_id}")
            member.page.click("[data-opens=approve-dialog]")
            said = member.page.inner_text("#approve-dialog")
            assert (str(say(language, "plan.first_lead")) in said) == (count == "2")
            assert not member.violations()
        admin.page.fill("[name=approvals_needed]", "9")
        admin.page.click("form[data-method=PUT] .main")
        assert admin.page.evaluate("document.querySelector('[name=approvals_needed]').validity.rangeOverflow")
    assert office.house.client("admin").get("/v1/settings").json() == {"approvals_needed": 1}


@LANGUAGE
def test_minutes_and_letters_are_offered_with_the_decision_and_go_with_it(chromium, office, language):
    with visit(chromium, office.site, language, "committee") as seen:
        page = seen.page
        seen.go(f"/rounds/{office.round_id}")
        assert page.locator("a[href*='/minutes']").count() == 0
        seen.go(f"/plans/{office.plan_id}")
        page.click("[data-opens=approve-dialog]")
        page.click("#approve-dialog .main")
        page.wait_for_url(f"**/rounds/{office.round_id}")
        is_free_of_barriers(seen)
        told = {}
        for kind in ("minutes", "letters"):
            link = page.locator(f"a[href*='/{kind}']")
            expect(link).to_have_text(str(say(language, f"paper.{kind}")))
            answer = seen.context.request.get(office.site.address + link.get_attribute("href"))
            assert answer.headers["content-type"] == "application/pdf"
            told[kind] = PdfReader(io.BytesIO(answer.body()))
        assert any("L1" in sheet.extract_text() for sheet in told["minutes"].pages)
        assert len(told["letters"].pages) == len(read_instance(altered.FOLDER / "instance").applicants)
        page.click("[data-opens=revoke-dialog]")
        assert not seen.violations()
        page.click("#revoke-dialog .main")
        page.wait_for_selector(".pill, .steps")
        expect(page.locator("a[href*='/minutes']")).to_have_count(0)
