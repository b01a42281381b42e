"""Problems: what an answer says when it refuses, as RFC 9457 documents with stable codes in three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import LANGUAGES, Fault, Language

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request is refused.  code: one of problems.toml; values: what its sentences are filled with.

    faults: what is wrong in the files of the request, all of them.  headers: of the answer.
    Raises KeyError for a code that the catalogue does not have.
    """

    def __init__(
        self, code: str, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        self.code, self.values, self.faults, self.headers = code, values, tuple(faults), dict(headers or {})
        self.status = int(catalogue()[code]["status"])
        super().__init__(code)

    def document(self, language: Language) -> dict[str, Any]:
        """The problem document in that language."""
        entry = catalogue()[self.code]
        document: dict[str, Any] = {
            "type": f"/v1/fault-types#{self.code}",
            "title": entry["title"][language],
            "status": self.status,
            "code": self.code,
            "detail": entry["detail"][language].format_map(self.values),
        }
        if self.faults:
            document["faults"] = [_fault(each, language) for each in self.faults]
        return document


def language_of(accepted: str | None) -> Language:
    """The language of an Accept-Language header that we speak best; English when it names none of ours."""
    parts = [part.strip().partition(";") for part in (accepted or "").split(",")[:20]]
    ranked = [
        (-_weight(weight), place, language)
        for place, (tag, _, weight) in enumerate(parts)
        for language in LANGUAGES
        if tag.split("-")[0].strip().lower() == language
    ]
    wanted = [each for each in ranked if each[0] < 0]
    return min(wanted)[2] if wanted else "en"


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Problems by code: status, and title and detail in every language."""
    return tomllib.loads((Path(__file__).parent / "problems.toml").read_text(encoding="utf-8"))


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _fault(fault: Fault, language: Language) -> dict[str, Any]:
    document = fault.document()
    return document | {"text": document["text"][language], "place": fault.where.text(language)}
