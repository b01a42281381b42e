"""Files that pages load: kept for good, small, and asking nobody else."""

import re

import pytest

from api.pages import assets
from api.pages.assets import FONTS, STATIC, address
from api.pages.frame import TEMPLATES
from optimizer.picture.palette import PALETTE

SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
MOST_BYTES = 30_000
LATER = {"verify_worker.js"}
"""Loaded when somebody asks."""
ENTRIES = {"plan.js", "run.js", "zone.js", "import.js", "verify.js", "revise.js"}


def loaded(name):
    """A module and all that it imports."""
    found, left = set(), [name]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += re.findall(r'(?:from|import)\s*\(?"\./([a-z_]+\.js)"', SCRIPTS[each])
    return found


@pytest.mark.parametrize("name", sorted([*SCRIPTS, *FONTS, "pages.css", "map.css", "mark.svg"]))
def test_a_file_is_served_and_kept_for_good(held, name):
    answer = held.house.client().get(address(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].partition(";")[0] == assets.MEDIA["." + name.rpartition(".")[2]]
    plain = held.house.client().get(address(name), headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content


@pytest.mark.parametrize("name", ["nothing.js", "..%2fapp.py", "%2e%2e/app.py", ".env"])
def test_nothing_else_is_served(held, name):
    assert held.house.client().get(f"/static/0/{name}").status_code == 404


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_no_page_loads_more_script_than_it_may(name):
    assert sum(len(SCRIPTS[each].encode()) for each in loaded(name) | {"frame.js"}) < MOST_BYTES


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_script_is_asked_for_only_when_another_has_come(path):
    """What a page's scripts import at once is named in its head, or a first view waits for one after the other."""
    named = set(re.findall(r"asset\('([a-z_]+\.js)'\)", path.read_text(encoding="utf-8")))
    imported = {
        each
        for name in named - LATER
        for each in re.findall(r'^import [^"]*"\./([a-z_]+\.js)"', SCRIPTS[name], re.MULTILINE)
    }
    assert imported - named <= {"frame.js"}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_scripts_travel_without_what_is_told_to_readers_alone(name):
    """Line by line, so no text of a script may span lines."""
    lines = SCRIPTS[name].splitlines()
    assert not [line for line in lines if re.sub(r"\\.", "", line).count("`") % 2], "a text that spans lines"
    kept = [line.strip() for line in lines if not line.strip().startswith(("//", "/*", "* "))]
    assert assets.content(name)[0].decode().splitlines() == kept


def test_scripts_and_styles_ask_nobody_else():
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|\beval\(|new Function", text), path.name
    for name in re.findall(r"url\(([^)]*)\)", (STATIC / "pages.css").read_text(encoding="utf-8")):
        assert name in FONTS


def test_the_colours_are_those_of_the_printed_map():
    styles = (STATIC / "map.css").read_text(encoding="utf-8")
    for at, (fill, ink) in enumerate(PALETTE):
        short = "#fff" if ink == "#ffffff" else ink
        assert f".s{at} {{ --fill: {fill}; --mark: {short} }}" in styles
