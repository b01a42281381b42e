"""plan.json: the plan, its value, what was claimed and what was proved."""

from __future__ import annotations

import json
from typing import Any

from optimizer.outcome import Outcome, gap_millionths


def plan_document(outcome: Outcome) -> dict[str, Any]:
    """The document of plan.json; docs/formats.md describes every key.

    Plain values without time stamps: equal outcomes give equal documents.  Its only float is `proof.gap`, so that
    the document without `proof` has a canonical JSON, which the certificate names by its SHA-256.
    Raises ValueError when the outcome holds no plan.
    """
    if outcome.plan is None:
        raise ValueError(f"an outcome of kind {outcome.kind!r} has no plan to write")
    return {
        "instance": {"name": outcome.instance.name, "fingerprint": outcome.instance.fingerprint()},
        "assignments": {applicant: list(lots) for applicant, lots in outcome.plan.assignments.items()},
        "waitlist": list(outcome.waitlist),
        "value_millipoints": outcome.value_millipoints,
        "goals_millipoints": dict(outcome.goals_millipoints),
        "unique": outcome.unique,
        "claim": {"status": outcome.claim.status, "bound_millipoints": outcome.claim.bound_millipoints},
        "proof": _proof(outcome),
        "limits": _limits(outcome),
        "versions": dict(sorted(outcome.versions.items())),
        **({"stages": [dict(stage) for stage in outcome.stages]} if outcome.stages else {}),
        **({"gone": list(outcome.gone)} if outcome.gone else {}),
    }


def plan_json(outcome: Outcome) -> bytes:
    """The content of plan.json."""
    return (json.dumps(plan_document(outcome), ensure_ascii=False, indent=2) + "\n").encode()


def _proof(outcome: Outcome) -> dict[str, Any] | None:
    if outcome.proof is None:
        return None
    return {
        "bound_millipoints": outcome.proof.bound_millipoints,
        "gap": gap_millionths(outcome.value_millipoints, outcome.proof) / 1_000_000,
        "certificate_sha256": outcome.proof.certificate_sha256,
    }


def _limits(outcome: Outcome) -> dict[str, int | None]:
    """`work` stands there only when the run was limited by work units."""
    limits = outcome.limits
    given: dict[str, int | None] = {"seconds": limits.seconds, "seed": limits.seed, "workers": limits.workers}
    return given if limits.work is None else given | {"work": limits.work}
