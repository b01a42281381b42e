"""Zones as the class SITE-ECO of the French standard CNIG "Sites économiques" (table schema v1.0.0), out only.

A site of the standard is described by its networks, roads and owners, of which an instance holds nothing, so there is
nothing to read.  What the lots of a zone say together is written: their number, their areas, and what is still free.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from instances.outlines import geometry_of
from instances.terrains import SQUARE_METRES, UNKNOWN
from instances.zone import Lot

TYPE = "zone d'activité économique"
REQUIRED_UNKNOWN = (
    "pole_id",
    "site_vocadomi",
    "site_etat",
    "site_epci_nom",
    "site_epci_siren",
    "site_comm_nom",
    "site_comm_insee",
    "site_moa_type",
)
"""Required by the standard; lotwise knows nothing of them."""


def sites_of(lots: Sequence[Lot], granted: Collection[str], on: date) -> list[dict[str, Any]]:
    """Each zone of the lots as a GeoJSON feature, in order of ids.

    granted: ids of the lots that a plan grants.  on: the day that the facts are of.  The whole area and the useful one
    are both the sum of the lots: streets and green strips are no lots, and what they measure is not known.
    """
    zones: dict[str, list[Lot]] = {}
    for lot in lots:
        zones.setdefault(lot.zone, []).append(lot)
    return [_site(zones[zone], zone, granted, on) for zone in sorted(zones)]


def _site(lots: Sequence[Lot], zone: str, granted: Collection[str], on: date) -> dict[str, Any]:
    free = [lot for lot in lots if lot.status == "available" and lot.lot_id not in granted]
    promised = [lot for lot in lots if lot.status == "reserved" or lot.lot_id in granted]
    facts: dict[str, Any] = {
        "site_id": zone,
        "site_nom": zone,
        "site_type": TYPE,
        "site_surf_brute": _hectares(lots),
        "site_surf_utile": _hectares(lots),
        "site_identif_date": on.isoformat(),
        "site_actu_date": on.isoformat(),
        "site_uf_nbre": len(lots),
        "site_surf_comm_dispo": _hectares(free),
        "site_surf_projet": _hectares(promised),
    }
    geometry = geometry_of(tuple(rings for lot in lots for rings in lot.outline))
    if geometry is not None and geometry["type"] == "Polygon":
        geometry = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    return {"type": "Feature", "geometry": geometry, "properties": facts | dict.fromkeys(REQUIRED_UNKNOWN, UNKNOWN)}


def _hectares(lots: Sequence[Lot]) -> float:
    return float(Decimal(sum(lot.area_m2 for lot in lots)) / SQUARE_METRES)
