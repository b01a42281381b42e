"""lotwise weights: what the policy's points decide, and what a unit more of a limit or quota could bring at most."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.sources import PlanFolder, Saved, saved

if TYPE_CHECKING:
    from optimizer.certificates import AnyCertificate


def weights(
    directory: PlanFolder,
    against: Annotated[
        list[Path] | None, typer.Option("--against", metavar="DIR", help="A plan of the same applicants and rules.")
    ] = None,
    work: Annotated[int, typer.Option(min=0, help="Work units for each trial at another weight; 0: no trials.")] = 0,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell how far each weight can move, and what limits and quotas cost; facts and proofs first, then trials."""
    from optimizer.policy_help.quantities import WEIGHTS
    from optimizer.policy_help.telling import policy_help, sentences, trial_sentences

    plan = saved(directory)
    others = {}
    for folder in against or ():
        other = saved(folder)
        if other.instance.applicant.keys() != plan.instance.applicant.keys():
            raise Refused(Code.DISAGREES, "other_instance", path=folder)
        others[folder.name] = other.plan
    told = policy_help(plan.instance, plan.plan, _certificate(directory, plan), others)
    found: list[Any] = []
    if work:
        from optimizer.outcome import Limits
        from optimizer.policy_help.trial import trials

        for weight in WEIGHTS:
            found += trials(plan.instance, plan.plan, weight, Limits(None, work))
    console = people(as_json)
    for each in (*sentences(told, language), *trial_sentences(found, language)):
        console.print(each, markup=False, soft_wrap=True)
    if as_json:
        shown = [{name: value for name, value in asdict(each).items() if name != "plan"} for each in found]
        emit(told.document() | {"trials": shown})


def _certificate(directory: Path, plan: Saved) -> AnyCertificate | None:
    """The certificate, checked anew; None without one that holds."""
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from
    from optimizer.check import check

    try:
        written = json.loads((directory / "certificate.json").read_text(encoding="utf-8"))
        certificate = any_certificate_from(written)
        check(plan.instance, plan.plan, certificate)
    except (OSError, ValueError, CertificateError):
        return None
    return certificate
