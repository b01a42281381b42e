"""lotwise generate: a synthetic instance from a seed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.console import AsJson, Debug, InLanguage, emit, facts, people
from api.cli.phrases import say
from api.cli.validate import summary

Family = Literal["zoned", "open", "plots"]


def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder, .zip or .json to write.")],
    lots: Annotated[int, typer.Option(min=1, help="Lots in all.")] = 168,
    applicants: Annotated[int, typer.Option(min=1, help="Applicants in all.")] = 420,
    zones: Annotated[int, typer.Option(min=1, help="Zones over which the lots are spread.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same instance.")] = 1,
    family: Annotated[
        Family,
        typer.Option(help="zoned: sub-zones for some sectors each; open: every lot for all; plots: irregular plots."),
    ] = "zoned",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a synthetic instance: the same seed and sizes give the same files."""
    from instances.generate import generate as generated
    from instances.writing import write_instance

    instance = generated(lots=lots, applicants=applicants, zones=zones, seed=seed, family=family)
    write_instance(instance, out)
    console = people(as_json)
    console.print(facts(summary(instance, False, language)))
    console.print(say("written", language, path=out), markup=False)
    if as_json:
        emit({"name": instance.name, "fingerprint": instance.fingerprint(), "path": str(out)})
