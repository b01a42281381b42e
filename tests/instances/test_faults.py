"""The catalogue: every code in code is in it and the other way round, in three languages, without leftovers."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from instances.faults import LANGUAGES, Fault, InstanceError, Place, catalogue, fault, refuse, shown

ROOT = Path(__file__).parents[2]
RAISERS = {"fault", "Misread", "Misdrawn", "_say", "Fault"}
ARABIC = re.compile(r"[\u0621-\u064a]")
FAULTS = catalogue()["faults"]


def trees():
    paths = [path for room in ("instances", "optimizer", "api") for path in (ROOT / room).rglob("*.py")]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def codes_raised():
    """Codes that stand as the first argument where a fault is made."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RAISERS and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def test_every_code_in_the_code_is_in_the_catalogue():
    raised = set(codes_raised())
    assert len(raised) > 60
    assert raised <= FAULTS.keys()


def test_every_code_of_the_catalogue_is_in_the_code():
    texts = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert FAULTS.keys() - texts == set()


@pytest.mark.parametrize("code", FAULTS)
def test_every_text_is_a_sentence_in_three_languages(code):
    entry = FAULTS[code]
    assert entry.keys() <= {*LANGUAGES, "hint", "warning"}
    for texts in (entry, entry["hint"]):
        for language in LANGUAGES:
            text = texts[language]
            assert text.endswith("."), text
            assert "TODO" not in text
            assert code not in text
            assert bool(ARABIC.search(text)) == (language == "ar"), text
        assert len({texts[language] for language in LANGUAGES}) == 3


@pytest.mark.parametrize("code", FAULTS)
def test_the_languages_say_the_same_values(code):
    entry = FAULTS[code]
    for texts in (entry, entry["hint"]):
        named = [{name for _, name, _, _ in Formatter().parse(texts[language]) if name} for language in LANGUAGES]
        assert named[0] == named[1] == named[2], code


def test_french_marks_keep_to_their_words():
    for entry in FAULTS.values():
        for text in (entry["fr"], entry["hint"]["fr"]):
            assert not re.search(r"« | [»;:%]", text), text


@pytest.mark.parametrize("part", catalogue()["places"])
def test_every_part_of_a_place_has_its_word(part):
    assert catalogue()["places"][part].keys() == set(LANGUAGES)


def test_a_place_reads_in_one_line():
    place = Place("applicants.csv", "row", "12", "score")
    assert place.text() == "applicants.csv, row 12, score"
    assert place.text("fr") == "applicants.csv, ligne 12, score"
    assert place.text("ar") == "applicants.csv, الصف 12, score"
    assert Place("policy.toml", "key", "", "points").text() == "policy.toml, points"
    assert Place().text() == ""


def test_a_fault_says_place_fault_and_hint():
    one = fault("decimal_comma", Place("a.csv", "row", "2", "water_m3_day"), "6,3", better="6.3")
    assert one.text() == "a.csv, row 2, water_m3_day: “6,3” has a comma as its decimal mark. Write 6.3, with a point."
    assert one.document()["text"]["fr"].startswith("«\u00a06,3\u00a0» a une virgule")
    assert one.document() | {"text": ""} == {
        "code": "decimal_comma",
        "severity": "error",
        "file": "a.csv",
        "part": "row",
        "key": "2",
        "field": "water_m3_day",
        "found": "6,3",
        "text": "",
    }


def test_braces_in_a_value_are_only_text():
    one = fault("not_a_number", Place("a.csv", "row", "2", "score"), "{score}")
    assert one.says() == "“{score}” is not a number."


def test_a_code_outside_the_catalogue_is_a_mistake_of_the_code():
    with pytest.raises(KeyError, match="no_such_code"):
        Fault("no_such_code", Place())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 81, "a" * 80 + "…"),
        ("a\nb\0", "a\\nb\\x00"),
        ("a\u202eb", "a\\u202eb"),
        ("\ud800", "\\ud800"),
        (10**5000, "int"),
        ({"a": 1}, "{…}"),
        ([["a"]], "[…]"),
        (5, "5"),
    ],
    ids=["long", "unprintable", "turning", "surrogate", "huge", "object", "nested", "number"],
)
def test_values_are_shown_short_and_printable(value, text):
    assert shown(value) == text


def test_long_ids_do_not_make_long_messages():
    one = fault("bad_id", Place("zone.geojson", "lot", "L" * 10**6, "x" * 10**6))
    assert len(one.text()) < 500


def test_warnings_alone_refuse_nothing():
    warning = fault("area_differs", Place(), 100, measured=110)
    refuse([warning])
    with pytest.raises(InstanceError) as error:
        refuse([warning, fault("no_lots", Place())])
    assert [each.code for each in error.value.faults] == ["area_differs", "no_lots"]
    assert "There is no lot." in str(error.value)
