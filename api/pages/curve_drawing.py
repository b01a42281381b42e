"""The trade-off of jobs against clustering as a drawing: plans found, and what is proved that none can exceed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.curves import CurvePoint

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, FOOT = 76, 24, 24, 36
NAME, NAME_ABOVE = 18, 11
"""The height of a name, and how far above its dot it stands."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A plan on the drawing, in pixels; name: what stands so far above it."""

    x: int
    y: int
    name: str
    plan_id: str
    above: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What an axis says at one of its ends, in pixels; anchor: which end of the number stands there."""

    x: int
    y: int
    anchor: str
    millipoints: int


@dataclass(frozen=True, slots=True)
class CurveDrawing:
    """found: points of the curve; sides: the plans that are compared; bound: a path of steps, empty without proof.

    Between two points the step is level: a plan with at least the jobs of the first has at most its clustering.
    """

    found: tuple[Dot, ...]
    sides: tuple[Dot, ...]
    bound: str
    frame: str
    marks: tuple[Mark, ...]


def curve_drawing(points: Sequence[CurvePoint], sides: Sequence[tuple[str, int, int]]) -> CurveDrawing | None:
    """sides: id of each compared plan with its jobs and clustering in millipoints.  None when no plan was found."""
    told = [each for each in points if each.a is not None and each.b is not None]
    known = sorted(
        ((each.a or 0, each.b or 0, each.most_b, each.plan_id or "") for each in told), key=lambda one: one[:2]
    )
    if not known:
        return None
    across = [a for a, *_ in known] + [a for _, a, _ in sides]
    up = [b for _, b, *_ in known] + [most for *_, most, _ in known if most is not None] + [b for *_, b in sides]
    least_a, most_a, least_b, most_b = min(across), max(across), min(up), max(up)

    def x(a: int) -> int:
        return LEFT + (a - least_a) * (WIDTH - LEFT - RIGHT) // max(most_a - least_a, 1)

    def y(b: int) -> int:
        return HEIGHT - FOOT - (b - least_b) * (HEIGHT - TOP - FOOT) // max(most_b - least_b, 1)

    steps: list[str] = []
    for at, (a, _, most, _) in enumerate(known):
        if most is not None:
            end = known[at + 1][0] if at + 1 < len(known) else most_a
            steps.append(f"{'L' if steps else 'M'}{x(a)} {y(most)}H{x(end)}")
    return CurveDrawing(
        tuple(Dot(x(a), y(b), "", plan_id) for a, b, _, plan_id in known),
        _named([(plan_id, x(a), y(b)) for plan_id, a, b in sides]),
        "".join(steps),
        f"M{LEFT} {TOP}V{HEIGHT - FOOT}H{WIDTH - RIGHT}",
        (
            Mark(LEFT, HEIGHT - FOOT + 20, "start", least_a),
            Mark(WIDTH - RIGHT, HEIGHT - FOOT + 20, "end", most_a),
            Mark(LEFT - 8, HEIGHT - FOOT, "end", least_b),
            Mark(LEFT - 8, TOP + 4, "end", most_b),
        ),
    )


def _named(places: Sequence[tuple[str, int, int]]) -> tuple[Dot, ...]:
    """The dots with their numbers, each above those of dots that lie so near that one would hide the other."""
    dots = []
    for at, (plan_id, x, y) in enumerate(places):
        near = sum(abs(x - u) < NAME and abs(y - v) < NAME for _, u, v in places[:at])
        dots.append(Dot(x, y, str(at + 1), plan_id, NAME_ABOVE + NAME * near))
    return tuple(dots)
