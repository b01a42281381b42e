"""A plain certificate of a small plan: prices, perhaps with a tree, that a proof of VIPR can follow."""

from __future__ import annotations

from dataclasses import replace

from instances.instance import Instance
from optimizer.certificate import Certificate, CertificateError
from optimizer.certificates import AnyCertificate
from optimizer.check import check
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements

MOST_LOTS, MOST_PLACEMENTS = 300, 20_000
"""A proof has a line for each placement left out and each row: 12,000 took 40 s and 4 MB."""
STEPS = 1_000
"""Steps of the smoothed dual."""


def plain_certificate(instance: Instance, plan: Plan, certificate: AnyCertificate) -> Certificate:
    """A certificate of the plan without pieces: the one given when it has none, else one of new prices.

    New prices prove a bound of their own, which is often weaker than that of the pieces; the same instance gives the
    same ones.  Raises CertificateError when the one given is refused by the checker, or with the code "too_large".
    """
    _refuse_large(instance)
    check(instance, plan, certificate)
    if isinstance(certificate, Certificate):
        return certificate
    from optimizer.kept_sites import with_kept_sites
    from optimizer.search.ground import ground_of
    from optimizer.search.priced import priced_certificate
    from optimizer.search.smooth import smooth_dual

    ground = with_kept_sites(instance, ground_of(instance))
    smooth = smooth_dual(ground, STEPS)
    smooth.descend(STEPS)
    found = priced_certificate(instance, ground, smooth.classes, smooth.best)
    return replace(found, plan_sha256=certificate.plan_sha256, value_millipoints=certificate.value_millipoints)


def _refuse_large(instance: Instance) -> None:
    """Lots are looked at first: the placements of a very large zone take long to count."""
    for found, most, what in (
        (len(instance.lots), MOST_LOTS, "lots"),
        (len(enumerate_placements(instance)) if len(instance.lots) <= MOST_LOTS else 0, MOST_PLACEMENTS, "placements"),
    ):
        if found > most:
            said = f"The instance has {found:,} {what}; a proof in this format is written for at most {most:,}."
            raise CertificateError("too_large", said)
