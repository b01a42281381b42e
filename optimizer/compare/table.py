"""The table of a comparison: one line for each fact, one column for each plan."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import Language
from optimizer.compare.figures import Figures

Cell = int | str | None
"""Whole numbers, text, or None where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of every plan: its key, what it is called, and one cell a plan, in the unit that the key names."""

    key: str
    title: str
    cells: tuple[Cell, ...]


PLAIN: tuple[tuple[str, Callable[[Figures], Cell]], ...] = (
    ("instance", lambda each: each.instance),
    ("value_millipoints", lambda each: each.value_millipoints),
    ("bound_millipoints", lambda each: each.bound_millipoints),
    ("gap_millionths", lambda each: each.gap_millionths),
    ("jobs_direct", lambda each: each.jobs_direct),
    ("jobs_indirect", lambda each: each.jobs_indirect),
    ("jobs_millipoints", lambda each: each.goals_millipoints["jobs"]),
    ("clustering_millipoints", lambda each: each.goals_millipoints["clustering"]),
    ("preferred_millipoints", lambda each: each.goals_millipoints["preferred"]),
    ("applicants_granted", lambda each: each.applicants_granted),
    ("applicants", lambda each: each.applicants),
    ("lots_granted", lambda each: each.lots_granted),
    ("lots", lambda each: each.lots),
    ("area_m2", lambda each: each.area_m2),
    ("power_kw", lambda each: each.used["power_kw"]),
    ("power_kw_limit", lambda each: each.most["power_kw"]),
    ("water_hl_day", lambda each: each.used["water_hl_day"]),
    ("water_hl_day_limit", lambda each: each.most["water_hl_day"]),
    ("envies", lambda each: each.envies),
    ("lowest_score", lambda each: each.lowest_score),
    ("breaches", lambda each: each.breaches),
    ("seconds", lambda each: each.seconds),
)


def table(compared: Sequence[Figures], language: Language = "en") -> list[Line]:
    """Every line; sectors and groups that no plan grants a lot are left out.

    Shares are lots in hundredths of a percent of the granted lots, rounded down.
    """
    return list(_lines(compared, language))


def document(compared: Sequence[Figures]) -> dict[str, Any]:
    """The figures of every plan as JSON values."""
    return {"plans": [asdict(each) for each in compared]}


def title(key: str, language: Language = "en") -> str:
    """What a line is called."""
    return catalogue()[key][language]


def _lines(compared: Sequence[Figures], language: Language) -> Iterator[Line]:
    for key, read in PLAIN:
        yield Line(key, title(key, language), tuple(read(each) for each in compared))
    for of in ("sector", "group"):
        counts = [each.lots_by_sector if of == "sector" else each.lots_by_group for each in compared]
        for name in sorted({name for count in counts for name in count}):
            cells = tuple(count.get(name, 0) for count in counts)
            shown = name or title("no_group", language)
            yield Line(f"lots_{of}_{name}", f"{title(f'lots_{of}', language)}: {shown}", cells)
            shares = tuple(
                10_000 * cell // max(each.lots_granted, 1) for cell, each in zip(cells, compared, strict=True)
            )
            yield Line(f"share_{of}_{name}", f"{title(f'share_{of}', language)}: {shown}", shares)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """The titles by key, one text per language."""
    return tomllib.loads((Path(__file__).parent / "table.toml").read_text(encoding="utf-8"))
