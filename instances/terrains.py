"""Lots as the class TERRAIN-ECO of the French standard CNIG "Sites économiques" (table schema v1.0.0), in and out.

The standard says nothing of power, water or admitted sectors: a layer that is to be an instance has them in fields of
our own names beside those of the standard.  Prices are left aside, since they are euros there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from instances.zone import Lot

ID = "terr_id"
NAMES = {"terr_id": "lot_id", "site_id": "zone"}
AREA, STAGE = "terr_surf_brute", "terr_stade_comm"
SQUARE_METRES = 10_000
"""In a hectare."""
STATUS = {
    "en vente": "available",
    "en vente avec contraintes": "reserved",
    "réservé par option de réservation": "reserved",
    "réservé par une délibération de l'EPCI": "reserved",
    "vendu, commercialisation achevée": "allocated",
    "non commercialisé": "withdrawn",
    "non commercialisable": "withdrawn",
}
"""What a stage of sale means for a round: only what is for sale without more ado can be granted."""
STAGES = {
    "available": "en vente",
    "reserved": "réservé par option de réservation",
    "allocated": "vendu, commercialisation achevée",
    "withdrawn": "non commercialisable",
}
GRANTED = "réservé par une délibération de l'EPCI"
LEFT_ASIDE = frozenset(
    (
        "terr_refcad",
        "terr_url_cartofriches",
        "terr_utile",
        "terr_identif_date",
        "terr_actu_date",
        "terr_maitrise_fonc",
        "terr_stade_amngt",
        "terr_etat_occup",
        "terr_usage",
        "terr_geomsurf",
        "terr_cle_en_main",
        "terr_acquereur",
        "terr_cession_date",
        "terr_vente_montant",
        "terr_m2_prix",
    )
)
UNKNOWN = "inconnu"


def is_terrain(properties: object) -> bool:
    """Whether a feature's properties are those of the standard."""
    return isinstance(properties, Mapping) and ID in properties


def lot_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a terrain under our names; what cannot be read stays as it is, for the reader to refuse.

    Hectares become whole square metres, the nearest; a stage of sale becomes a status.
    """
    found: dict[str, Any] = {}
    for name, value in properties.items():
        if name == AREA:
            found["area_m2"] = _square_metres(value)
        elif name == STAGE:
            found["status"] = STATUS.get(str(value), value)
        elif name not in LEFT_ASIDE:
            found[NAMES.get(name, name)] = value
    return found


def terrain_properties(lot: Lot, holder: str, on: date) -> dict[str, Any]:
    """A lot as the standard wants it.

    holder: the name of whom a plan grants the lot; empty: nobody.  on: the day that the facts are of.  A required field
    of which lotwise knows nothing says that it is unknown.
    """
    facts: dict[str, Any] = {
        "terr_id": lot.lot_id,
        "site_id": lot.zone,
        AREA: float(Decimal(lot.area_m2) / SQUARE_METRES),
        "terr_identif_date": on.isoformat(),
        "terr_actu_date": on.isoformat(),
        "terr_maitrise_fonc": UNKNOWN,
        "terr_stade_amngt": UNKNOWN,
        STAGE: GRANTED if holder else STAGES[lot.status],
        "terr_etat_occup": UNKNOWN,
        "terr_usage": UNKNOWN,
    }
    return facts | ({"terr_acquereur": holder} if holder else {})


def as_lots(features: Sequence[Any]) -> list[Any]:
    """The features, those of the standard with the properties of lots."""
    return [
        {**each, "properties": lot_properties(each["properties"])}
        if isinstance(each, Mapping) and is_terrain(each.get("properties"))
        else each
        for each in features
    ]


def _square_metres(hectares: object) -> object:
    try:
        exact = Decimal(str(hectares).replace(",", ".")) * SQUARE_METRES
        return int(exact.to_integral_value()) if exact.is_finite() and abs(exact) < 2**53 else hectares
    except InvalidOperation:
        return hectares
