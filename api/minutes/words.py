"""The texts of minutes and letters in English, French and Arabic."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from instances.faults import LANGUAGES, Language


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every text of a language by its key."""
    return {key: texts[language] for key, texts in catalogue().items()}


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every key with its text in each language."""
    content = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return {key: {language: texts[language] for language in LANGUAGES} for key, texts in tomllib.loads(content).items()}


def say(language: Language, key: str, **values: object) -> str:
    """The text with its values filled in.  Raises KeyError for a stranger among the keys."""
    return catalogue()[key][language].format(**values)
