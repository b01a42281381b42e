"""Lots drawn as SVG: a link each, with classes for every way of colouring, so that a change of view is cheap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Protocol

from markupsafe import Markup

from api.sketch import Sketch
from api.zone_map import ZoneMap
from instances.instance import Instance
from optimizer.picture.palette import PALETTE, letter_of
from optimizer.plan import Plan

TABBED = 0
"""Only the first lot is reached by Tab; from there arrow keys walk over the map."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a lot looks: classes, the letter in it, what a screen reader says, and where its link leads, if it does."""

    classes: str
    letter: str
    label: str
    href: str


class Looks(Protocol):
    """Gives each lot its look."""

    def __call__(self, lot_id: str) -> Look:
        """The look of the lot."""


def lots_svg(shapes: ZoneMap, looks: Looks) -> Markup:
    """Every lot with its outline, its letter and its id, as a link where it leads somewhere.  Escapes the texts."""
    parts = []
    for at, shape in enumerate(shapes.shapes):
        look = looks(shape.lot_id)
        name, low = escape(shape.lot_id), shape.y + shape.room * 33 // 100
        big, small = min(shape.room * 45 // 100, 220), min(shape.room * 20 // 100, shape.room * 13 // 10 // len(name))
        letter = f'<text class="l" x="{shape.x}" y="{shape.y}" font-size="{big}">{look.letter}</text>'
        inside = (
            f'<path d="{shape.path}"/>{letter if look.letter else ""}'
            f'<text class="i" x="{shape.x}" y="{low}" font-size="{small}">{name}</text>'
        )
        if not look.href:
            parts.append(f'<g data-lot="{name}" class="lot {look.classes}">{inside}</g>')
            continue
        parts.append(
            f'<a href="{escape(look.href)}" data-lot="{name}" class="lot {look.classes}" '
            f'aria-label="{escape(look.label)}" tabindex="{0 if at == TABBED else -1}">{inside}</a>'
        )
    return Markup("".join(parts))


def ties_path(shapes: ZoneMap, instance: Instance | Sketch, plan: Plan) -> str:
    """One path of short lines that join the lots of each site."""
    middles = {shape.lot_id: (shape.x, shape.y) for shape in shapes.shapes}
    tenant = plan.tenant
    steps = []
    for pair in instance.neighbours:
        holder = tenant.get(pair.lot_a)
        if pair.kind == instance.policy.across and holder is not None and holder == tenant.get(pair.lot_b):
            (x, y), (u, v) = middles[pair.lot_a], middles[pair.lot_b]
            steps.append(f"M{x + (u - x) // 3} {y + (v - y) // 3}l{(u - x) // 3} {(v - y) // 3}")
    return "".join(steps)


def pairs_paths(shapes: ZoneMap, instance: Instance) -> Mapping[str, str]:
    """Kind of neighbours -> one path with a line from middle to middle of each pair."""
    middles = {shape.lot_id: (shape.x, shape.y) for shape in shapes.shapes}
    steps: dict[str, list[str]] = {}
    for pair in instance.neighbours:
        (x, y), (u, v) = middles[pair.lot_a], middles[pair.lot_b]
        steps.setdefault(pair.kind, []).append(f"M{x} {y}L{u} {v}")
    return {kind: "".join(lines) for kind, lines in sorted(steps.items())}


def letters_of(ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Id -> number of its colour and its letter, as on the printed map."""
    return {each: (at % len(PALETTE), letter_of(at)) for at, each in enumerate(ids)}
