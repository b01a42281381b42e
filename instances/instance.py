"""The instance: zone, applicants and policy together, checked as a whole, with a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from instances.applicant import Applicant
from instances.consistency import Known, faults_between
from instances.faults import Fault, Place, fault, refuse
from instances.policy import Policy
from instances.record import MOST_FAULTS
from instances.zone import Lot, Neighbours


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
        refuse(islice(self._faults(), MOST_FAULTS))

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
    def pins(self) -> Mapping[str, tuple[str, ...]]:
        """The lots of each pinned applicant, by applicant id."""
        return {each.applicant_id: each.pinned_lots for each in self.applicants if each.is_pinned}

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
        if not self.lots:
            yield fault("no_lots", Place(file="zone"))
        if not self.applicants:
            yield fault("no_applicants", Place(file="applicants"))
        known = Known.of(self.lots, self.policy)
        yield from faults_between(self.lots, self.neighbours, self.applicants, self.policy, known)
