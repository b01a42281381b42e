"""A sketch of an instance: what pages show of it, with its map, in columns that are read back in a moment.

Reading an instance of 16,800 lots and 50,400 applicants back takes seconds, nearly all of it to make and to judge
values that no page shows.  The sketch is derived from the instance alone.  It is for looking at, and never what a
decision, a paper or a public page rests on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from api.zone_map import LotShape, ZoneMap, zone_map
from instances.faults import Place
from instances.instance import Instance
from instances.policy import Policy
from instances.policy_file import PolicyReader, policy_document
from instances.zone import Kind, Neighbours
from optimizer.export.rows import lottery_places

VERSION = 1
"""Of the columns and of what is derived into them: with another number a kept sketch is stale and made anew."""


class ShownLot(NamedTuple):
    """A lot as pages tell of it; every value is that of the Lot."""

    lot_id: str
    area_m2: int
    power_kw: int
    water_hl_day: int
    zone: str
    block: str
    status: str
    price_mad_m2: int


class ShownApplicant(NamedTuple):
    """An applicant as pages tell of it; every value is that of the Applicant.

    preferred: ids joined with `|`.  lottery_place: in the published draw, from 1.
    """

    applicant_id: str
    name: str
    sector: str
    group: str
    area_min_m2: int
    area_max_m2: int
    jobs_direct: int
    jobs_indirect: int
    power_kw: int
    water_hl_day: int
    score: int
    investment_kmad: int
    preferred: str
    lottery_place: int

    @property
    def preferred_lots(self) -> tuple[str, ...]:
        """The lots that earn a bonus."""
        return tuple(self.preferred.split("|")) if self.preferred else ()


Pair = tuple[str, str, int, Kind]
"""Two neighbours: their ids, the decimetres that they share, and how."""


@dataclass(frozen=True)
class Sketch:
    """What pages show of the instance whose document has the SHA-256 `instance_id`; parts in the instance's order."""

    instance_id: str
    policy: Policy
    lots: tuple[ShownLot, ...]
    pairs: tuple[Pair, ...]
    applicants: tuple[ShownApplicant, ...]
    map: ZoneMap

    @property
    def name(self) -> str:
        """The name of the instance."""
        return self.policy.name

    @cached_property
    def lot(self) -> dict[str, ShownLot]:
        """Lots by id."""
        return {each.lot_id: each for each in self.lots}

    @cached_property
    def applicant(self) -> dict[str, ShownApplicant]:
        """Applicants by id."""
        return {each.applicant_id: each for each in self.applicants}

    @cached_property
    def neighbours(self) -> tuple[Neighbours, ...]:
        """All neighbours."""
        return tuple(Neighbours(*each) for each in self.pairs)

    def neighbours_of(self, lot_id: str) -> list[Neighbours]:
        """The neighbours of a lot."""
        return [Neighbours(*each) for each in self.pairs if lot_id in (each[0], each[1])]

    def wanting(self, lot_id: str) -> list[ShownApplicant]:
        """The applicants that prefer a lot, the highest score first."""
        wanting = [each for each in self.applicants if lot_id in each.preferred and lot_id in each.preferred_lots]
        return sorted(wanting, key=lambda each: -each.score)


def sketch_of(instance: Instance, instance_id: str) -> Sketch:
    """The sketch of an instance, derived from it and from nothing else."""
    drawn = lottery_places(instance)
    applicants = (
        ShownApplicant._make((*_of_applicant(each), "|".join(each.preferred_lots), drawn[each.applicant_id]))
        for each in instance.applicants
    )
    return Sketch(
        instance_id,
        instance.policy,
        tuple(ShownLot(*_of_lot(each)) for each in instance.lots),
        tuple((each.lot_a, each.lot_b, each.length_dm, each.kind) for each in instance.neighbours),
        tuple(applicants),
        zone_map(instance),
    )


_of_lot = attrgetter(*ShownLot._fields)
_of_applicant = attrgetter(*ShownApplicant._fields[:-2])


def sketch_text(sketch: Sketch) -> bytes:
    """The sketch as it is kept: JSON, with its version and the hash of what it was derived from."""
    shapes = sketch.map
    kept = {
        "version": VERSION,
        "instance_id": sketch.instance_id,
        "policy": policy_document(sketch.policy),
        "lots": _columns(sketch.lots),
        "pairs": _columns(sketch.pairs),
        "applicants": _columns(sketch.applicants),
        "map": {"width": shapes.width, "height": shapes.height, "captions": shapes.captions},
        "shapes": _columns(shapes.shapes),
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def sketch_from(text: bytes | None, instance_id: str) -> Sketch | None:
    """The sketch that `sketch_text` wrote of this instance.

    None when there is none, when it is of another instance or version, and when it cannot be read.
    """
    if text is None:
        return None
    try:
        kept = json.loads(text)
        is_current = kept["version"] == VERSION and kept["instance_id"] == instance_id
        return _sketch(kept) if is_current else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _sketch(kept: Mapping[str, Any]) -> Sketch:
    policy = PolicyReader(Place()).read(kept["policy"])
    if policy is None:
        raise ValueError("policy")
    drawn = kept["map"]
    captions = tuple((zone, x, y) for zone, x, y in drawn["captions"])
    return Sketch(
        kept["instance_id"],
        policy,
        _made(ShownLot._make, kept["lots"]),
        _made(tuple, kept["pairs"]),
        _made(ShownApplicant._make, kept["applicants"]),
        ZoneMap(drawn["width"], drawn["height"], _made(LotShape._make, kept["shapes"]), captions),
    )


def _columns(parts: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """The first values of all parts, then the second ones, and so on; nothing of no parts."""
    return list(zip(*parts, strict=True))


def _made(make: Callable[[Any], Any], columns: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(map(make, zip(*columns, strict=True)))
