"""What a process of its own says of a plan after promotion: recounted, explained, and proved by the earlier proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from instances.reading_back import read_stored
from optimizer.audit import audit
from optimizer.certificate import CertificateError, document_sha256
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.explain import explain
from optimizer.export.document import plan_document
from optimizer.export.recorded import recorded_outcome
from optimizer.fitting_sites import fitting_sites
from optimizer.outcome import Outcome
from optimizer.plan import Plan
from optimizer.waitlist import waitlist


def promoted(job: Mapping[str, Any]) -> Outcome:
    """The outcome of the plan.

    job: the stored text of the instance as `instance`, its hash as `instance_id`, the earlier plan.json as `document`,
    the plan as `start`, who gave up its site as `gone`, and the earlier certificate, or None.
    """
    instance = read_stored(job["instance"].encode(), job["instance_id"])
    plan = Plan({each: tuple(lots) for each, lots in job["start"].items()})
    counted, fitting = audit(instance, plan), fitting_sites(instance)
    outcome = replace(
        recorded_outcome(instance, job["document"], {}),
        plan=plan,
        value_millipoints=counted.value_millipoints,
        goals_millipoints=counted.goals_millipoints,
        waitlist=waitlist(instance, plan, fitting.fitting()),
        reasons=explain(instance, plan, fitting),
        gone=tuple(job["gone"]),
        proof=None,
        unique=False,
    )
    return outcome if job["certificate"] is None else _proved(outcome, plan, job["certificate"])


def _proved(outcome: Outcome, plan: Plan, certificate: Mapping[str, Any]) -> Outcome:
    """The outcome with what the certificate, tied to its plan, proves of it; as it is when that does not hold."""
    said = {key: value for key, value in plan_document(outcome).items() if key != "proof"}
    tied = replace(
        any_certificate_from(certificate),
        value_millipoints=outcome.value_millipoints,
        plan_sha256=document_sha256(said),
    )
    try:
        # Read again as whoever checks it later will.
        proof = check(outcome.instance, plan, any_certificate_from(tied.document()))
    except CertificateError:
        return outcome
    return replace(outcome, proof=proof, certificate=tied.document())
