"""The page of follow-up: what each role may do there, in every language, and a story in the browser."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from api.access import ROLES
from api.pages.phrases import say
from api.store import follow_ups
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import HTML
from tests.api.pages.test_frame import speaks

TODAY = datetime.now(UTC).date()


@pytest.fixture
def published(sitting):
    sitting.move("approve", plan_id=sitting.plan_id)
    sitting.move("publish")
    return sitting


def begin(published, granted_on):
    body = {"granted_on": granted_on.isoformat(), "works_days": 180, "production_days": 720}
    made = published.house.client("committee").post(f"/v1/rounds/{published.round_id}/follow-up", json=body)
    assert made.status_code == 201, made.text
    return [each["applicant_id"] for each in made.json()["grants"]]


def page(published, role="reader", language="en", query=""):
    path = f"/rounds/{published.round_id}/follow-up{query}"
    return published.house.client(role).get(path, headers={**HTML, "Accept-Language": language})


def rows(published):
    with published.house.service.reading() as connection:
        return follow_ups.of_round(connection, published.round_id)


def test_a_round_that_is_not_published_has_no_follow_up(sitting):
    assert page(sitting).status_code == 409
    link = f"/rounds/{sitting.round_id}/follow-up"
    assert link not in sitting.house.client("reader").get(f"/rounds/{sitting.round_id}", headers=HTML).text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_it_speaks_every_language_before_and_after_it_begins(published, language, direction):
    speaks(page(published, "committee", language), language, direction)
    begin(published, date(2020, 1, 1))
    speaks(page(published, "committee", language), language, direction)


def test_each_role_is_offered_what_it_may_do(published):
    assert 'name="granted_on"' in page(published, "committee").text
    assert 'name="granted_on"' not in page(published, "clerk").text
    begin(published, TODAY)
    fields = ('data-method="PATCH"', 'name="jobs_delivered"', 'name="returned_on"', 'name="granted_on"')
    assert {role: [name in page(published, role).text for name in fields] for role in ROLES} == {
        "reader": [False] * 4,
        "analyst": [False] * 4,
        "admin": [False] * 4,
        "auditor": [False] * 4,
        "clerk": [True, True, False, False],
        "committee": [True, True, True, False],
    }


def test_grants_are_shown_as_they_stand(published):
    count = len(begin(published, TODAY - timedelta(days=181)))
    text = page(published).text
    assert text.count("works late") == count
    assert text.count("days late") == count
    assert text.count("on time") == 0


def test_the_committee_gives_deadlines_and_a_clerk_notes_what_came(published, chromium):
    path = f"/rounds/{published.round_id}/follow-up"
    with visit(chromium, published.site, "en", "committee") as seen:
        seen.page.goto(f"{published.site.address}/rounds/{published.round_id}")
        seen.page.get_by_role("link", name="Follow-up").click()
        seen.page.get_by_label("Day of the grants").fill((TODAY - timedelta(days=200)).isoformat())
        seen.page.get_by_label("Days until works are due").fill("180")
        seen.page.get_by_label("Days until production is due").fill("720")
        seen.page.get_by_role("button", name="Give deadlines").click()
        expect(seen.page.locator("tbody tr .pill").first).to_have_text("works late")
    first = sorted(rows(published))[0]
    started = TODAY - timedelta(days=30)
    with visit(chromium, published.site, "ar", "clerk") as seen:
        seen.page.goto(f"{published.site.address}{path}")
        noted_by(seen, "ar", first, works_started_on=started.isoformat(), jobs_delivered="4")
        expect(seen.page.locator("tbody tr", has_text=first).locator(".pill")).to_have_text(
            say("ar", "follow.is_on_time")
        )
    noted = rows(published)[first]
    assert (noted.works_started_on, noted.production_started_on, noted.jobs_delivered) == (started, None, 4)
    with visit(chromium, published.site, "fr", "committee") as seen:
        seen.page.goto(f"{published.site.address}{path}")
        dialog = noted_by(seen, "fr", first, works_due_on="2001-01-01")
        expect(dialog.get_by_role("alert")).to_contain_text("2001-01-01")
        assert rows(published)[first] == noted
        seen.page.reload()
        noted_by(seen, "fr", first, works_started_on="", jobs_delivered="")
        expect(seen.page.locator("tbody tr", has_text=first).locator(".pill")).to_have_text(
            say("fr", "follow.is_works_late")
        )
    cleared = rows(published)[first]
    assert (cleared.works_started_on, cleared.jobs_delivered) == (None, None)


def noted_by(seen, language, applicant_id, **fields):
    """Fill in the form of a grant and send it."""
    name = f"{say(language, 'follow.note')} {applicant_id}"
    seen.page.get_by_role("button", name=name, exact=True).click()
    dialog = seen.page.get_by_role("dialog")
    for field, value in fields.items():
        dialog.locator(f"[name={field}]").fill(value)
    dialog.locator("button.main").click()
    return dialog
