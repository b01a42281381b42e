"""What the command says, in English, French and Arabic, from one catalogue, `phrases.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from instances.faults import Language


def say(phrase: str, language: Language, **values: object) -> str:
    """The phrase in that language with its values.  Raises KeyError for a stranger or a missing value."""
    return catalogue()[phrase][language].format_map(values)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Phrases by name, each with one text per language."""
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))
