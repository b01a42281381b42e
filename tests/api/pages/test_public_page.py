"""The public page of a published round: nothing before, everything afterwards, and a check in the browser."""

import json
import re

from playwright.sync_api import expect

from api.pages.phrases import say
from api.store import instances, plans, rounds
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import HTML
from tests.api.pages.test_frame import speaks


def get(sitting, path, role=None, language="en"):
    client = sitting.house.client(role)
    return client.get(path, headers={**HTML, "Accept-Language": language}, follow_redirects=False)


def test_nothing_is_public_before_it_is_published_and_everything_afterwards(sitting):
    page = f"/public/{sitting.round_id}"
    paths = [page, *(f"{page}/{name}" for name in ("instance.json", "plan.json", "certificate.json"))]
    sitting.move("approve", plan_id=sitting.plan_id)
    assert {get(sitting, path, role).status_code for path in paths for role in (None, "committee")} == {404}
    sitting.move("publish")
    for language, direction in (("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")):
        speaks(get(sitting, page, None, language), language, direction)
    text = get(sitting, page).text
    with sitting.house.service.reading() as connection:
        decided, plan = rounds.find(connection, sitting.round_id), plans.find(connection, sitting.plan_id)
        stored = [
            instances.document(connection, plan.instance_id),
            plans.content(connection, plan.id),
            plans.certificate(connection, plan.id),
        ]
    assert decided.roster_sha256 in text
    assert plan.certificate_sha256 in text
    assert "Spring &lt;2027&gt;" in text
    assert re.search(r"<bdi>A2</bdi>.*?<td class=\"reason\">[^<]{10,}</td>", text, re.DOTALL), (
        "a refusal with its reason"
    )
    assert [get(sitting, path).content for path in paths[1:]] == stored
    assert "A member of the committee" not in text, "who works there is nobody's business"
    assert get(sitting, f"{page}/nothing.json").status_code == 404
    assert get(sitting, "/public/rd_none").status_code == 404
    assert "A3" not in get(sitting, f"{page}?q=A1").text.partition('id="table"')[2]


def test_only_who_decides_is_offered_to_and_only_a_plan_of_the_frozen_roster(sitting):
    path = f"/plans/{sitting.plan_id}"
    assert "approve-dialog" in get(sitting, path, "committee").text
    for role in ("reader", "clerk", "analyst", "admin", "auditor"):
        assert "approve-dialog" not in get(sitting, path, role).text
        assert "publish-dialog" not in get(sitting, f"/rounds/{sitting.round_id}", role).text
    sitting.move("approve", plan_id=sitting.plan_id)
    assert "approve-dialog" not in get(sitting, path, "committee").text
    assert "revoke-dialog" in get(sitting, f"/rounds/{sitting.round_id}", "committee").text


def test_the_committee_decides_and_publishes_and_the_public_verifies(chromium, sitting, tmp_path):
    with visit(chromium, sitting.site, "fr", "committee") as seen:
        page = seen.page
        seen.go(f"/plans/{sitting.plan_id}")
        page.click("[data-opens=approve-dialog]")
        assert not seen.violations()
        page.fill("#approve-dialog textarea", "Unanime")
        page.click("#approve-dialog .main")
        page.wait_for_url(f"**/rounds/{sitting.round_id}")
        page.click("[data-opens=publish-dialog]")
        assert not seen.violations()
        page.click("#publish-dialog .main")
        page.wait_for_url(f"**/public/{sitting.round_id}")
    assert sitting.state() == "published"
    with visit(chromium, sitting.site, "ar") as seen:
        page = seen.page
        seen.go(f"/public/{sitting.round_id}")
        page.click("[data-verifies]")
        page.wait_for_selector("#verdict[data-kind=good]")
        assert str(say("ar", "verify.settled")) in page.inner_text("#verdict")
        assert page.locator("[data-check][data-state=bad]").count() == 0
        assert not seen.violations()
        page.set_viewport_size({"width": 360, "height": 800})
        assert seen.overflow() <= 0
        for name in ("instance", "plan", "certificate"):
            (tmp_path / f"{name}.json").write_bytes(get(sitting, f"/public/{sitting.round_id}/{name}.json").content)
        plan = json.loads((tmp_path / "plan.json").read_text())
        plan["assignments"]["A2"] = plan["assignments"].pop("A1")
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        page.click("#verify summary")
        page.set_input_files("#own-files", [tmp_path / f"{name}.json" for name in ("instance", "plan", "certificate")])
        page.wait_for_selector("#verdict[data-kind=bad]")
        assert page.locator("[data-check][data-state=bad]").count() > 0
        page.set_input_files("#own-files", [tmp_path / "plan.json"])
        expect(page.locator("#verdict")).to_have_text(str(say("ar", "verify.three")))
