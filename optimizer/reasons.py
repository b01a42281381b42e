"""The sentences of the reasons, in English, French and Arabic, from one catalogue, `reasons.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import Language
from optimizer.explain import Reason


def sentence(reason: Reason, language: Language = "en") -> str:
    """The reason as one sentence.  Raises KeyError when the reason lacks a value that its sentence needs."""
    text: str = catalogue()[reason.code][language]
    return text.format_map(dict(reason.values))


def label(code: str, language: Language = "en") -> str:
    """The short name of a reason's code, for counts and filters.  Raises KeyError for a stranger."""
    text: str = catalogue()[code]["label"][language]
    return text


@cache
def catalogue() -> dict[str, Any]:
    """One table per code: `label`, `needs` (names of values) and a sentence per language."""
    return tomllib.loads((Path(__file__).parent / "reasons.toml").read_text(encoding="utf-8"))
