"""lotwise export-vipr: the proof of a small plan in a format that verifiers of others read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, facts, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, saved
from optimizer.wording import points

PHRASES = {"too_large": "vipr_too_large", "row_not_exported": "vipr_row"}
"""What is no fault of the files, but more than the format or this command can say."""


def export_vipr(
    directory: PlanFolder,
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: proof.vipr in DIR.")] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the proof of a small plan in the format of VIPR 1.0, for verifiers of others."""
    plan = saved(directory)
    source, target = directory / "certificate.json", out or directory / "proof.vipr"
    if not source.is_file():
        raise Refused(Code.USAGE, "no_plan_here", path=directory, file=source.name)
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from
    from optimizer.export.plain import plain_certificate
    from optimizer.export.vipr import vipr_text

    try:
        certificate = any_certificate_from(json.loads(source.read_bytes().decode("utf-8")))
        plain = plain_certificate(plan.instance, plan.plan, certificate)
        text = vipr_text(plan.instance, plan.plan, plain)
    except CertificateError as error:
        if error.code in PHRASES:
            raise Refused(Code.USAGE, PHRASES[error.code], found=str(error)) from error
        raise Refused(Code.DISAGREES, "certificate_refused", path=source, found=str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Refused(Code.FAULTS, "certificate_refused", path=source, found=f"{error}.") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(target)
    console = people(as_json)
    if plain is not certificate:
        console.print(say("vipr_prices", language), markup=False)
    amounts = (("value", plain.value_millipoints), ("bound", plain.bound_millipoints))
    said = [(say(name, language), say("points", language, points=points(each, language))) for name, each in amounts]
    console.print(facts([*said, (say("files", language), str(target))]))
    if as_json:
        numbers = {f"{name}_millipoints": each for name, each in amounts}
        emit({"file": str(target), "bytes": len(text), "is_by_new_prices": plain is not certificate, **numbers})
