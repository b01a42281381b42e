"""A fact: one coded statement of an explanation, and its sentence in English, French and Arabic."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from instances.faults import Language
from instances.policy import Policy
from optimizer.wording import points, whole

Value = int | str | tuple[str, ...]
MOST_LISTED = 8
"""A sentence lists so many ids and says how many more there are; the fact itself holds them all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A code of facts.toml with what its sentence shows: ids, lists of ids, and whole numbers.

    Values whose name ends in `millipoints` are read out as points.
    """

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    def document(self) -> dict[str, object]:
        """The values as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.values}


def fact(code: str, **values: Value) -> Fact:
    """A fact with these values, sorted by name."""
    return Fact(code, tuple(sorted(values.items())))


def sentence(told: Fact, language: Language = "en", policy: Policy | None = None) -> str:
    """The fact as one sentence.  Raises KeyError when the fact lacks a value that its sentence needs.

    policy: names the sectors in that language; without it they are called by their ids.
    """
    values = {name: _named(name, value, language, policy) for name, value in told.values}
    return catalogue()[told.code][language].format_map(
        {name: _read_out(name, value, language) for name, value in values.items()}
    )


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Sentences by code and language."""
    return tomllib.loads((Path(__file__).parent / "facts.toml").read_text(encoding="utf-8"))


def _named(name: str, value: Value, language: Language, policy: Policy | None) -> Value:
    if policy is None or name not in ("sector", "sectors"):
        return value
    if isinstance(value, tuple):
        return tuple(policy.sector(each).name(language) for each in value)
    return policy.sector(str(value)).name(language)


def _read_out(name: str, value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        comma = "، " if language == "ar" else ", "
        rest = f" (+{len(value) - MOST_LISTED})" if len(value) > MOST_LISTED else ""
        return comma.join(value[:MOST_LISTED]) + rest
    if isinstance(value, str):
        return value
    if name == "seed":
        return str(value)
    if name.endswith("hl_day"):
        tenth = value % 10
        mark = "." if language == "en" else ","
        return whole(value // 10, language) + (f"{mark}{tenth}" if tenth else "")
    return points(value, language) if name.endswith("millipoints") else whole(value, language)
