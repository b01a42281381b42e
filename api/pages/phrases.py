"""Phrases: every text of the pages, in three languages, from one file for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

from instances.faults import Language

FOLDER = Path(__file__).parent.parent / "phrases"


@cache
def phrases(language: Language) -> Mapping[str, str]:
    """Every phrase of a language by its key."""
    texts: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def say(language: Language, key: str, **values: object) -> Markup:
    """The phrase with its values filled in and escaped, unless they are markup.  Raises KeyError for a stranger."""
    return Markup(phrases(language)[key]).format(**values)
