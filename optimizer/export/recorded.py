"""An outcome as it was recorded: read back from plan.json and the reasons, to be written in other formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from instances.instance import Instance
from optimizer.explain import Reason
from optimizer.outcome import Claim, Limits, Outcome, Proof
from optimizer.plan import Plan


def recorded_outcome(
    instance: Instance, document: Mapping[str, Any], reasons: Mapping[str, tuple[Any, Mapping[str, str]]]
) -> Outcome:
    """The outcome whose plan.json is `document`; its certificate is not read.

    reasons: applicant id -> code and values of its reason.  Raises KeyError for a document that lacks a key.
    """
    proof = document["proof"]
    limits = document["limits"]
    return Outcome(
        instance,
        "plan",
        Limits(limits["seconds"], limits.get("work"), limits["seed"], limits["workers"]),
        Claim(document["claim"]["status"], document["claim"]["bound_millipoints"]),
        Plan({each: tuple(lots) for each, lots in document["assignments"].items()}),
        document["value_millipoints"],
        document["goals_millipoints"],
        tuple(document["waitlist"]),
        {each: Reason(code, tuple(sorted(values.items()))) for each, (code, values) in reasons.items()},
        None if proof is None else Proof(proof["bound_millipoints"], proof["certificate_sha256"]),
        None,
        document["unique"],
        document["versions"],
        tuple(document.get("stages", ())),
        gone=tuple(document.get("gone", ())),
    )
