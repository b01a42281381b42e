"""The certificates of all formats: which there are, and how one is read."""

from __future__ import annotations

from optimizer.case_certificate import FORMAT as BY_CASES
from optimizer.case_certificate import CaseCertificate, case_certificate_from
from optimizer.certificate import Certificate, certificate_from
from optimizer.piece_certificate import FORMAT as BY_PIECES
from optimizer.piece_certificate import PieceCertificate, piece_certificate_from

AnyCertificate = Certificate | PieceCertificate | CaseCertificate


def any_certificate_from(document: object) -> AnyCertificate:
    """Read a certificate of any format.  Raises CertificateError for anything but an exact format."""
    if isinstance(document, dict) and document.get("format") == BY_PIECES:
        return piece_certificate_from(document)
    if isinstance(document, dict) and document.get("format") == BY_CASES:
        return case_certificate_from(document)
    return certificate_from(document)
