"""Zones: every kind of bad feature with its code and its place."""

import json

import pytest
from small_files import inspected, said, spoilt_zone, square


def put(index, **properties):
    return lambda features, _: features[index]["properties"].update(properties)


def draw(index, *rings, kind="Polygon"):
    return lambda features, _: features[index].update(geometry={"type": kind, "coordinates": list(rings)})


def drop(index, name):
    return lambda features, _: features[index]["properties"].pop(name)


def turn(features, _):
    for each in features:
        each["geometry"]["coordinates"] = [[[y, x] for x, y in each["geometry"]["coordinates"][0]]]


def project(features, _):
    for each in features:
        ring = each["geometry"]["coordinates"][0]
        each["geometry"]["coordinates"] = [[[600000 + x, 500000 + y] for x, y in ring]]


def far_north(features, _):
    turn(features, _)
    for each in features:
        each["geometry"]["coordinates"] = [[[x, y - 100] for x, y in each["geometry"]["coordinates"][0]]]


OPEN_RING = [*square(1)[:-1], [-3.9, 35.1]]
BOW_TIE = [square(1)[each] for each in (0, 2, 1, 3, 0)]
L1, L2 = "zone.geojson:lot L1:", "zone.geojson:lot L2:"

BAD_ZONES = {
    "lot id missing": (put(0, lot_id=None), [("missing_value", "zone.geojson:feature 1:lot_id")]),
    "lot id given twice": (put(1, lot_id="L3"), [("given_twice", "zone.geojson:feature 3:lot_id")]),
    "lot id with a bar": (put(0, lot_id="L|1"), [("bad_id", "zone.geojson:lot L|1:lot_id")]),
    "lot id with a hidden mark": (put(0, lot_id="L\u200f1"), [("bad_id", "zone.geojson:lot L\u200f1:lot_id")]),
    "lot id is a list": (put(0, lot_id=["L1"]), [("not_text", "zone.geojson:feature 1:lot_id")]),
    "half a surrogate": (put(0, block="\ud800"), [("bad_text", L1 + "block")]),
    "area of nothing": (put(0, area_m2=0), [("out_of_range", L1 + "area_m2")]),
    "area differs": (put(0, area_m2=1010), [("area_differs", L1 + "area_m2")]),
    "area with a fraction": (put(0, area_m2=910.5), [("not_whole", L1 + "area_m2")]),
    "power missing": (put(0, power_kw=None), [("missing_value", L1 + "power_kw")]),
    "power in no feature": (
        lambda features, _: [each["properties"].pop("power_kw") for each in features],
        [("missing_column", "zone.geojson: :")],
    ),
    "power is true": (put(0, power_kw=True), [("not_a_number", L1 + "power_kw")]),
    "power negative": (put(0, power_kw=-1), [("out_of_range", L1 + "power_kw")]),
    "power of 5000 digits": (put(0, power_kw=10**4200), [("out_of_range", L1 + "power_kw")]),
    "water with two decimals": (put(0, water_m3_day=6.35), [("too_precise", L1 + "water_m3_day")]),
    "unknown status": (put(0, status="free"), [("unknown_choice", L1 + "status")]),
    "unknown sector": (put(0, sectors=["bread"]), [("unknown_sector", L1 + "sectors")]),
    "sectors split by commas": (put(0, sectors="bakery,marble"), [("list_separator", L1 + "sectors")]),
    "unknown property": (put(0, colour="red"), [("unknown_field", L1 + "colour")]),
    "unknown member of a feature": (lambda f, _: f[1].update(lot="L2"), [("unknown_field", L2 + "lot")]),
    "unknown member of the collection": (
        lambda _, collection: collection.update(feature=1),
        [("unknown_field", "zone.geojson: :feature")],
    ),
    "another system": (
        lambda _, collection: collection.update(crs={"properties": {"name": "EPSG:26191"}}),
        [("crs_not_wgs84", "zone.geojson: :crs")],
    ),
    "not a collection": (
        lambda _, collection: collection.update(type="Feature"),
        [("not_a_collection", "zone.geojson: :")],
    ),
    "features not a list": (
        lambda _, collection: collection.update(features={}),
        [("wrong_type", "zone.geojson: :features")],
    ),
    "a feature is a number": (lambda f, _: f.insert(0, 5), [("wrong_type", "zone.geojson:feature 1:")]),
    "no feature": (lambda f, _: f.clear(), [("no_lots", "zone.geojson: :")]),
    "no outline": (lambda f, _: f[0].update(geometry=None), [("no_geometry", L1 + "geometry")]),
    "neither outline nor area": (
        lambda f, _: (f[0].update(geometry=None), f[0]["properties"].pop("area_m2")),
        [("missing_value", L1 + "area_m2")],
    ),
    "a point": (draw(0, -3.9, 35.1, kind="Point"), [("wrong_geometry", L1 + "geometry")]),
    "neither a geometry nor an area": (
        lambda f, _: (f[0].update(geometry=[]), f[0]["properties"].pop("area_m2")),
        [("wrong_geometry", L1 + "geometry")],
    ),
    "a geometry that is text": (lambda f, _: f[0].update(geometry="?"), [("wrong_geometry", L1 + "geometry")]),
    "ring not closed": (draw(0, OPEN_RING), [("ring_not_closed", L1 + "geometry")]),
    "ring of three positions": (draw(0, square(1)[:3]), [("ring_too_short", L1 + "geometry")]),
    "ring of one point": (draw(0, [[-3.9, 35.1]] * 5), [("ring_too_short", L1 + "geometry")]),
    "self-crossing outline": (
        lambda f, c: (draw(0, BOW_TIE)(f, c), drop(0, "area_m2")(f, c)),
        [("outline_invalid", L1 + "geometry")],
    ),
    "overlapping lots": (draw(0, square(2)), [("lots_overlap", L1 + "geometry")]),
    "coordinates as text": (draw(0, [["-3.9", "35.1"]] * 4), [("bad_coordinates", L1 + "geometry")]),
    "coordinates nested wrongly": (draw(0, [[square(1)]]), [("bad_coordinates", L1 + "geometry")]),
    "latitude and longitude exchanged": (turn, [("coordinates_swapped", L1 + "geometry")]),
    "latitude beyond the pole": (far_north, [("coordinates_swapped", L1 + "geometry")]),
    "metres instead of degrees": (project, [("projected_coordinates", L1 + "geometry")]),
    "a coordinate of 1e400": (draw(0, [[10**400, 1]] * 4), [("projected_coordinates", L1 + "geometry")]),
}


@pytest.mark.parametrize("name", BAD_ZONES)
def test_bad_zones(tmp_path, name):
    change, wanted = BAD_ZONES[name]
    collection = json.dumps(spoilt_zone(change))
    assert said(inspected(tmp_path, zone_geojson=collection).faults) == wanted


def test_the_number_of_lots_without_outline_is_said_once(tmp_path):
    reading = inspected(tmp_path, zone_geojson=spoilt_zone(lambda f, _: [each.update(geometry=None) for each in f]))
    assert said(reading.faults) == [("no_geometry", L1 + "geometry")]
    assert dict(reading.faults[0].values)["count"] == "3"
    assert reading.instance is not None


def test_overlaps_are_found_beside_other_faults(tmp_path):
    def change(features, _):
        draw(0, square(2))(features, _)
        put(0, power_kw="?")(features, _)

    found = said(inspected(tmp_path, zone_geojson=spoilt_zone(change)).faults)
    assert found == [("not_a_number", L1 + "power_kw"), ("lots_overlap", L1 + "geometry")]
