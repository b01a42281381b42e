"""The lots of a zone as GeoJSON features, read into lots and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from instances.faults import Fault, InstanceError, Place, fault
from instances.fields import Misread, ids, tenths, tenths_value, text, whole
from instances.outlines import Misdrawn, geometry_of, looks_swapped, outline_of, swapped
from instances.record import MOST_ROWS, Column, Draft, Record, drafts, heading_faults, unknown
from instances.terrains import as_lots, terrain_properties
from instances.zone import Lot, Outline

COLUMNS = (
    Column("lot_id", "lot_id", text, required=True, stand_in="?"),
    Column("zone", "zone", text, stand_in="?"),
    Column("block", "block", text),
    Column("subzone", "subzone", text),
    Column("area_m2", "area_m2", whole, stand_in=1),
    Column("status", "status", text, stand_in="available"),
    Column("sectors", "sectors", lambda raw: ids(raw) if raw else (), stand_in=()),
    Column("power_kw", "power_kw", whole, required=True, stand_in=0),
    Column("water_m3_day", "water_hl_day", tenths, required=True, stand_in=0),
    Column("price_mad_m2", "price_mad_m2", whole, stand_in=0),
)
NAMES = tuple(column.name for column in COLUMNS)
COLLECTION = ("type", "name", "features", "crs", "bbox", "id", "xy_coordinate_resolution")
FEATURE = ("type", "id", "bbox", "geometry", "properties")
WGS84 = ("crs84", "4326", "wgs84", "wgs 84")
TOLERATED_PERCENT = 2
CELL, MOST_IN_CELL = 10_000, 1000
"""Within a square of 0.001 degrees, about a hectare, no more lots than this can be meant."""
MOST_LAYERS = 50
CORNERS_A_LOT, CORNERS_MORE = 50, 10_000
"""All lots of a zone together have no more corners than so many each and so many more."""


@dataclass(slots=True)
class ZonePart:
    """The lots without fault, every fault, and the ids that references may name (None: not all could be read)."""

    lots: tuple[Lot, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    lot_ids: frozenset[str] | None = None
    zones: frozenset[str] | None = None


def read_collection(collection: object, where: Place) -> ZonePart:
    """The lots of a GeoJSON FeatureCollection in longitude and latitude, and every fault in it."""
    if not isinstance(collection, Mapping) or collection.get("type") != "FeatureCollection":
        found = collection.get("type") if isinstance(collection, Mapping) else type(collection).__name__
        return ZonePart(faults=[fault("not_a_collection", where, found)])
    faults = [unknown(name, COLLECTION, _at(where, name)) for name in collection if name not in COLLECTION]
    crs = collection.get("crs")
    if crs is not None and not any(name in str(crs).lower() for name in WGS84):
        faults.append(fault("crs_not_wgs84", _at(where, "crs"), crs))
    part = read_features(collection.get("features"), where)
    part.faults[:0] = faults
    return part


def read_features(features: object, where: Place) -> ZonePart:
    """The lots of GeoJSON features in longitude and latitude, and every fault in them.  Terrains of CNIG are lots too.

    A fault is placed by the lot's id where that is readable and unique, else by the feature's number, from 1.
    """
    if not isinstance(features, (list, tuple)):
        return ZonePart(faults=[fault("wrong_type", _at(where, "features"), features, wanted="list")])
    part = ZonePart()
    if len(features) > MOST_ROWS:
        return ZonePart(faults=[fault("too_many_rows", where, len(features), most=MOST_ROWS)])
    given = _readable(as_lots(features), where, part.faults)
    records = [Record(place, feature.get("properties") or {}) for place, feature in given]
    headings, absent = heading_faults(records, COLUMNS)
    part.faults += headings
    made = drafts(records, COLUMNS, absent)
    for draft, (_, feature) in zip(made, given, strict=False):
        _draw(draft, feature.get("geometry"))
    _measure(made)
    _refuse_twins(made)
    built = [draft.build(Lot) for draft in made]
    part.lots = tuple(lot for lot in built if lot is not None)
    part.faults += _gathered(each for draft in made for each in draft.faults)
    part.faults += _coverage([lot or _shape(draft) for lot, draft in zip(built, made, strict=True)], where)
    if given and len(made) == len(features):
        part.lot_ids, part.zones = _names(made)
    return part


def _readable(features: Sequence[Any], where: Place, faults: list[Fault]) -> list[tuple[Place, Mapping[str, Any]]]:
    """The features that are objects with properties, each with the place that names it best."""
    named = [_lot_id(feature) for feature in features]
    count = Counter(named)
    given = []
    for number, (feature, lot_id) in enumerate(zip(features, named, strict=True), start=1):
        place = Place(where.file, "feature", str(number))
        if lot_id and count[lot_id] == 1:
            place = Place(where.file, "lot", lot_id)
        if not isinstance(feature, Mapping) or not isinstance(feature.get("properties") or {}, Mapping):
            faults.append(fault("wrong_type", place, feature, wanted="Feature"))
            continue
        faults += [unknown(name, FEATURE, _at(place, name)) for name in feature if name not in FEATURE]
        given.append((place, feature))
    return given


def _names(made: Sequence[Draft]) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """The ids of the lots and of the zones; None where one is in doubt: a reference to it must not seem dangling."""
    unsure = {each.where.field for draft in made for each in draft.faults}
    lots = frozenset(draft.attributes.get("lot_id", "") for draft in made)
    zones = frozenset(draft.attributes.get("zone", "Z1") for draft in made)
    return None if "lot_id" in unsure or "" in lots else lots, None if "zone" in unsure else zones


def _lot_id(feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    try:
        return text(properties.get("lot_id", "")) if isinstance(properties, Mapping) else ""
    except Misread:
        return ""


def _at(where: Place, name: str) -> Place:
    return Place(where.file, where.part, where.key, name)


def _draw(draft: Draft, geometry: object) -> None:
    where = draft.record.place("geometry")
    try:
        draft.attributes["outline"] = outline_of(geometry)
    except Misdrawn as error:
        draft.wrong["outline"] = ()
        if "area_m2" not in draft.attributes:
            draft.wrong["area_m2"] = 1
        draft.faults.append(error.fault(where))
        return
    if not draft.attributes["outline"]:
        if "area_m2" in draft.attributes:
            draft.faults.append(fault("no_geometry", where))
        elif "area_m2" not in draft.wrong:
            draft.wrong["area_m2"] = 1
            draft.faults.append(fault("missing_value", draft.record.place("area_m2")))


def _measure(made: Sequence[Draft]) -> None:
    """Give lots without an area that of their outline, and compare the areas that were given."""
    outlined = [draft for draft in made if draft.attributes.get("outline")]
    if not outlined:
        return
    from instances.geometry import areas_m2

    areas = areas_m2([draft.attributes["outline"] for draft in outlined])
    for draft, measured in zip(outlined, areas, strict=True):
        given = draft.attributes.get("area_m2")
        if looks_swapped(draft.attributes["outline"]) and not (given and _is_near(given, measured)):
            turned = areas_m2([swapped(draft.attributes["outline"])])[0]
            code = "coordinates_swapped" if given and _is_near(given, turned) else "coordinates_perhaps_swapped"
            x, y = draft.attributes["outline"][0][0][0]
            draft.faults.append(fault(code, draft.record.place("geometry"), f"{x / 10**7}, {y / 10**7}"))
        elif given and given > 0 and not _is_near(given, measured):
            where = draft.record.place("area_m2")
            draft.faults.append(fault("area_differs", where, given, measured=measured))
        if given is None and "area_m2" not in draft.wrong:
            draft.attributes["area_m2"] = measured


def _is_near(given: int, measured: int) -> bool:
    return 100 * abs(given - measured) <= TOLERATED_PERCENT * max(given, 1)


def _refuse_twins(made: Iterable[Draft]) -> None:
    first: dict[str, str] = {}
    for draft in made:
        lot_id = draft.attributes.get("lot_id", "")
        if lot_id in first:
            draft.faults.append(fault("given_twice", draft.record.place("lot_id"), lot_id, first=first[lot_id]))
        elif lot_id:
            first[lot_id] = draft.record.where.key


TOGETHER = ("projected_coordinates", "coordinates_swapped", "coordinates_perhaps_swapped", "no_geometry")
"""Faults that a whole file has rather than one lot: said once, at the first lot, with the number of lots."""


def _gathered(faults: Iterable[Fault]) -> list[Fault]:
    kept: list[Fault] = []
    alike: dict[str, list[Fault]] = {}
    for each in faults:
        if each.code in TOGETHER:
            alike.setdefault(each.code, []).append(each)
        else:
            kept.append(each)
    return [fault(code, each[0].where, each[0].found, count=len(each)) for code, each in alike.items()] + kept


def _shape(draft: Draft) -> Lot | None:
    """A stand-in for a lot that has other faults, so that overlaps with it are still found."""
    attributes = draft.attributes
    if not attributes.get("outline") or draft.record.where.part != "lot":
        return None
    try:
        return Lot(attributes["lot_id"], 1, outline=attributes["outline"])
    except InstanceError:
        return None


def _coverage(lots: Iterable[Lot | None], where: Place) -> list[Fault]:
    outlined = [lot for lot in lots if lot is not None and lot.outline]
    if not outlined:
        return []
    if piled := _piled(outlined):
        return [fault("lots_piled", Place(where.file, "lot", piled, "geometry"), piled, most=MOST_IN_CELL)]
    corners, most = _corners(outlined), CORNERS_A_LOT * len(outlined) + CORNERS_MORE
    if corners > most:
        return [fault("too_many_corners", where, corners, most=most)]
    from instances.geometry import coverage_faults

    return [each.at(file=where.file) for each in coverage_faults(outlined)]


def _piled(lots: Sequence[Lot]) -> str:
    """A lot where so many lie upon each other that comparing all pairs would not end; empty for none."""
    boxes = [_box(lot.outline) for lot in lots]
    centres = [((west + east) // 2 // CELL, (south + north) // 2 // CELL) for west, south, east, north in boxes]
    (cell, count), *_ = Counter(centres).most_common(1)
    if count > MOST_IN_CELL:
        return lots[centres.index(cell)].lot_id
    wests, souths, easts, norths = zip(*boxes, strict=True)
    ground = (max(easts) - min(wests)) * (max(norths) - min(souths))
    sizes = [(east - west) * (north - south) for west, south, east, north in boxes]
    return lots[sizes.index(max(sizes))].lot_id if len(lots) > MOST_LAYERS and sum(sizes) > MOST_LAYERS * ground else ""


def _corners(lots: Sequence[Lot]) -> int:
    return sum(len(ring) for lot in lots for rings in lot.outline for ring in rings)


def _box(outline: Outline) -> tuple[int, int, int, int]:
    xs, ys = zip(*(point for rings in outline for point in rings[0]), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def collection_of(lots: Iterable[Lot], name: str) -> dict[str, Any]:
    """The lots as a GeoJSON FeatureCollection, which `read_collection` reads back to equal lots."""
    return {"type": "FeatureCollection", "name": name, "features": [feature_of(lot) for lot in lots]}


def feature_of(lot: Lot) -> dict[str, Any]:
    """A lot as a GeoJSON feature, every property given."""
    properties = {column.name: getattr(lot, column.attribute) for column in COLUMNS}
    properties |= {"sectors": list(lot.sectors), "water_m3_day": tenths_value(lot.water_hl_day)}
    return {"type": "Feature", "geometry": geometry_of(lot.outline), "properties": properties}


def terrain_of(lot: Lot, holder: str, on: date) -> dict[str, Any]:
    """A lot as a GeoJSON feature of the class TERRAIN-ECO of CNIG, with what a round needs besides."""
    ours = {"power_kw": lot.power_kw, "water_m3_day": tenths_value(lot.water_hl_day), "sectors": list(lot.sectors)}
    properties = terrain_properties(lot, holder, on) | ours
    return {"type": "Feature", "geometry": geometry_of(lot.outline), "properties": properties}
