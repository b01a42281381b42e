"""What strangers and other people's pages try at the doors of the service."""

import json

import pytest
from sqlalchemy.exc import IntegrityError

from api.access import COOKIE
from api.requests import HEADERS, limited
from api.store import ids, principals

PASSWORD = "a long enough password"
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def member(home):
    """A browser whose person has just joined."""
    token = home.client("admin").post("/v1/invitations", json={"roles": ["committee"]}).json()["token"]
    browser = home.client(**OURS)
    joined = browser.post(f"/v1/invitations/{token}:accept", json={"name": "a member", "password": PASSWORD})
    assert joined.status_code == 201, joined.text
    return browser


def test_signing_in_ends_the_session_that_the_browser_came_with(home, member):
    """Whoever laid his own cookie into the browser, or kept a copy of the one before, holds nothing afterwards."""
    before = member.cookies[COOKIE]
    assert member.post("/v1/session", json={"name": "a member", "password": PASSWORD}).status_code == 200
    after = member.cookies[COOKIE]
    assert before != after
    assert home.client(Cookie=f"{COOKIE}={before}").get("/v1/me").status_code == 401
    assert home.client(Cookie=f"{COOKIE}={after}").get("/v1/me").status_code == 200


def test_a_made_up_session_is_not_adopted(home, member):
    browser = home.client(**OURS, Cookie=f"{COOKIE}=of-my-choice")
    assert browser.post("/v1/session", json={"name": "a member", "password": PASSWORD}).status_code == 200
    assert home.client(Cookie=f"{COOKIE}=of-my-choice").get("/v1/me").status_code == 401


def test_a_key_is_changed_for_another_without_a_gap(home):
    """Issue the new one, hand it over, revoke the old one: at no moment is the machine without a key."""
    admin = home.client("admin")
    made = admin.post("/v1/principals", json={"name": "portal", "roles": ["clerk"]}).json()["id"]
    old, new = (admin.post(f"/v1/principals/{made}/keys", json={}).json() for _ in range(2))

    def opens(key):
        return home.client(Authorization=f"Bearer {key['key']}").get("/v1/me").status_code == 200

    assert opens(old)
    assert opens(new)
    assert admin.delete(f"/v1/keys/{old['id']}").status_code == 204
    assert not opens(old)
    assert opens(new)


def test_every_answer_keeps_browsers_safe(home):
    for path in ("/v1/rounds", "/healthz", "/nothing", "/openapi.json", "/", "/docs", "/static/0/x.js"):
        for client in (home.client(), home.client("reader")):
            given = client.get(path, follow_redirects=False).headers
            assert all(given[name.decode()] == value.decode() for name, value in HEADERS), path
            assert given["cache-control"], path
            assert "server" not in given, path


def test_what_holds_names_is_kept_by_no_browser(home):
    for path in ("/v1/rounds", "/v1/instances", "/v1/audit", "/v1/principals"):
        assert home.client("admin").get(path).headers["cache-control"] == "no-store"


TRAPS = (b"[" * 100_000, b'{"name":' + b"9" * 5000 + b"}", b'{"a":' * 50_000, b"\x00", b"\xff")


def test_a_body_that_is_a_trap_is_refused_in_words(home):
    for path in ("/v1/rounds", "/v1/instances", "/v1/allocations", "/v1/comparisons"):
        for body in TRAPS:
            answer = home.client("committee").post(path, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code in (400, 415, 422), answer.text
            assert answer.json()["code"] in ("not_json", "bad_request", "faults")


def test_a_body_over_the_limit_is_called_so_at_every_door(home, monkeypatch):
    monkeypatch.setattr("api.requests.limited", lambda receive, _: limited(receive, 0))
    answer = home.client("committee").post("/v1/rounds", json={"name": "x", "instance_id": "y"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_ids_cannot_be_guessed_from_another():
    made = [ids.new_id("pl") for _ in range(200)]
    chances = {each[-ids.CHANCE_DIGITS :] for each in made}
    assert len(chances) == len(made)
    assert ids.CHANCE_DIGITS * 5 >= 80
    for place in range(ids.CHANCE_DIGITS):
        assert len({each[place] for each in chances}) > 16, "every digit is drawn"


def test_what_is_not_there_is_told_only_to_those_who_may_look(home):
    there = ids.new_id("x")
    for what in ("rounds", "runs", "plans", "instances", "comparisons", "curves"):
        assert home.client().get(f"/v1/{what}/{there}").status_code == 401
        assert home.client("reader").get(f"/v1/{what}/{there}").status_code == 404


def test_secrets_stand_in_no_error_of_the_store(home):
    """An error of the store names the statement, not its values: it may end in the log."""
    with home.service.writing() as connection, pytest.raises(IntegrityError) as caught:
        principals.add(connection, "machine", "a clerk", ["clerk"], "the hash of a password")
    assert "hash of a password" not in str(caught.value)


def test_an_address_is_no_way_out_of_the_exports(home):
    reader = home.client("reader")
    for path in ("plans/..%2f..%2fetc%2fpasswd.csv", "plans/%2e%2e.xlsx", "instances/..%5c..%5c/lots.geojson"):
        answer = reader.get(f"/v1/{path}")
        assert answer.status_code in (404, 406)
        assert json.loads(answer.text)["status"] == answer.status_code
