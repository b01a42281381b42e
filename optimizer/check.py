"""The check: feasibility, value and bound recomputed from instance, plan and certificate, without any solver."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from instances.instance import Instance
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.branching import tree_bound
from optimizer.candidates import fitting
from optimizer.case_bound import case_bound_millipoints
from optimizer.case_certificate import CaseCertificate
from optimizer.certificate import CertificateError, document_sha256
from optimizer.certificates import AnyCertificate, any_certificate_from
from optimizer.lottery import drawn_plan
from optimizer.outcome import Proof, gap_millionths
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from optimizer.waitlist import waitlist


def check(instance: Instance, plan: Plan, certificate: AnyCertificate) -> Proof:
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
    bound = proved_bound_millipoints(instance, certificate)
    if bound > certificate.bound_millipoints:
        said = f"The prices prove only {bound} millipoints, not the {certificate.bound_millipoints} that are claimed."
        raise CertificateError("bound_too_low", said)
    return Proof(certificate.bound_millipoints, document_sha256(certificate.document()))


def proved_bound_millipoints(instance: Instance, certificate: AnyCertificate) -> int:
    """What the certificate proves, whatever it claims.  Raises CertificateError when it proves nothing."""
    if isinstance(certificate, PieceCertificate):
        return piece_bound_millipoints(instance, certificate)
    if isinstance(certificate, CaseCertificate):
        return case_bound_millipoints(instance, certificate)
    return tree_bound(instance, certificate)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the files say and what was recomputed."""

    label: str
    said: str
    recomputed: str
    ok: bool


@dataclass
class Checked:
    """What a check of a folder found, line by line."""

    lines: list[Line] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Everything agrees."""
        return all(line.ok for line in self.lines)

    def compare(self, label: str, said: object, recomputed: object) -> None:
        """Note whether what is said is what was recomputed."""
        same = said == recomputed and type(said) is type(recomputed)
        self.lines.append(Line(label, _short(said), _short(recomputed), same))

    def refuse(self, label: str, said: object, why: str) -> None:
        """Note something that cannot be right."""
        self.lines.append(Line(label, _short(said), why, False))


def check_folder(instance_path: Path, directory: Path) -> Checked:
    """Check plan.json and certificate.json of a folder against the instance's own files.

    Raises InstanceError when the instance cannot be read.  Whatever else is wrong is a line that is not ok.
    """
    instance = read_instance(instance_path)
    checked = Checked()
    document = _json(directory / "plan.json", checked)
    if document is None:
        return checked
    try:
        plan = _plan(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        checked.refuse("plan.json", str(error), "The plan does not have the form of docs/formats.md.")
        return checked
    said = document.get("instance")
    checked.compare("instance fingerprint", _get(said, "fingerprint"), instance.fingerprint())
    checked.compare("instance name", _get(said, "name"), instance.name)
    counted = audit(instance, plan)
    for breach in counted.breaches:
        checked.refuse(f"rule: {breach.rule}", breach.says, "This breaks the rule.")
    if not counted.breaches:
        checked.compare("feasible", "yes", "yes")
    checked.compare("value in millipoints", document.get("value_millipoints"), counted.value_millipoints)
    for goal, millipoints in counted.goals_millipoints.items():
        checked.compare(f"goal in millipoints: {goal}", _get(document.get("goals_millipoints"), goal), millipoints)
    checked.compare("waitlist", document.get("waitlist"), list(waitlist(instance, plan, fitting(instance))))
    _check_proof(instance, plan, document, directory, checked)
    return checked


def _check_proof(instance: Instance, plan: Plan, document: dict[str, Any], directory: Path, checked: Checked) -> None:
    said = document.get("proof")
    if "stages" in document:
        _check_stages(instance, plan, document, directory, checked)
        return
    if said is None:
        checked.refuse("proof", "none", "The plan comes without a proof.")
        return
    written = _json(directory / "certificate.json", checked)
    if written is None:
        return
    try:
        certificate = any_certificate_from(written)
        checked.compare("certificate SHA-256", _get(said, "certificate_sha256"), document_sha256(written))
        without = {key: value for key, value in document.items() if key != "proof"}
        checked.compare("plan SHA-256", certificate.plan_sha256, _digest(without))
        proof = check(instance, plan, certificate)
    except (CertificateError, TypeError) as error:
        checked.refuse("certificate", getattr(error, "code", "not_whole"), str(error))
        return
    checked.compare("proven bound in millipoints", _get(said, "bound_millipoints"), proof.bound_millipoints)
    value = audit(instance, plan).value_millipoints
    checked.compare("gap", _get(said, "gap"), gap_millionths(value, proof) / 1_000_000)
    is_unique = document.get("unique")
    if is_unique is True:
        checked.compare("unique", is_unique, drawn_plan(instance, certificate, value) == plan)
    else:
        checked.compare("unique", is_unique, False)


def _check_stages(instance: Instance, plan: Plan, document: dict[str, Any], directory: Path, checked: Checked) -> None:
    from optimizer.stage_proof import check_stages, stage_lines

    written = _json(directory / "certificate.json", checked)
    if written is None:
        return
    try:
        stages = check_stages(instance, plan, written)
    except (CertificateError, TypeError, AttributeError) as error:
        checked.refuse("certificate", getattr(error, "code", "malformed"), str(error))
        return
    said = document["stages"] if isinstance(document["stages"], list) else []
    lines = stage_lines(stages)
    checked.compare("number of stages", len(said), len(lines))
    for told, line in zip(said, lines, strict=False):
        for name, value in line.items():
            checked.compare(f"stage {line['stage']}: {name}", _get(told, name), value)
    for name in ("proof", "unique"):
        checked.compare(name, document.get(name), None if name == "proof" else False)


def _plan(document: dict[str, Any]) -> Plan:
    assignments = document["assignments"]
    if not isinstance(assignments, dict) or not all(
        isinstance(lots, list) and lots and all(isinstance(lot, str) for lot in lots) for lots in assignments.values()
    ):
        raise ValueError("assignments is not an object of lists of lot ids")
    return Plan({applicant_id: tuple(lots) for applicant_id, lots in assignments.items()})


def _json(path: Path, checked: Checked) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=_once)
    except FileNotFoundError:
        checked.refuse(path.name, "absent", "The file is not there.")
    except (OSError, ValueError, RecursionError) as error:
        checked.refuse(path.name, "unreadable", f"{type(error).__name__}: {error}")
    else:
        if isinstance(document, dict):
            return document
        checked.refuse(path.name, type(document).__name__, "The file does not hold a JSON object.")
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key is given twice")
    return document


def _digest(document: dict[str, Any]) -> str:
    try:
        return document_sha256(document)
    except TypeError as error:
        return f"none: {error}"


def _get(document: object, key: str) -> object:
    return document.get(key) if isinstance(document, dict) else None


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:80]}… ({len(text)} characters)"
