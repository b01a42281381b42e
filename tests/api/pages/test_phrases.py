"""Every text of the pages is said in three languages, with the same values, and stands in the files of phrases."""

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

import api
from api.pages.phrases import phrases, say
from instances.faults import LANGUAGES

HERE = Path(api.__file__).parent
TEMPLATES = sorted((HERE / "templates").glob("*.html"))
SOURCES = [*TEMPLATES, *sorted((HERE / "pages").glob("*.py"))]
QUOTED = re.compile(r"""["']([a-z_]+\.[a-z_0-9]*)["']""")
BUILT = re.compile(r"""["']([a-z_]+\.[a-z_]*)["'] ~|f["']([a-z_]+\.[a-z_]*)\{""")
"""Keys whose last part is only known when the page is made."""
FILE = re.compile(r"\.(html|js|css|xlsx|toml|geojson|csv|json)$")
SAME_IN_ALL = {"frame.name"}


def placeholders(text):
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def used():
    whole, begun = set(), set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        begun |= {first or second for first, second in BUILT.findall(text)}
        whole |= set(QUOTED.findall(text))
    return whole, begun


def test_no_phrase_is_missing_in_any_language():
    assert phrases("ar").keys() == phrases("fr").keys() == phrases("en").keys()
    for language in LANGUAGES:
        assert list(phrases(language)) == sorted(phrases(language)), "sorted by key"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_phrase_is_translated_and_shows_the_same_values(language):
    for key, text in phrases(language).items():
        english = phrases("en")[key]
        assert text.strip(), key
        assert placeholders(text) == placeholders(english), key
        if language == "ar" and re.search(r"[A-Za-z]{4}", english) and key not in SAME_IN_ALL:
            assert re.search(r"[\u0600-\u06ff]", text), key


def test_every_phrase_that_a_page_asks_for_is_there_and_no_other():
    whole, begun = used()
    there = set(phrases("en"))
    pages = {key.partition(".")[0] for key in there}
    asked = {key for key in whole if key.partition(".")[0] in pages and not FILE.search(key)}
    missing = asked - there - begun
    assert not missing
    built = {key for key in there if any(key.startswith(each) for each in begun)}
    assert not there - whole - built, "phrases that no page shows"


def test_values_are_escaped_and_markup_is_not():
    assert say("en", "round.batch_n", n="<b>") == "No. &lt;b&gt;"
    with pytest.raises(KeyError):
        say("en", "no.such_phrase")


class Bare(HTMLParser):
    """Text, and attributes that people read."""

    READ = frozenset({"title", "alt", "placeholder", "aria-label", "label", "aria-valuetext"})

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found.append(data)

    def handle_starttag(self, tag, attributes):
        self.found += [value or "" for name, value in attributes if name in self.READ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_bare_text(path):
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    reader = Bare()
    reader.feed(text)
    bare = [piece.strip() for piece in reader.found if re.search(r"[^\W\d_]{2}", piece)]
    assert not bare


@pytest.mark.parametrize("path", sorted((HERE / "static").glob("*.js")), ids=lambda path: path.name)
def test_no_script_holds_sentences(path):
    text = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"))
    said = [each for each in re.findall(r'textContent = "([^"]*)"', text) if each]
    assert not said
