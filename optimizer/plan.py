"""The plan: which applicant holds which lots."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from instances.instance import Instance


@dataclass(frozen=True)
class Plan:
    """Granted placements: applicant id -> lot ids, both sorted.  Says nothing of value or feasibility (see audit)."""

    assignments: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        ordered = {each: tuple(sorted(lots)) for each, lots in sorted(self.assignments.items())}
        object.__setattr__(self, "assignments", ordered)

    @cached_property
    def tenant(self) -> dict[str, str]:
        """Lot id -> applicant id, for every granted lot."""
        return {lot: each for each, lots in self.assignments.items() for lot in lots}


def lottery_rank(instance: Instance, applicant_id: str) -> int:
    """The published draw: SHA-256 of "lottery_seed:applicant_id" read as a number; the smaller is first."""
    text = f"{instance.policy.lottery_seed}:{applicant_id}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
