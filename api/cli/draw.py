"""lotwise map: draw the map of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, saved


def draw(
    directory: PlanFolder,
    out: Annotated[
        Path | None, typer.Option(help="The picture, .svg or .png. Default: map.svg and map.png in DIR.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Draw only this zone.")] = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Draw the map of a plan by sector, as SVG and PNG."""
    if out is not None and out.suffix.lower() not in (".svg", ".png"):
        raise typer.BadParameter(f"{out}: .svg or .png", param_hint="--out")
    from optimizer.picture import Caption, PictureError, write_picture

    plan = saved(directory)
    console = people(as_json)
    if language == "ar":
        console.print(say("map_language", language))
    pictures = [out] if out else [directory / "map.svg", directory / "map.png"]
    caption = Caption(plan.document["value_millipoints"], plan.gap_millionths)
    for path in pictures:
        try:
            write_picture(path, plan.instance, plan.plan, caption, language, zone)
        except PictureError as error:
            raise Refused(Code.USAGE, error.code, found=error.found) from error
        console.print(say("written", language, path=path), markup=False)
    if as_json:
        emit({"files": [str(path) for path in pictures]})
