"""The page behind an invitation: in three languages, and with a policy that lets only its own script run."""

import base64
import hashlib
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

import api
from instances.faults import LANGUAGES

HERE = Path(api.__file__).parent
TEXTS = tomllib.loads((HERE / "welcome.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_the_page_speaks_the_readers_language(home, language, direction):
    answer = home.client().get("/invitations/some-token", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert "$" not in answer.text.partition("<script>")[0]
    assert f"<h1>{TEXTS['title'][language]}</h1>" in answer.text
    assert "some-token" not in answer.text


def test_a_browser_may_run_the_pages_own_script_and_nothing_else(home):
    answer = home.client().get("/invitations/x")
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"https?:|\son\w+=", answer.text)


def test_every_text_is_there_in_three_languages_with_the_same_values():
    for texts in TEXTS.values():
        assert texts.keys() == set(LANGUAGES)
        assert len({tuple(name for _, name, _, _ in Formatter().parse(text) if name) for text in texts.values()}) == 1
