"""The frame: languages, light, the policy that lets nothing else in, and what refuses."""

import re

import pytest

from api.pages.frame import POLICY
from api.pages.preferences import local
from tests.api.pages.conftest import HTML

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_every_page_speaks_every_language(held, language, direction):
    for path in held.pages.values():
        speaks(held.get(path, "committee", language), language, direction)


def speaks(answer, language, direction):
    assert (answer.status_code, answer.headers["content-language"]) == (200, language)
    assert f'<html lang="{language}" dir="{direction}" data-theme="auto">' in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert len(re.findall("<h1", answer.text)) == 1
    body = re.sub(r'data-[a-z-]+="[^"]*"', "", answer.text)
    assert not re.search(r"\{[a-z_]+\}", body), "a value was not filled in"


def test_nothing_on_a_page_comes_from_elsewhere_or_runs_inline(held):
    for name, path in held.pages.items():
        text = held.get(path, "committee").text
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), name
        assert not re.search(r"\son[a-z]+=|style=|<style|<script(?! type=\"module\" src=)", text), name


def test_what_people_wrote_is_escaped(held):
    text = held.get(f"/rounds/{held.round_id}").text
    assert "Spring &lt;2027&gt;" in text
    assert "Spring <2027>" not in text


def test_the_policy_lets_a_browser_ask_this_service_only():
    policy = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert policy.pop("img-src") == "'self' data:"
    assert set(policy.values()) == {"'self'", "'none'"}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_a_choice_is_kept_and_comes_before_the_browsers_language(held):
    client = held.house.client()
    body = b"language=ar&theme=dark&next=%2Fsign-in"
    chosen = client.post("/preferences", content=body, headers=SAME_SITE, follow_redirects=False)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/sign-in")
    answer = client.get("/sign-in", headers={**HTML, "Accept-Language": "fr"})
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in answer.text


def test_a_choice_that_is_not_offered_changes_nothing(held):
    client = held.house.client()
    chosen = client.post("/preferences", content=b"language=xx&theme=%00", headers=SAME_SITE, follow_redirects=False)
    assert (chosen.status_code, "set-cookie" in chosen.headers) == (303, False)
    assert client.post("/preferences", content=b"language=fr").status_code == 403, "from another site"


@pytest.mark.parametrize(
    ("given", "leads_to"),
    [("/rounds?x=1", "/rounds?x=1"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"),
     ("/\tx", "/"), ("", "/"), ("/a\\b", "/")],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(given, leads_to):
    assert local(given) == leads_to


def test_strangers_are_led_to_sign_in_and_back(held):
    answer = held.get(f"/plans/{held.plan_id}?by=jobs", role=None)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next=%2Fplans%2F{held.plan_id}%3Fby%3Djobs"
    page = held.get(answer.headers["location"], role=None)
    assert f'data-next="/plans/{held.plan_id}?by=jobs"' in page.text


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_is_not_there_is_a_page_that_helps(held, language):
    parts = [f"/plans/{held.plan_id}/{kind}/none" for kind in ("lots", "applicants")]
    for path in (*MISSING, *parts):
        answer = held.get(path, "reader", language)
        assert answer.status_code in (404, 422), path
        assert answer.headers["content-type"].startswith("text/html")
        assert f'lang="{language}"' in answer.text


def test_who_may_not_come_in_learns_who_may(held):
    answer = held.get(held.pages["batch.html"], "reader")
    assert answer.status_code == 403
    for role in ("clerk", "committee", "reader"):
        assert f'<span class="pill">{role}</span>' in answer.text


def test_machines_still_get_problem_documents(held):
    assert held.get("/v1/plans/none").headers["content-type"] == "application/problem+json"
    client = held.house.client("reader")
    assert client.get("/nothing", headers={"Accept": "application/json"}).json()["code"] == "no_such_page"


def test_a_fault_of_the_service_is_a_page_too(held, monkeypatch):
    from api.pages import rounds

    def broken(*_):
        raise RuntimeError("made for a test")

    monkeypatch.setattr(rounds, "place_after", broken)
    answer = held.get("/rounds")
    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert "RuntimeError" not in answer.text


MISSING = ("/nothing", "/plans/pl_none", "/runs/rn_none", "/rounds/rd_none", "/zones/none", "/rounds?cursor=x")
ALLOWED = {
    "/zones/new": {"clerk", "analyst", "committee"},
    "batch": {"clerk", "committee"},
}


@pytest.mark.parametrize("role", ["reader", "clerk", "analyst", "committee", "admin", "auditor"])
def test_each_role_opens_just_its_pages(held, role):
    for name, path in held.pages.items():
        allowed = ALLOWED.get(path) or ALLOWED.get(name.partition(".")[0])
        status = held.get(path, role).status_code
        assert status == (200 if allowed is None or role in allowed else 403), (role, path)
    begun = held.house.client(role).post("/start/bundled")
    assert (begun.status_code == 403) == (role != "committee")


def test_every_route_of_the_pages_needs_somebody_known(held):
    from api.pages.site import PAGES

    paths = {route.path for module in PAGES for route in module.router.routes}
    public = {"/public/{round_id}", "/public/{round_id}/minutes.pdf", "/public/{round_id}/{name}"}
    assert public <= paths
    for path in sorted(paths - {"/sign-in", "/preferences"} - public):
        filled = re.sub(r"\{[^}]*\}", "x", path)
        answer = held.get(filled, role=None)
        assert answer.status_code in (303, 405), path
