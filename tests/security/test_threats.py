"""Every line of the threat model names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_what_the_page_names_is_there(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {test for named, test in NAMED if named == file} <= there


def test_every_threat_has_a_defence_and_a_test():
    tables = re.findall(r"\| threat \| defence \| held by \|\n\|[-|]+\n((?:\|.*\n)+)", PAGE)
    assert len(tables) >= 5
    for line in "".join(tables).splitlines():
        threat, defence, held_by = (cell.strip() for cell in line.strip("|").split(" | "))
        assert threat, line
        assert defence, line
        assert re.search(r"`tests/[\w/]+\.py::\w+`", held_by), line
