"""The zone: lots, and which lots are neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args
from unicodedata import category, is_normalized

from instances.faults import Fault, Place, fault, refuse

Status = Literal["available", "reserved", "allocated", "withdrawn"]
Kind = Literal["border", "street"]
STATUSES: tuple[str, ...] = get_args(Status)
KINDS: tuple[str, ...] = get_args(Kind)

Ring = tuple[tuple[int, int], ...]
"""Longitude and latitude in whole 1e-7 degrees (about a centimetre); the first point is not repeated."""
Outline = tuple[tuple[Ring, ...], ...]
"""Polygons, each an outer ring followed by its holes."""

LARGEST = 2**53 - 1
"""No whole number of an input may be larger, so that any JSON reader holds it exactly."""

SIMPLE_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Nearly all ids are so, and need no longer look."""
NOT_IN_IDS = frozenset("|,;")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Lot:
    """A parcel of land that can be granted.

    sectors: ids of the sectors that the lot admits; empty means all.  water_hl_day: hectolitres (0.1 m3) a day.
    Raises InstanceError with every fault found.
    """

    lot_id: str
    area_m2: int
    power_kw: int = 0
    water_hl_day: int = 0
    zone: str = "Z1"
    block: str = ""
    subzone: str = ""
    status: Status = "available"
    sectors: tuple[str, ...] = ()
    price_mad_m2: int = 0
    outline: Outline = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sectors", tuple(sorted(set(self.sectors))))
        object.__setattr__(self, "outline", canonical_outline(self.outline))
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        where = Place(part="lot", key=self.lot_id)
        yield from id_faults(self.lot_id, "lot_id", where)
        yield from id_faults(self.zone, "zone", where)
        yield from text_faults(self, ("block", "subzone"), where)
        for sector in self.sectors:
            yield from id_faults(sector, "sectors", where)
        yield from whole_faults(self, ("power_kw", "water_hl_day", "price_mad_m2"), where)
        yield from whole_faults(self, ("area_m2",), where, least=1)
        if self.status not in STATUSES:
            yield fault("unknown_choice", place(where, "status"), self.status, choices=" | ".join(STATUSES))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two lots that share a border or face each other across a street; `lot_a` sorts before `lot_b`.

    length_dm: whole decimetres of shared border, or of overlap across the street.
    """

    lot_a: str
    lot_b: str
    length_dm: int
    kind: Kind = "border"

    def __post_init__(self) -> None:
        if self.lot_a > self.lot_b:
            first, second = self.lot_b, self.lot_a
            object.__setattr__(self, "lot_a", first)
            object.__setattr__(self, "lot_b", second)
        refuse(self._faults())

    @property
    def key(self) -> str:
        """How messages name the pair."""
        return f"{self.lot_a}–{self.lot_b}"

    def _faults(self) -> Iterator[Fault]:
        where = Place(part="neighbours", key=self.key)
        if self.lot_a == self.lot_b:
            yield fault("neighbour_of_itself", place(where, "lot_b"), self.lot_b)
        if self.kind not in KINDS:
            yield fault("unknown_choice", place(where, "kind"), self.kind, choices=" | ".join(KINDS))
        yield from whole_faults(self, ("length_dm",), where)


def canonical_outline(outline: Outline) -> Outline:
    """The same polygons written one way: outer rings counter-clockwise, holes clockwise, each from its least point."""
    return tuple(
        sorted(
            (_canonical_ring(rings[0], 1), *sorted(_canonical_ring(hole, -1) for hole in rings[1:]))
            for rings in outline
            if rings
        )
    )


def _canonical_ring(ring: Ring, turn: int) -> Ring:
    points = list(ring)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    doubled = sum(x * v - u * y for (x, y), (u, v) in zip(points, points[1:] + points[:1], strict=True))
    if doubled * turn < 0:
        points.reverse()
    start = points.index(min(points)) if points else 0
    return tuple(points[start:] + points[:start])


def place(where: Place, field: str) -> Place:
    """The same place, at a field."""
    return Place(where.file, where.part, where.key, field)


def id_faults(value: str, field: str, where: Place) -> Iterator[Fault]:
    """An id is text of 1 to 100 visible characters in form NFC, without `|`, `,`, `;` or blanks at its ends."""
    if isinstance(value, str) and SIMPLE_ID.fullmatch(value):
        return
    if not isinstance(value, str):
        yield fault("not_text", place(where, field), value)
    elif not value:
        yield fault("missing_value", place(where, field))
    elif (
        len(value) > 100
        or not value.isprintable()
        or value != value.strip()
        or not NOT_IN_IDS.isdisjoint(value)
        or not is_normalized("NFC", value)
    ):
        yield fault("bad_id", place(where, field), value)


def text_faults(value: object, fields: tuple[str, ...], where: Place) -> Iterator[Fault]:
    """Each field holds text that may be empty: one line of at most 200 characters in form NFC, no blanks at its ends.

    Marks that join or direct Arabic letters are allowed; those that turn the order of other text round are not.
    """
    for field in fields:
        text = getattr(value, field)
        if not isinstance(text, str):
            yield fault("not_text", place(where, field), text)
        elif text and not _is_line(text):
            yield fault("bad_text", place(where, field), text)


def _is_line(text: str) -> bool:
    if len(text) > 200 or text != text.strip() or not is_normalized("NFC", text):
        return False
    return text.isprintable() or all(
        mark.isprintable() or mark in "\u00a0\u202f\u3000" or (category(mark) == "Cf" and mark not in TURNING)
        for mark in text
    )


def whole_faults(
    value: object, fields: tuple[str, ...], where: Place, least: int = 0, most: int = LARGEST
) -> Iterator[Fault]:
    """Each field holds a whole number between `least` and `most`."""
    for field in fields:
        number = getattr(value, field)
        if type(number) is not int:
            yield fault("not_whole", place(where, field), number)
        elif not least <= number <= most:
            yield fault("out_of_range", place(where, field), number, least=least, most=most)
