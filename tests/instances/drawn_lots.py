"""Lots for tests: drawn in metres around a point of Al Hoceima, or taken from the bundled instance as it is filed."""

import csv
import json
from math import cos, radians, sin

from instances import library
from instances.geometry.plane import PER_DEGREE, WGS84, transformer
from instances.policy import Policy, Sector
from instances.zone import Lot

ORIGIN = (633_500.0, 509_000.0)
POLICY = Policy("test", (Sector("fish"),))


def ring(corners, turn=0.0, shift=(0.0, 0.0)):
    """Corners in metres, turned by degrees and shifted, as a ring of an outline."""
    onto = transformer("EPSG:26191", WGS84)
    c, s = cos(radians(turn)), sin(radians(turn))
    placed = ((ORIGIN[0] + shift[0] + c * x - s * y, ORIGIN[1] + shift[1] + s * x + c * y) for x, y in corners)
    degrees = (onto.transform(x, y) for x, y in placed)
    return tuple((round(x * PER_DEGREE), round(y * PER_DEGREE)) for x, y in degrees)


def box(west, south, east, north):
    return ((west, south), (east, south), (east, north), (west, north))


def lot(lot_id, corners, block="", turn=0.0, shift=(0.0, 0.0), zone="Z1"):
    return Lot(lot_id, 1, zone=zone, block=block, outline=((ring(corners, turn, shift),),))


def bundled_lots(move=lambda point: point):
    features = json.loads((library.path("ait-kamra-168") / "zone.geojson").read_text(encoding="utf-8"))["features"]
    made = []
    for feature in features:
        facts, rings = feature["properties"], feature["geometry"]["coordinates"]
        whole = tuple(tuple(move((round(x * PER_DEGREE), round(y * PER_DEGREE))) for x, y in one[:-1]) for one in rings)
        made.append(Lot(facts["lot_id"], facts["area_m2"], block=facts["block"], outline=(whole,)))
    return made


def bundled_neighbours(kind):
    with (library.path("ait-kamra-168") / "neighbours.csv").open(encoding="utf-8", newline="") as rows:
        return {
            tuple(sorted((row["lot_a"], row["lot_b"]))): float(row["length_m"])
            for row in csv.DictReader(rows)
            if row["kind"] == kind
        }


def lengths(neighbours, kind):
    """Metres by pair."""
    return {(pair.lot_a, pair.lot_b): pair.length_dm / 10 for pair in neighbours if pair.kind == kind}
