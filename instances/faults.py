"""Faults: what is wrong with the input, where, and what to do about it.

A fault carries a stable code and plain values; its sentences in English, French and Arabic come from
one catalogue, `faults.toml`, so that code, documentation and translations cannot drift apart.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "fr", "ar"]
Part = Literal["", "row", "cell", "feature", "item", "key", "line", "lot", "applicant", "neighbours"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "ar")
LONGEST_SHOWN = 80
MOST_LINES = 100
"""The text of an error lists so many faults; the error itself holds them all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is: a file, a part of it ("row" 12, "cell" "C7", "lot" "L012"), and a field."""

    file: str = ""
    part: Part = ""
    key: str = ""
    field: str = ""

    def text(self, language: Language = "en") -> str:
        """The place in one line, in the reader's language; ids and numbers are never translated."""
        words = catalogue()["places"]
        key = shown(self.key)
        part = f"{words[self.part][language]} {key}".strip() if self.part else key
        return ", ".join(piece for piece in (shown(self.file), part, shown(self.field)) if piece)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: a code of the catalogue, the place, the value found, and values for the hint."""

    code: str
    where: Place
    found: str = ""
    values: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.code not in catalogue()["faults"]:
            raise KeyError(f"fault code {self.code!r} is not in the catalogue")

    @property
    def is_warning(self) -> bool:
        """A warning is shown and does not refuse the input."""
        return bool(catalogue()["faults"][self.code].get("warning", False))

    def says(self, language: Language = "en") -> str:
        """What is wrong, as a sentence."""
        return self._fill(catalogue()["faults"][self.code][language])

    def hint(self, language: Language = "en") -> str:
        """What to do next, as a sentence."""
        return self._fill(catalogue()["faults"][self.code]["hint"][language])

    def text(self, language: Language = "en") -> str:
        """Place, fault and hint in one line."""
        sentences = f"{self.says(language)} {self.hint(language)}"
        where = self.where.text(language)
        return f"{where}: {sentences}" if where else sentences

    def at(self, **place: Any) -> Fault:
        """The same fault at a more exact place: the fields given replace those of `where`."""
        return replace(self, where=replace(self.where, **place))

    def document(self) -> dict[str, Any]:
        """The fault as plain values for JSON: code, severity, place, found, and texts by language."""
        return {
            "code": self.code,
            "severity": "warning" if self.is_warning else "error",
            "file": shown(self.where.file),
            "part": self.where.part,
            "key": shown(self.where.key),
            "field": shown(self.where.field),
            "found": self.found,
            "text": {language: f"{self.says(language)} {self.hint(language)}" for language in LANGUAGES},
        }

    def _fill(self, template: str) -> str:
        where = {"field": shown(self.where.field), "key": shown(self.where.key)}
        values = {"found": self.found} | where | dict(self.values)
        return template.format_map(values)


class InstanceError(ValueError):
    """The input cannot become an instance; `faults` holds every reason, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        lines = [each.text() for each in self.faults[:MOST_LINES]]
        more = len(self.faults) - len(lines)
        return "\n".join([*lines, f"… + {more}"] if more else lines)


def fault(code: str, where: Place, found: object = "", **values: object) -> Fault:
    """A fault with every value made into short text: long or unprintable input is cut and escaped."""
    return Fault(code, where, shown(found), tuple(sorted((name, shown(value)) for name, value in values.items())))


def shown(value: object) -> str:
    """A value as a message may print it: one line, printable, at most 80 characters."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, (list, tuple)) and any(isinstance(each, (dict, list, tuple)) for each in value):
        return "[…]"
    try:
        text = value if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):
        # Python refuses to print whole numbers of thousands of digits, and lists nested hundreds deep.
        text = type(value).__name__
    cut = text[:LONGEST_SHOWN]
    cut = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in cut)
    return cut + ("…" if len(text) > LONGEST_SHOWN else "")


def refuse(faults: Iterable[Fault]) -> None:
    """Raise InstanceError when any fault is an error; warnings alone pass."""
    found = tuple(faults)
    if found and any(not each.is_warning for each in found):
        raise InstanceError(found)


@cache
def catalogue() -> dict[str, Any]:
    """The catalogue of codes and place words, with their texts in every language."""
    return tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))
