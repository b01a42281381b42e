"""lotwise export-cnig: the lots of a plan as terrains of the French standard on economic sites."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import AsJson, Debug, InLanguage, emit, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, saved


def export_cnig(
    directory: PlanFolder,
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: terrain_eco.geojson in DIR.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that the facts are of. Default: today.")
    ] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the lots and who is granted them as the class TERRAIN-ECO of CNIG, in GeoJSON."""
    from instances.zone_features import terrain_of

    plan = saved(directory)
    day, target = (on or datetime.now(UTC)).date(), out or directory / "terrain_eco.geojson"
    names = {each.applicant_id: each.name or each.applicant_id for each in plan.instance.applicants}
    holders = {lot: names[applicant] for lot, applicant in plan.plan.tenant.items()}
    features = [terrain_of(lot, holders.get(lot.lot_id, ""), day) for lot in plan.instance.lots]
    text = json.dumps({"type": "FeatureCollection", "name": "terrain_eco", "features": features}, ensure_ascii=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    beside.write_text(f"{text}\n", encoding="utf-8")
    beside.replace(target)
    people(as_json).print(say("written", language, path=target), markup=False)
    if as_json:
        emit({"file": str(target), "terrains": len(features), "granted": len(holders)})
