"""The instance: zone, applicants and policy together, checked as a whole, with a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from instances.applicant import LOT_LISTS, Applicant
from instances.faults import Fault, Place, fault, refuse
from instances.policy import Policy
from instances.zone import Lot, Neighbours, place


@dataclass(frozen=True)
class Instance:
    """What a problem is.  Lots, neighbours and applicants are kept sorted by id, whatever order they came in.

    Raises InstanceError with every fault found between the parts: duplicates, dangling references, clashing pins.
    """

    lots: tuple[Lot, ...]
    neighbours: tuple[Neighbours, ...]
    applicants: tuple[Applicant, ...]
    policy: Policy

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "lots", tuple(sorted(self.lots, key=lambda lot: lot.lot_id)))
        put(self, "neighbours", tuple(sorted(self.neighbours, key=lambda pair: (pair.lot_a, pair.lot_b, pair.kind))))
        put(self, "applicants", tuple(sorted(self.applicants, key=lambda applicant: applicant.applicant_id)))
        refuse(self._faults())

    @property
    def name(self) -> str:
        """The policy's name names the instance."""
        return self.policy.name

    @cached_property
    def lot(self) -> dict[str, Lot]:
        """Lots by id."""
        return {lot.lot_id: lot for lot in self.lots}

    @cached_property
    def applicant(self) -> dict[str, Applicant]:
        """Applicants by id."""
        return {applicant.applicant_id: applicant for applicant in self.applicants}

    @cached_property
    def pinned_lots(self) -> frozenset[str]:
        """Lots closed to everybody but the applicant pinned to them."""
        return frozenset(lot for applicant in self.applicants for lot in applicant.pinned_lots)

    @cached_property
    def bordering(self) -> dict[str, frozenset[str]]:
        """For each lot, the lots that share a border with it."""
        return self._beside("border")

    @cached_property
    def connecting(self) -> dict[str, frozenset[str]]:
        """For each lot, the lots with which it may form a site (neighbours of the kind `grouping.across`)."""
        return self._beside(self.policy.across)

    def _beside(self, kind: str) -> dict[str, frozenset[str]]:
        beside: dict[str, set[str]] = {lot.lot_id: set() for lot in self.lots}
        for pair in self.neighbours:
            if pair.kind == kind:
                beside[pair.lot_a].add(pair.lot_b)
                beside[pair.lot_b].add(pair.lot_a)
        return {lot: frozenset(others) for lot, others in beside.items()}

    def canonical(self) -> dict[str, Any]:
        """The instance as plain values in canonical order; docs/certificate.md describes every key."""
        from instances.canonical import document

        return document(self)

    @cached_property
    def _fingerprint(self) -> str:
        text = json.dumps(self.canonical(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON in UTF-8: the same for any order of rows and columns."""
        return self._fingerprint

    def _faults(self) -> Iterator[Fault]:
        yield from _twice((lot.lot_id for lot in self.lots), "lot", "lot_id")
        yield from _twice((each.applicant_id for each in self.applicants), "applicant", "applicant_id")
        yield from _twice((pair.key for pair in self.neighbours), "neighbours", "lot_b")
        if not self.lots:
            yield fault("no_lots", Place(file="zone"))
        if not self.applicants:
            yield fault("no_applicants", Place(file="applicants"))
        sectors = {sector.sector_id for sector in self.policy.sectors}
        zones = {lot.zone for lot in self.lots}
        lots = {lot.lot_id for lot in self.lots}
        for lot in self.lots:
            where = Place(part="lot", key=lot.lot_id)
            yield from _strangers(lot.sectors, sectors, "unknown_sector", place(where, "sectors"))
        for pair in self.neighbours:
            where = Place(part="neighbours", key=pair.key)
            yield from _strangers((pair.lot_a,), lots, "unknown_lot", place(where, "lot_a"))
            yield from _strangers((pair.lot_b,), lots, "unknown_lot", place(where, "lot_b"))
        for each in self.applicants:
            where = Place(part="applicant", key=each.applicant_id)
            yield from _strangers((each.sector,), sectors, "unknown_sector", place(where, "sector"))
            yield from _strangers(each.zones, zones, "unknown_zone", place(where, "zones"))
            for field in LOT_LISTS:
                yield from _strangers(getattr(each, field), lots, "unknown_lot", place(where, field))
        for limit in self.policy.limits:
            if limit.zone and limit.zone not in zones:
                yield fault("unknown_zone", Place("policy.toml", "key", "", "limits.zone"), limit.zone)
        yield from self._pin_faults()

    def _pin_faults(self) -> Iterator[Fault]:
        holder: dict[str, Applicant] = {}
        for each in self.applicants:
            for lot in each.pinned_lots:
                where = Place("", "applicant", each.applicant_id, "pinned_lots")
                if lot in holder:
                    yield fault("pinned_twice", where, lot, other=holder[lot].applicant_id)
                else:
                    holder[lot] = each
        for pair in self.neighbours:
            one, two = holder.get(pair.lot_a), holder.get(pair.lot_b)
            if one is None or two is None or one is two or pair.kind not in self.policy.separation:
                continue
            if (one.sector, two.sector) in self.policy.hostile:
                where = Place("", "applicant", two.applicant_id, "pinned_lots")
                yield fault("pins_break_separation", where, pair.key, other=one.applicant_id)
        zone_of = {lot.lot_id: lot.zone for lot in self.lots}
        for limit in self.policy.limits:
            inside = [
                each
                for each in self.applicants
                if each.pinned_lots and (not limit.zone or limit.zone in {zone_of.get(lot) for lot in each.pinned_lots})
            ]
            for unit in ("power_kw", "water_hl_day"):
                most, needed = getattr(limit, unit), sum(getattr(each, unit) for each in inside)
                if most is not None and needed > most:
                    where = Place("policy.toml", "key", limit.zone, f"limits.{unit}")
                    yield fault("pins_exceed_limit", where, needed, most=most)


def _twice(keys: Iterable[str], part: Any, field: str) -> Iterator[Fault]:
    for key, count in sorted(Counter(keys).items()):
        if count > 1:
            yield fault("given_twice", Place("", part, key, field), key)


def _strangers(ids: Iterable[str], known: set[str], code: str, where: Place) -> Iterator[Fault]:
    for stranger in ids:
        if stranger not in known:
            yield fault(code, where, stranger)
