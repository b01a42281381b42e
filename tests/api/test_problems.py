"""The catalogue of problems: every code in use, in three languages, with the same values in each."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from api.problems import Problem, catalogue, language_of
from instances.faults import LANGUAGES

API = Path(__file__).parents[2] / "api"


def codes_in_use():
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_made = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Problem", "_nobody")
            if is_made and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_the_catalogue_holds_just_the_codes_in_use():
    assert set(codes_in_use()) == set(catalogue())


def names_in(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", catalogue())
def test_every_text_is_there_in_three_languages_with_the_same_values(code):
    entry = catalogue()[code]
    for texts in (entry["title"], entry["detail"]):
        assert texts.keys() == set(LANGUAGES)
        assert len({frozenset(names_in(text)) for text in texts.values()}) == 1
    assert 400 <= entry["status"] < 600


def test_a_stranger_is_no_problem():
    with pytest.raises(KeyError):
        Problem("sunshine")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("ar-MA,fr;q=0.9", "ar"),
        ("de,fr;q=0.2,en;q=0.1", "fr"),
        ("fr;q=0.3,ar;q=0.8", "ar"),
        ("fr;q=0,en", "en"),
        ("fr;q=0", "en"),
        ("fr;q=x,;;;,", "en"),
        ("*", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_first(accepted, language):
    assert language_of(accepted) == language


def test_a_character_that_a_store_cannot_hold_is_refused_or_not_found(home):
    """PostgreSQL keeps no NUL in text; SQLite does."""
    member = home.client("committee")
    for path in ("/v1/plans/%00/summary", "/v1/plans/x/difference?from=%00", "/v1/plans?round_id=%00"):
        assert member.get(path).status_code in (200, 404, 422), path
    assert member.post("/v1/rounds", json={"name": "a\x00b", "instance_id": "x"}).status_code in (404, 422)
