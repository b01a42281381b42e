"""The page of a zone: its lots on the map, the neighbours that were computed, and a round to begin on it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.instances import instance_at, missing
from api.pages.frame import page, wants_fragment
from api.pages.lot_drawing import Look, letters_of, lots_svg, pairs_paths
from api.pages.policy_words import hectare_hundredths
from api.pages.views import views_of
from api.pages.visitors import Reading, Visitor
from api.problems import Problem
from api.store import instances
from api.store.instances import Summary
from instances.instance import Instance
from instances.zone import Lot

router = APIRouter(prefix="/zones/{instance_id}")
PAIRS_SHOWN = 400
FAULTS_SHOWN = 200


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading, instance_id: str) -> Response:
    """Everything that can be seen of a zone before anybody asks for its lots."""
    zone, instance = _found(request, instance_id)
    return _whole(request, visitor, zone, instance)


@router.get("/lots/{lot_id:path}", include_in_schema=False)
def lot(request: Request, visitor: Reading, instance_id: str, lot_id: str) -> Response:
    """A lot: its facts and its neighbours."""
    zone, instance = _found(request, instance_id)
    if lot_id not in instance.lot:
        raise Problem("not_found", what="lot", id=lot_id[:80])
    beside = [
        (pair.lot_b if pair.lot_a == lot_id else pair.lot_a, pair)
        for pair in instance.neighbours
        if lot_id in (pair.lot_a, pair.lot_b)
    ]
    values: dict[str, Any] = {"lot": instance.lot[lot_id], "beside": beside}
    if wants_fragment(request):
        return page(request, visitor, "zone_panel.html", zone=zone, instance=instance, **values)
    return _whole(request, visitor, zone, instance, **values)


def _found(request: Request, instance_id: str) -> tuple[Summary, Instance]:
    service = service_of(request)
    with service.reading() as connection:
        zone = instances.find(connection, instance_id)
        if zone is None:
            raise missing(instance_id)
        return zone, instance_at(service, instance_id, connection)


def _whole(request: Request, visitor: Visitor, zone: Summary, instance: Instance, **values: Any) -> Response:
    instance_id = zone.id
    shapes = views_of(request).map_of(instance_id, instance)
    parts = letters_of(sorted({_part(lot) for lot in instance.lots}))

    def look(lot_id: str) -> Look:
        lot = instance.lot[lot_id]
        colour, letter = parts[_part(lot)]
        status = "" if lot.status == "available" else " closed"
        return Look(
            f"s{colour}{status}", letter, f"{lot_id}: {_part(lot)}", f"/zones/{instance_id}/lots/{quote(lot_id)}"
        )

    counted = Counter(_part(lot) for lot in instance.lots)
    pairs = sorted(instance.neighbours, key=lambda pair: (pair.kind, pair.length_dm))
    return page(
        request,
        visitor,
        "zone.html",
        zone=zone,
        instance=instance,
        map=shapes,
        lots=lots_svg(shapes, look),
        keys=[(colour, letter, name, counted[name]) for name, (colour, letter) in parts.items()],
        paths=pairs_paths(shapes, instance),
        kinds=Counter(pair.kind for pair in pairs),
        pairs=pairs[:PAIRS_SHOWN],
        warnings=list(zone.warnings)[:FAULTS_SHOWN],
        hectares=hectare_hundredths(instance),
        available=sum(lot.status == "available" for lot in instance.lots),
        **({"lot": None} | values),
    )


def _part(lot: Lot) -> str:
    """What a lot is coloured by here: the part of the zone that it lies in."""
    return lot.subzone or lot.zone
