"""The canonical form of an instance: whole numbers, sorted lists, one spelling; what the fingerprint hashes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances.instance import Instance

FORMAT = "lotwise-instance-1"


def document(instance: Instance) -> dict[str, Any]:
    """Every fact of the instance as JSON values: text, whole numbers and lists; no null, no fraction."""
    policy = {key: value for key, value in asdict(instance.policy).items() if not key.startswith("_")}
    return {
        "format": FORMAT,
        "lots": [asdict(lot) for lot in instance.lots],
        "neighbours": [asdict(pair) for pair in instance.neighbours],
        "applicants": [
            asdict(each) | {"filed_on": each.filed_on.isoformat() if each.filed_on else ""}
            for each in instance.applicants
        ],
        "policy": policy,
    }
