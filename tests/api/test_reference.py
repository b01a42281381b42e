"""The interactive description: it loads its own files, and its policy lets it ask nobody but this service."""

import json
import re
from html.parser import HTMLParser

import pytest

from api.reference import FILES

LOADING = {"src", "href", "action", "data", "poster", "srcset", "content"}


class Parts(HTMLParser):
    """What a page loads, and whether it brings scripts of its own along."""

    def __init__(self):
        super().__init__()
        self.addresses, self.inline, self.tag = [], "", ""

    def handle_starttag(self, tag, attributes):
        self.tag = tag
        self.addresses += [value for name, value in attributes if name in LOADING and tag != "meta"]
        assert not any(name.startswith("on") or name == "style" for name, _ in attributes)

    def handle_data(self, data):
        if self.tag in ("script", "style"):
            self.inline += data.strip()


@pytest.fixture
def parts(home):
    answer = home.client().get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    found = Parts()
    found.feed(answer.text)
    return found


def test_the_page_loads_the_files_that_are_served_here_and_nothing_else(home, parts):
    loaded = [address for address in parts.addresses if not address.startswith("data:")]
    assert sorted(loaded) == sorted(f"/docs/{name}" for name in FILES)
    for address in loaded:
        answer = home.client().get(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"].startswith(FILES[address.rpartition("/")[2]][1])
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert parts.inline == ""


def test_the_styles_fetch_nothing(home):
    styles = home.client().get("/docs/swagger-ui.css").text
    fetched = re.findall(r"url\(\s*[\"']?([^\"')\s]{0,40})|@import\s+[\"']?([^\"';\s]{0,40})", styles)
    assert fetched
    assert all(address.startswith("data:") for address, _ in fetched)


def test_the_script_shows_this_services_description_and_asks_no_validator(home):
    script = home.client().get("/docs/reference.js").text
    (address,) = re.findall(r'url: "([^"]*)"', script)
    assert json.loads(home.client().get(address).content)["info"]["title"] == "lotwise"
    assert "validatorUrl: null" in script
    assert "://" not in script


def test_a_browser_may_ask_this_service_and_nobody_else(home):
    policy = dict(
        part.strip().split(" ", 1) for part in home.client().get("/docs").headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "data:",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize(
    "path", ["/docs/redoc.standalone.js", "/docs/..%2f__init__.py", "/docs/nothing", "/redoc", "/docs/oauth2-redirect"]
)
def test_nothing_else_is_served_there(home, path):
    answer = home.client("reader").get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")
