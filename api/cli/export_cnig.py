"""lotwise export-cnig: lots and zones of a plan as terrains and sites of the French standard on economic sites."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import AsJson, Debug, InLanguage, emit, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, saved


def export_cnig(
    directory: PlanFolder,
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: terrain_eco.geojson in DIR.")] = None,
    sites: Annotated[Path | None, typer.Option(help="The file of zones. Default: site_eco.geojson in DIR.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that the facts are of. Default: today.")
    ] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the lots, who is granted them, and their zones in the classes TERRAIN-ECO and SITE-ECO of CNIG."""
    from instances.economic_sites import sites_of
    from instances.zone_features import terrain_of

    plan = saved(directory)
    day = (on or datetime.now(UTC)).date()
    target, beside = out or directory / "terrain_eco.geojson", sites or directory / "site_eco.geojson"
    names = {each.applicant_id: each.name or each.applicant_id for each in plan.instance.applicants}
    holders = {lot: names[applicant] for lot, applicant in plan.plan.tenant.items()}
    terrains = [terrain_of(lot, holders.get(lot.lot_id, ""), day) for lot in plan.instance.lots]
    zones = sites_of(plan.instance.lots, holders.keys(), day)
    for path, name, features in ((target, "terrain_eco", terrains), (beside, "site_eco", zones)):
        _write(path, name, features)
        people(as_json).print(say("written", language, path=path), markup=False)
    if as_json:
        counts = {"terrains": len(terrains), "granted": len(holders), "sites": len(zones)}
        emit({"file": str(target), "sites_file": str(beside)} | counts)


def _write(path: Path, name: str, features: Sequence[Any]) -> None:
    """Write a layer, whole or not at all."""
    text = json.dumps({"type": "FeatureCollection", "name": name, "features": features}, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(f"{text}\n", encoding="utf-8")
    part.replace(path)
