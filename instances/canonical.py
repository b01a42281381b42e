"""The canonical form of an instance: whole numbers, sorted lists, one spelling; what the fingerprint hashes.

What belongs to the revision of an earlier plan, or to a waitlist carried on, stands there only where it
says something, so that the fingerprints of all other instances are what they were before there was such a thing.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances.applicant import Applicant
    from instances.instance import Instance
    from instances.zone import Lot, Neighbours

FORMAT = "lotwise-instance-1"


def document(instance: Instance) -> dict[str, Any]:
    """Every fact of the instance as JSON values: text, whole numbers and lists; no null, no fraction."""
    policy = {key: value for key, value in asdict(instance.policy).items() if not key.startswith("_")}
    if not policy["kept_site"]:
        del policy["kept_site"]
    if policy["most_changes"] is None:
        del policy["most_changes"]
    if policy["waitlist"] == "none":
        del policy["waitlist"]
    return {
        "format": FORMAT,
        "lots": [_facts(lot) for lot in instance.lots],
        "neighbours": [_facts(pair) for pair in instance.neighbours],
        "applicants": [_applicant(each) for each in instance.applicants],
        "policy": policy,
    }


def _applicant(applicant: Applicant) -> dict[str, Any]:
    facts = _facts(applicant) | {"filed_on": applicant.filed_on.isoformat() if applicant.filed_on else ""}
    if not applicant.earlier_lots:
        del facts["earlier_lots"]
    if not applicant.rounds_waited:
        del facts["rounds_waited"]
    return facts


def _facts(part: Lot | Neighbours | Applicant) -> dict[str, Any]:
    """The fields of a part as they are: none holds values that could change, so nothing needs to be copied."""
    return {field.name: getattr(part, field.name) for field in fields(part)}
