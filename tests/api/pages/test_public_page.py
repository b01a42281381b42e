"""The public page of a published round: nothing before, everything afterwards, and a check in the browser."""

import base64
import copy
import json
import re

from playwright.sync_api import expect

from api.child import outcome_document
from api.pages.assets import address
from api.pages.phrases import say
from api.store import instances, plans, rounds
from api.worker import packed
from instances import library
from instances.reading import read_instance
from instances.writing import document_text
from optimizer.case_bound import case_bound_millipoints
from optimizer.case_certificate import case_certificate_from
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import HTML
from tests.api.pages.test_frame import speaks
from tests.optimizer.test_altered_cases import short_of_power


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


LOOK = """async ([address, instance, files]) => {
  const { verify } = await import(address);
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return files.map(({ name, plan, certificate }) => {
    const lines = {};
    const told = (check, state, said) => { lines[check] = [state, said]; };
    const { state } = verify({ instance: bytes(instance), plan: bytes(plan), certificate: bytes(certificate) }, told);
    return [name, state, lines];
  });
}"""


def in_the_browser(chromium, site, instance, files):
    with visit(chromium, site, "en") as seen:
        seen.go("/sign-in")
        return seen.page.evaluate(LOOK, [address("verify_whole.js"), instance, files])


def test_the_browser_believes_every_good_certificate_and_no_altered_one(chromium, site):
    files = list(altered.files())
    looked = in_the_browser(chromium, site, altered.instance(), files)
    assert len(looked) == len(altered.NAMES) > 150
    for name, state, lines in looked:
        kind, _, stem = name.partition("/")
        wrong = {check for check, (result, _) in lines.items() if result == "bad"}
        if kind != "valid":
            assert state == "bad", name
            continue
        # The plan says that it is unique, which only a bound equal to its value can confirm.
        settles = altered.EXPECTED[kind][stem]["bound_millipoints"] == 3_350_000
        assert wrong == (set() if settles else {"unique"}), name
        assert lines["bound"] == ["good", str(altered.EXPECTED[kind][stem]["bound_millipoints"])], name


BOUND = """async ([form, cases, zone, instance, json, files]) => {
  const [{ certificateOf }, { boundOfCases }, { Zone }, { readInstance }, { parse }] =
    await Promise.all([form, cases, zone, instance, json].map((each) => import(each)));
  const read = (text) => parse(new TextEncoder().encode(text));
  return files.map(([about, certificate]) => {
    try {
      return String(boundOfCases(new Zone(readInstance(read(about))), certificateOf(read(certificate))));
    } catch (refusal) { return refusal.message; }
  });
}"""
MODULES = [f"verify_{name}.js" for name in ("form", "cases", "plan", "instance", "json")]


def test_the_browser_tells_cases_apart_as_the_checker_does(chromium, site):
    """Questions of both kinds; a most or a bound that is too low by one is found out."""
    about, document = short_of_power()
    bound = case_bound_millipoints(about, case_certificate_from(document))
    low, lower = copy.deepcopy(document), document | {"bound_millipoints": document["bound_millipoints"] - 1}
    low["proofs"][0]["most"][0] -= 1
    texts = [[document_text(about), json.dumps(each)] for each in (document, low, lower)]
    with visit(chromium, site, "en") as seen:
        seen.go("/sign-in")
        found = seen.page.evaluate(BOUND, [*map(address, MODULES), texts])
    assert found[0] == str(bound)
    assert found[1].startswith("piece_too_low")
    assert int(found[2]) == case_bound_millipoints(about, case_certificate_from(lower))


def test_the_browser_proves_the_bound_of_the_bundled_zone_as_the_checker_does(chromium, site):
    """An instance with limits, quotas, several lots to a site and streets, by pieces."""
    instance = read_instance(library.path("ait-kamra-168"))
    outcome = solve(instance, Limits(seconds=60, work=1))
    stored = packed(outcome_document(outcome))
    texts = [document_text(instance).encode(), stored["document"], stored["certificate"]]
    text, plan, certificate = (base64.b64encode(each).decode() for each in texts)
    file = {"name": "bundled", "plan": plan, "certificate": certificate}
    [(_, state, lines)] = in_the_browser(chromium, site, text, [file])
    assert (state, lines["value"]) == ("good", ["good", str(outcome.value_millipoints)]), lines
    assert lines["bound"] == ["good", str(outcome.proof.bound_millipoints)]
