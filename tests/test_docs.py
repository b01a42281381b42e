"""What people read is tested too."""

import ast
import inspect
import json
import re
import string
from pathlib import Path

import pytest
from typer.main import get_command

from api.cli.app import EXIT_CODES, app
from api.cli.console import Code
from api.cli.phrases import catalogue as phrases
from api.client import Client
from instances.faults import LANGUAGES
from instances.faults import catalogue as faults
from optimizer.reasons import catalogue as reasons
from optimizer.rules import GOALS, RULES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def headings(path: Path) -> set[str]:
    return {
        line.lstrip("# ").strip().lower() for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "#"
    }


def shown(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_rule_and_goal_has_its_section():
    names = {each.name for each in (*RULES, *GOALS)}
    assert names <= headings(DOCS / "model.md")


@pytest.mark.parametrize("phrase", phrases())
def test_every_phrase_is_said_in_every_language(phrase):
    entry = phrases()[phrase]
    assert entry.keys() == set(LANGUAGES)
    assert all(text.strip() for text in entry.values())
    assert len({frozenset(shown(text)) for text in entry.values()}) == 1, "the languages show different values"


@pytest.mark.parametrize("code", faults()["faults"])
def test_every_fault_is_said_in_every_language(code):
    entry = faults()["faults"][code]
    for language in LANGUAGES:
        assert entry[language].strip()
        assert entry["hint"][language].strip()
        assert "TODO" not in entry["hint"][language]


def test_every_reason_stands_in_the_page_on_files():
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in text for code in reasons())


def test_every_exit_code_stands_in_help_and_page():
    page = (DOCS / "command-line.md").read_text(encoding="utf-8")
    for code in Code:
        assert re.search(rf"\b{code.value}\b", EXIT_CODES)
        assert f"| {code.value} |" in page


def test_every_command_has_its_section():
    names = {command.name for command in app.registered_commands}
    assert {f"lotwise {name}" for name in names} <= headings(DOCS / "command-line.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_row_of_the_glossary_has_three_languages_and_a_meaning():
    table = [line for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    for line in table:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4, line
        assert all(cells), line
    words = [line.split("|")[1].strip() for line in table]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_is_one_with_just_these_options(page):
    """Commands are shown as `lotwise …`; what the tutorial shows is run as well."""
    known = options()
    text = page.read_text(encoding="utf-8")
    shown_inline = re.findall(r"`(lotwise [^`\n]+)`", text)
    blocks = "".join(re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    shown_in_blocks = re.findall(r"^(lotwise [^\n]+?)(?:   .*| *#.*)?$", blocks, re.MULTILINE)
    for line in shown_inline + shown_in_blocks:
        words = re.split(r"[\s(]+", line)
        name = next((name for name in (" ".join(words[1:3]), words[1]) if name in known), None)
        assert name is not None or words[1][:2] == "--" or words[1] in ("round", "audit", "curve"), line
        wrong = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", line)) - known.get(name, set()) - {"--version", "--help"}
        assert not wrong, (line, wrong)


def options() -> dict[str, set[str]]:
    """The options of every command and of the commands of a group, by name."""
    found = {}
    for name, command in get_command(app).commands.items():
        for inner, one in {name: command, **{f"{name} {each}": each_of for each, each_of in inside(command)}}.items():
            found[inner] = {option for parameter in one.params for option in parameter.opts}
    return found


def inside(command):
    return getattr(command, "commands", {}).items()


def test_every_address_shown_is_one_of_the_service():
    described = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))["paths"]
    known = {
        (method.upper(), re.sub(r"{\w+}", "{}", path)) for path, methods in described.items() for method in methods
    }
    for page in PAGES:
        for method, path in re.findall(r"`(GET|POST|PATCH|DELETE) (/[^`?\s]+)", page.read_text(encoding="utf-8")):
            assert (method, re.sub(r"{\w+}", "{}", path)) in known, (page.name, method, path)


def test_every_call_of_the_client_shown_is_one_that_it_takes():
    """Also that whatever is imported is there."""
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    ]
    lines = [node for block in blocks for node in ast.walk(ast.parse(block))]
    for line in lines:
        if isinstance(line, ast.Import | ast.ImportFrom):
            exec(ast.unparse(line), {})
    asked = [
        each
        for each in lines
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and ast.unparse(each.func.value) == "client"
    ]
    assert len(asked) > 3
    for each in asked:
        named = {str(given.arg): None for given in each.keywords}
        inspect.signature(getattr(Client, each.func.attr)).bind(None, *each.args, **named)


def test_the_changelog_knows_the_version():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
