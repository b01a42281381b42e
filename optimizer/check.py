"""The check: feasibility, value and bound recomputed from instance, plan and certificate, without any solver."""

from __future__ import annotations

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.bound import bound_millipoints
from optimizer.certificate import Certificate, CertificateError, document_sha256
from optimizer.outcome import Proof
from optimizer.plan import Plan


def check(instance: Instance, plan: Plan, certificate: Certificate) -> Proof:
    """The proof that no plan of the instance is worth more than the certificate's bound, and this one is feasible.

    Raises CertificateError when the certificate is for another instance, claims a value that the plan does not have,
    claims a bound under what its prices prove, or when the plan breaks a rule.
    """
    if certificate.instance != instance.fingerprint():
        raise CertificateError("other_instance", "The certificate is for another instance: the fingerprints differ.")
    counted = audit(instance, plan)
    if counted.breaches:
        raise CertificateError("plan_breaks_rule", f"The plan is not feasible: {counted.breaches[0].says}.")
    if counted.value_millipoints != certificate.value_millipoints:
        said = f"The plan is worth {counted.value_millipoints} millipoints, not {certificate.value_millipoints}."
        raise CertificateError("value_differs", said)
    bound = bound_millipoints(instance, certificate)
    if bound > certificate.bound_millipoints:
        said = f"The prices prove {bound} millipoints, not the {certificate.bound_millipoints} that are claimed."
        raise CertificateError("bound_too_low", said)
    if certificate.bound_millipoints < counted.value_millipoints:
        raise CertificateError("bound_below_value", "The bound is below the value of the plan itself.")
    return Proof(certificate.bound_millipoints, document_sha256(certificate.document()))
