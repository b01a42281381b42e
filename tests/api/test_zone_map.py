"""Shapes on the map are the lots: true to scale, each in its place, zones beside each other."""

import re
from dataclasses import replace

from api.pages.lot_drawing import pairs_paths, ties_path
from api.zone_map import zone_map
from instances import library
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.plan import Plan
from tests.outcomes import small_instance

ZONE = read_instance(library.path("ait-kamra-168"))


def points(path):
    x = y = 0
    found = []
    for absolute, steps in re.findall(r"M(-?\d+ -?\d+)l([^z]*)z", path):
        x, y = (int(each) for each in absolute.split())
        found.append((x, y))
        numbers = [int(each) for each in steps.split()]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
    return found


def area_m2(path):
    ring = points(path)
    doubled = sum(a * d - c * b for (a, b), (c, d) in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(doubled) / 200


def test_lots_are_drawn_true_to_scale():
    shapes = zone_map(ZONE)
    for lot, shape in zip(ZONE.lots, shapes.shapes, strict=True):
        assert lot.lot_id == shape.lot_id
        assert abs(area_m2(shape.path) - lot.area_m2) < 0.02 * lot.area_m2 + 4
        for x, y in points(shape.path):
            assert 0 <= x <= shapes.width
            assert 0 <= y <= shapes.height
    assert 40 <= shapes.scale_m <= 200


def test_north_is_up():
    shapes = {shape.lot_id: shape for shape in zone_map(ZONE).shapes}
    south = min(ZONE.lots, key=lambda lot: lot.outline[0][0][0][1])
    north = max(ZONE.lots, key=lambda lot: lot.outline[0][0][0][1])
    assert shapes[north.lot_id].y < shapes[south.lot_id].y


def test_zones_lie_beside_each_other_and_lots_without_outline_are_squares():
    small = small_instance()
    lots = [replace(lot, zone="Z2") if lot.lot_id == "L3" else lot for lot in small.lots]
    lots[0] = replace(lots[0], outline=())
    shapes = zone_map(Instance(tuple(lots), small.neighbours, small.applicants, small.policy))
    assert [zone for zone, _, _ in shapes.captions] == ["Z1", "Z2"]
    by_id = {shape.lot_id: shape for shape in shapes.shapes}
    assert by_id["L3"].x > max(by_id[lot].x for lot in ("L1", "L2", "L4"))
    assert area_m2(by_id["L1"].path) == 900


def test_lines_join_sites_and_neighbours():
    small = small_instance()
    shapes = zone_map(small)
    assert ties_path(shapes, small, Plan({"A1": ("L1", "L2"), "A2": ("L3",)})).count("M") == 1
    assert pairs_paths(shapes, small)["border"].count("M") == len(small.neighbours)
