"""Sign-in by an identity provider: a real one on loopback, honest or not."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.access import COOKIE
from tests.api.house import house

OURS = {"Origin": "http://testserver"}


class Provider:
    """Issues what the test tells it to."""

    def __init__(self) -> None:
        self.key, self.other_key = (RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))
        self.lies: dict[str, object] = {}
        self.signs_with = self.key
        self.asked: dict[str, list[str]] = {}
        self.nonce = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self) -> str:
        claims = {"iss": self.issuer, "aud": "lotwise", "sub": "s-1", "name": "a person", "nonce": self.nonce}
        claims |= {"exp": int(time.time()) + 300, "iat": int(time.time())} | self.lies
        return jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.signs_with)

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/.well-known/"):
                    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                    self.answer({name: f"{provider.issuer}/{name}" for name in names} | {"issuer": provider.issuer})
                else:
                    self.answer({"keys": [provider.key.as_dict(private=False)]})

            def do_POST(self) -> None:
                provider.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer({"id_token": provider.token(), "token_type": "Bearer"})

            def answer(self, document) -> None:
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *facts) -> None:
                pass

        return Handler


@pytest.fixture(scope="module")
def shared():
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def provider(shared):
    shared.lies, shared.signs_with = {}, shared.key
    return shared


@pytest.fixture
def home(store_url, provider):
    with house(store_url, oidc_issuer=provider.issuer, oidc_client_id="lotwise") as built:
        yield built


def begin(home, provider, invitation=""):
    """A browser at the provider, which then sends it back with this state."""
    browser = home.client(**OURS)
    sent = browser.get("/v1/session/oidc", params={"invitation": invitation}, follow_redirects=False)
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    provider.nonce = asked["nonce"][0]
    assert asked["code_challenge_method"] == ["S256"]
    return browser, asked["state"][0]


def come_back(browser, state):
    return browser.get("/v1/session/oidc/callback", params={"state": state, "code": "c"}, follow_redirects=False)


def invited(home):
    return home.client("admin").post("/v1/invitations", json={"roles": ["analyst"]}).json()["token"]


def test_a_person_joins_by_invitation_and_comes_back_without(home, provider):
    browser, state = begin(home, provider, invited(home))
    assert come_back(browser, state).headers["location"] == "/"
    assert browser.get("/v1/me").json()["roles"] == ["analyst"]
    assert provider.asked["code_verifier"][0]
    again, state = begin(home, provider)
    assert come_back(again, state).status_code == 303
    assert again.get("/v1/me").json() == browser.get("/v1/me").json()


def test_a_stranger_without_an_invitation_stays_outside(home, provider):
    browser, state = begin(home, provider)
    refused = come_back(browser, state)
    assert (refused.status_code, refused.json()["code"]) == (410, "invitation_void")
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "http://another"},
        {"aud": "another"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_that_is_not_for_us_now_is_refused(home, provider, lie):
    provider.lies = lie
    browser, state = begin(home, provider, invited(home))
    refused = come_back(browser, state)
    assert (refused.status_code, refused.json()["code"]) == (502, "provider_refused")


def test_a_token_signed_by_somebody_else_is_refused(home, provider):
    provider.signs_with = provider.other_key
    browser, state = begin(home, provider, invited(home))
    assert come_back(browser, state).json()["code"] == "provider_refused"


def test_what_one_browser_began_another_cannot_finish(home, provider):
    _, state = begin(home, provider, invited(home))
    elsewhere, _ = begin(home, provider)
    assert come_back(elsewhere, state).json()["code"] == "provider_refused"
    assert come_back(home.client(), state).json()["code"] == "provider_refused"


def test_without_a_provider_there_is_no_such_door(stores):
    with stores.fresh("sqlite") as url, house(url) as plain:
        answer = plain.client().get("/v1/session/oidc")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")
