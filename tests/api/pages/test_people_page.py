"""What administrators change of people and machines, over HTTP and on the page."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from api.passwords import hashed
from api.store import principals
from tests.api.house import house
from tests.api.pages.browsing import Site, visit
from tests.api.pages.conftest import HTML

PASSWORD, NEW = "a password of four words", "another one of four words"
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def staffed(stores):
    with stores.fresh("sqlite") as url, house(url) as built:
        with built.service.writing() as connection:
            person = principals.add(connection, "person", "Nadia <b>", ["clerk"], hashed(PASSWORD))
            key_id, key = principals.issue_key(connection, person.id, 30)
        built.person, built.key_id, built.keys["person"] = person, key_id, key
        yield built


def test_roles_change_at_once_and_the_last_administrator_stays(staffed):
    admin, path = staffed.client("admin"), f"/v1/principals/{staffed.person.id}"
    assert staffed.client("person").get("/v1/audit").status_code == 403
    assert admin.patch(path, json={"roles": ["auditor"]}).json()["roles"] == ["auditor"]
    assert staffed.client("person").get("/v1/audit").status_code == 200
    mine = admin.get("/v1/me").json()["id"]
    for refused in (admin.patch(f"/v1/principals/{mine}", json={"roles": ["reader"]}),
                    admin.post(f"/v1/principals/{mine}:disable")):  # fmt: skip
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
    assert admin.patch(path, json={"roles": ["admin"]}).status_code == 200
    assert admin.post(f"/v1/principals/{mine}:disable").status_code == 204


def test_a_reset_ends_the_old_password_and_lets_the_same_person_in_again(staffed):
    admin, person = staffed.client("admin"), {"name": staffed.person.name, "password": PASSWORD}
    assert staffed.client(None, **OURS).post("/v1/session", json=person).status_code == 200
    token = admin.post(f"/v1/principals/{staffed.person.id}:reset").json()["token"]
    assert staffed.client(None, **OURS).post("/v1/session", json=person).status_code == 401
    stranger = staffed.client(None, **OURS)
    other = {"name": "Somebody else", "password": NEW}
    assert stranger.post(f"/v1/invitations/{token}:accept", json=other).status_code == 410
    again = stranger.post(f"/v1/invitations/{token}:accept", json=person | {"password": NEW})
    assert again.json()["id"] == staffed.person.id
    assert stranger.post(f"/v1/invitations/{token}:accept", json=person | {"password": NEW}).status_code == 410
    assert staffed.client(None, **OURS).post("/v1/session", json=person | {"password": NEW}).status_code == 200
    machine = admin.post("/v1/principals", json={"name": "portal", "roles": ["clerk"]}).json()["id"]
    assert admin.post(f"/v1/principals/{machine}:reset").json()["code"] == "no_sign_in"


def test_keys_are_listed_with_their_last_use_and_never_with_what_they_open(staffed):
    admin, path = staffed.client("admin"), f"/v1/principals/{staffed.person.id}/keys"
    assert [each["last_used_at"] for each in admin.get(path).json()] == [None]
    staffed.client("person").get("/v1/me")
    (used,) = admin.get(path).json()
    assert used["id"] == staffed.key_id
    assert used["last_used_at"] is not None
    secret = staffed.keys["person"].partition("_")[2].partition("_")[2]
    assert len(secret) > 20
    assert secret not in str(used)
    admin.delete(f"/v1/keys/{staffed.key_id}")
    assert admin.get(path).json() == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_pages_are_for_administrators_alone(staffed, language):
    accept = {**HTML, "Accept-Language": language}
    for path in ("/people", "/settings"):
        text = staffed.client("admin").get(path, headers=accept).text
        assert f'lang="{language}"' in text
        for role in ("reader", "clerk", "analyst", "committee", "auditor"):
            assert staffed.client(role).get(path, headers=accept).status_code == 403
    assert "Nadia &lt;b&gt;" in staffed.client("admin").get("/people", headers=accept).text
    assert "LOTWISE_OIDC_CLIENT_SECRET" in text
    assert staffed.service.settings.store not in text


def test_an_administrator_invites_issues_a_key_and_asks_for_two_approvals(staffed, chromium):
    site = Site(staffed)
    site.start()
    with visit(chromium, site, "fr", "admin") as seen:
        seen.go("/people")
        assert seen.violations() == []
        seen.page.click("[data-opens=invite-dialog]")
        seen.page.click("#invite-dialog button.main:visible")
        link = seen.page.locator("#invite-dialog code")
        expect(link).to_contain_text("/invitations/")
        assert seen.violations() == []
        token = link.inner_text().rpartition("/")[2]
        seen.page.click("#invite-dialog [data-secret] button")
        row = seen.page.locator("tr", has_text="Nadia")
        row.locator("[data-opens^=key-]").click()
        row.locator("dialog[open] button.main:visible").click()
        shown = row.locator("dialog[open] code.secret")
        expect(shown).to_contain_text("lot_")
        key = shown.inner_text()
        seen.go("/settings")
        assert seen.violations() == []
        seen.page.fill("[name=approvals_needed]", "2")
        seen.page.click("button.main")
        seen.page.wait_for_load_state("networkidle")
        assert seen.complaints == []
    site.stop()
    assert staffed.client(None, Authorization=f"Bearer {key}").get("/v1/me").json()["name"] == staffed.person.name
    joined = staffed.client(None, **OURS).post(
        f"/v1/invitations/{quote(token)}:accept", json={"name": "New", "password": PASSWORD}
    )
    assert joined.status_code == 201
    assert staffed.client("admin").get("/v1/settings").json() == {"approvals_needed": 2}
