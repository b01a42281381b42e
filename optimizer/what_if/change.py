"""Changes that a committee may try out: each a frozen value that says one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from instances.applicant import Applicant
from instances.tables import applicants_items

POINTS = ("job_direct", "job_indirect", "border_metre", "street_metre", "preferred_lot")
"""The points of a policy that a change may set."""


@dataclass(frozen=True, slots=True)
class Forbid:
    """Nothing is granted to the applicant; or nobody gets the lot; or nobody of the sector gets it."""

    applicant_id: str = ""
    lot_id: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """The applicant holds exactly these lots."""

    applicant_id: str
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant takes its application back; a pin that it holds is released."""

    applicant_id: str


@dataclass(frozen=True, slots=True)
class SetPoints:
    """The policy gives so many points; name: one of POINTS."""

    name: str
    points: int


@dataclass(frozen=True, slots=True)
class SetQuota:
    """The quota of that name has these shares; a new one names its group or sector; without any share it is dropped."""

    name: str
    group: str = ""
    sector: str = ""
    min_lot_share_percent: int | None = None
    max_lot_share_percent: int | None = None


@dataclass(frozen=True, slots=True)
class AddBatch:
    """These applicants come besides."""

    applicants: tuple[Applicant, ...]


Change = Forbid | Pin | Withdraw | SetPoints | SetQuota | AddBatch


def document(change: Change) -> dict[str, Any]:
    """The change as it is written in JSON; `reading` reads it back to an equal value."""
    match change:
        case Forbid():
            named = {"applicant_id": change.applicant_id, "lot_id": change.lot_id, "sector": change.sector}
            return {"change": "forbid"} | {name: value for name, value in named.items() if value}
        case Pin():
            return {"change": "pin", "applicant_id": change.applicant_id, "lots": list(change.lots)}
        case Withdraw():
            return {"change": "withdraw", "applicant_id": change.applicant_id}
        case SetPoints():
            return {"change": "points", "name": change.name, "points": change.points}
        case SetQuota():
            shares = {name: getattr(change, name) for name in ("min_lot_share_percent", "max_lot_share_percent")}
            named = {"group": change.group, "sector": change.sector}
            given = {name: value for name, value in named.items() if value}
            given_shares = {name: value for name, value in shares.items() if value is not None}
            return {"change": "quota", "name": change.name} | given | given_shares
        case AddBatch():
            return {"change": "batch", "applicants": applicants_items(change.applicants)}
