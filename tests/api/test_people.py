"""People and machines: invitations, sessions, keys, and what keeps strangers out."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from api.access import COOKIE, ROLES
from api.store import principals
from api.store.tables import api_keys, sessions, sign_in_failures

PASSWORD = "a long enough password"
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def token(home):
    return home.client("admin").post("/v1/invitations", json={"roles": ["committee"]}).json()["token"]


@pytest.fixture
def member(home, token):
    """A browser whose person has just joined."""
    browser = home.client(**OURS)
    joined = browser.post(f"/v1/invitations/{token}:accept", json={"name": "a member", "password": PASSWORD})
    assert joined.status_code == 201, joined.text
    return browser


def test_people_and_machines_are_listed_page_by_page_the_newest_first(home, member):
    admin = home.client("admin")
    made = [admin.post("/v1/principals", json={"name": f"m{n}", "roles": ["clerk"]}).json() for n in range(3)]
    admin.post(f"/v1/principals/{made[1]['id']}:disable")
    names, cursor = [], None
    while True:
        page = admin.get("/v1/principals", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        names += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["m2", "m0", "a member", *(f"a {role}" for role in reversed(ROLES))]


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 201}, {"cursor": "x"}])
def test_a_page_that_cannot_be_is_refused(home, wrong):
    assert home.client("admin").get("/v1/principals", params=wrong).status_code == 422


def test_an_invitation_makes_a_person_once(home, token, member):
    assert member.get("/v1/me").json()["roles"] == ["committee"]
    again = home.client().post(f"/v1/invitations/{token}:accept", json={"name": "b", "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (410, "invitation_void")


def test_an_invitation_is_not_used_up_by_a_name_that_is_taken(home, token):
    accept = f"/v1/invitations/{token}:accept"
    taken = home.client().post(accept, json={"name": "a clerk", "password": PASSWORD})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert home.client().post(accept, json={"name": "another", "password": PASSWORD}).status_code == 201


@pytest.mark.parametrize("password", ["short", "A MEMBER with a name"])
def test_a_weak_password_is_refused(home, token, password):
    name = "a member with a name"
    refused = home.client().post(f"/v1/invitations/{token}:accept", json={"name": name, "password": password})
    assert (refused.status_code, refused.json()["code"]) == (422, "weak_password")


def test_signing_out_closes_the_session_wherever_its_cookie_is(home, member):
    stolen = member.cookies[COOKIE]
    assert member.delete("/v1/session").status_code == 204
    thief = home.client(Cookie=f"{COOKIE}={stolen}")
    assert thief.get("/v1/me").status_code == 401


def test_signing_in_gives_a_new_session_each_time(home, member):
    first = member.cookies[COOKIE]
    answer = member.post("/v1/session", json={"name": "a member", "password": PASSWORD})
    assert answer.status_code == 200
    assert member.cookies[COOKIE] != first
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}],
)
def test_a_session_changes_things_from_our_own_pages_only(home, member, headers):
    browser = home.client(Cookie=f"{COOKIE}={member.cookies[COOKIE]}", **headers)
    refused = browser.post("/v1/rounds", json={"name": "x", "instance_id": "y"})
    assert (refused.status_code, refused.json()["code"]) == (403, "other_site")
    assert browser.get("/v1/rounds").status_code == 200
    ours = home.client(Cookie=f"{COOKIE}={member.cookies[COOKIE]}", **OURS)
    assert ours.post("/v1/rounds", json={"name": "x", "instance_id": "y"}).status_code == 404


def test_another_site_cannot_sign_a_visitor_in(home, member):
    elsewhere = home.client(Origin="http://evil.example")
    refused = elsewhere.post("/v1/session", json={"name": "a member", "password": PASSWORD})
    assert refused.json()["code"] == "other_site"


def test_repeated_failures_close_the_name_for_a_while_and_then_open_it(home, member):
    browser = home.client()
    for _ in range(principals.TRIES):
        wrong = browser.post("/v1/session", json={"name": "a member", "password": "wrong"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    closed = browser.post("/v1/session", json={"name": "a member", "password": PASSWORD})
    assert (closed.status_code, closed.json()["code"]) == (429, "too_many_tries")
    assert 0 < int(closed.headers["retry-after"]) <= 15
    with home.service.writing() as connection:
        connection.execute(sign_in_failures.update().values(closed_until=datetime.now(UTC)))
    assert browser.post("/v1/session", json={"name": "a member", "password": PASSWORD}).status_code == 200


def test_one_address_may_not_knock_without_end(home):
    browser = home.client()
    answers = [browser.post("/v1/invitations/x:accept", json={"name": "n", "password": "p"}) for _ in range(61)]
    assert [each.json()["code"] for each in answers] == ["weak_password"] * 60 + ["too_many_requests"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    described = home.app.openapi()["paths"]
    for path in ("/v1/invitations/{token}:accept", "/v1/session"):
        assert "429" in described[path]["post"]["responses"]


def test_a_stranger_and_a_wrong_password_are_answered_alike(home, member):
    answers = [
        home.client().post("/v1/session", json={"name": name, "password": "wrong"}) for name in ("a member", "nobody")
    ]
    assert answers[0].json() == answers[1].json()


def test_a_session_ends_with_its_time(home, member):
    with home.service.writing() as connection:
        connection.execute(sessions.update().values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert member.get("/v1/me").status_code == 401


@pytest.fixture
def machine(home):
    admin = home.client("admin")
    made = admin.post("/v1/principals", json={"name": "portal", "roles": ["clerk"]}).json()
    key = admin.post(f"/v1/principals/{made['id']}/keys", json={"days": 30}).json()
    return made, key


def works(home, key):
    return home.client(Authorization=f"Bearer {key['key']}").get("/v1/me").status_code == 200


def test_a_key_opens_until_it_is_revoked(home, machine):
    _, key = machine
    assert works(home, key)
    assert home.client("admin").delete(f"/v1/keys/{key['id']}").status_code == 204
    assert not works(home, key)
    assert home.client("admin").delete(f"/v1/keys/{key['id']}").status_code == 404


def test_a_key_opens_until_it_expires(home, machine):
    _, key = machine
    with home.service.writing() as connection:
        connection.execute(api_keys.update().values(expires_at=datetime.now(UTC)))
    assert not works(home, key)


def test_a_key_revoked_behind_our_back_closes_within_seconds(home, machine):
    """Another process may have revoked it: what is remembered here lasts two seconds."""
    _, key = machine
    assert works(home, key)
    with home.service.writing() as connection:
        principals.revoke_key(connection, key["id"])
    time.sleep(2.1)
    assert not works(home, key)


def test_closing_an_access_closes_its_keys_and_sessions(home, machine, member):
    made, key = machine
    admin = home.client("admin")
    assert admin.post(f"/v1/principals/{made['id']}:disable").status_code == 204
    assert not works(home, key)
    person = next(each for each in admin.get("/v1/principals").json()["items"] if each["name"] == "a member")
    admin.post(f"/v1/principals/{person['id']}:disable")
    assert member.get("/v1/me").status_code == 401


def test_neither_passwords_nor_keys_are_stored(home, machine, member):
    _, key = machine
    with home.service.reading() as connection:
        dump = str([connection.execute(table.select()).all() for table in api_keys.metadata.sorted_tables])
    assert PASSWORD not in dump
    assert key["key"].split("_", 2)[2] not in dump
    assert member.cookies[COOKIE] not in dump
