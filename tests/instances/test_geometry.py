"""Areas and neighbours against the bundled figures, hand counts, and what must not matter."""

import subprocess
import sys
from random import Random

import pytest
from drawn_lots import POLICY, box, bundled_lots, bundled_neighbours, lengths, lot, ring
from hypothesis import given, settings
from hypothesis import strategies as st

from instances.geometry import area_m2, areas_m2, neighbours_of
from instances.zone import Lot


def assert_close(found, wanted, most, doubtful=frozenset()):
    assert found.keys() - doubtful == wanted.keys() - doubtful
    assert all(abs(found[pair] - wanted[pair]) <= most for pair in found.keys() & wanted.keys())


def test_the_bundled_neighbours_are_those_of_its_polygons():
    found = neighbours_of(bundled_lots(), POLICY)
    assert_close(lengths(found, "border"), bundled_neighbours("border"), 0.5)
    assert_close(lengths(found, "street"), bundled_neighbours("street"), 1.0)


@pytest.mark.parametrize("seed", range(8))
def test_borders_survive_five_centimetres_of_digitising_noise(seed):
    random = Random(seed)

    def noisy(point):
        # 1e-7 degree is 1.11 cm northwards and 0.91 cm eastwards at this latitude
        return point[0] + random.randint(-5, 5), point[1] + random.randint(-4, 4)

    found = lengths(neighbours_of(bundled_lots(noisy), POLICY), "border")
    exact = lengths(neighbours_of(bundled_lots(), POLICY), "border")
    # whether a border of just a metre counts cannot be read from corners that are five centimetres off
    doubtful = {pair for pair, length in (exact | found).items() if length < 1.2}
    assert len(doubtful) <= 3
    assert_close(found, bundled_neighbours("border"), 0.5, doubtful)


def test_the_areas_are_those_filed():
    lots = bundled_lots()
    for drawn, filed in zip(areas_m2([each.outline for each in lots]), (each.area_m2 for each in lots), strict=True):
        assert abs(drawn - filed) <= 0.005 * filed


def test_an_area_is_of_metres_in_other_countries_too():
    # a square of 0.001 degree at the equator: 111.32 m by 110.57 m on the ellipsoid
    square = (((90_000_000, 0), (90_010_000, 0), (90_010_000, 10_000), (90_000_000, 10_000)),)
    assert area_m2((square,)) == pytest.approx(111.32 * 110.57, rel=0.002)


def test_an_area_counts_parts_and_leaves_holes_out():
    hole = ring(box(2, 2, 4, 4))
    two = ((ring(box(0, 0, 10, 10)), hole), (ring(box(20, 0, 30, 10)),))
    assert area_m2(two) == pytest.approx(196, abs=1)
    assert areas_m2(((), two)) == [0, area_m2(two)]


def test_an_area_does_not_depend_on_the_other_outlines():
    near = ((ring(box(0, 0, 40, 25)),),)
    far = (((0, 0), (10_000, 0), (10_000, 10_000)),)
    assert areas_m2((near, (far,)))[0] == area_m2(near)


def grid(columns, rows, block="B1", turn=0.0, shift=(0.0, 0.0)):
    """Lots between the given eastings and northings, with what a recount says of their borders."""
    cells = {
        (i, j): lot(f"L{i}{j}", box(columns[i], rows[j], columns[i + 1], rows[j + 1]), block, turn, shift)
        for i in range(len(columns) - 1)
        for j in range(len(rows) - 1)
    }
    borders = {}
    for i, j in cells:
        if (i + 1, j) in cells:
            borders[f"L{i}{j}", f"L{i + 1}{j}"] = rows[j + 1] - rows[j]
        if (i, j + 1) in cells:
            borders[f"L{i}{j}", f"L{i}{j + 1}"] = columns[i + 1] - columns[i]
    return list(cells.values()), borders


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(3, 40), min_size=1, max_size=4),
    st.lists(st.integers(3, 40), min_size=1, max_size=3),
    st.floats(0, 360),
    st.tuples(st.floats(-5_000, 5_000), st.floats(-5_000, 5_000)),
)
def test_a_grid_turned_and_shifted_keeps_its_borders(widths, depths, turn, shift):
    columns = [sum(widths[:i]) for i in range(len(widths) + 1)]
    rows = [sum(depths[:j]) for j in range(len(depths) + 1)]
    lots, borders = grid(columns, rows, turn=turn, shift=shift)
    found = neighbours_of(lots, POLICY)
    assert lengths(found, "street") == {}
    assert_close(lengths(found, "border"), borders, 0.1)


def rectangles_face(one, two, width):
    """Hand count for rectangles west-south-east-north with nothing between: the overlap across the nearest street."""
    along = min(one[2], two[2]) - max(one[0], two[0])
    gap = max(one[1], two[1]) - min(one[3], two[3])
    if along > 0:
        return along if 0 <= gap <= width else 0
    upward = min(one[3], two[3]) - max(one[1], two[1])
    return upward if upward > 0 and max(one[0], two[0]) - min(one[2], two[2]) <= width else 0


@settings(max_examples=40, deadline=None)
@given(st.integers(-60, 60), st.integers(1, 30), st.integers(5, 40), st.integers(5, 40), st.floats(0, 90))
def test_two_blocks_face_each_other_over_their_overlap(offset, gap, wide, deep, turn):
    south, north = (0, 0, 30, 20), (offset, 20 + gap, offset + wide, 20 + gap + deep)
    lots = [lot("A", box(*south), "B1", turn), lot("B", box(*north), "B2", turn)]
    found = lengths(neighbours_of(lots, POLICY), "street")
    wanted = rectangles_face(south, north, POLICY.street_width_m) if gap != POLICY.street_width_m else None
    if wanted is not None:
        assert found == ({("A", "B"): pytest.approx(wanted, abs=0.1)} if wanted >= 3 else {})


SOUTH, NORTH = box(0, 0, 40, 20), box(10, 32, 50, 52)


def test_a_lot_in_between_blocks_the_sight():
    kiosk = lot("K", box(20, 24, 30, 28), "B3")
    found = lengths(neighbours_of([lot("A", SOUTH, "B1"), lot("B", NORTH, "B2"), kiosk], POLICY), "street")
    assert found["A", "B"] == pytest.approx(30 - 10, abs=0.1)
    assert found["A", "K"] == pytest.approx(10, abs=0.1)


def test_only_lots_of_different_named_blocks_face_each_other():
    for first, second in (("B1", "B1"), ("", "B1"), ("B1", ""), ("", "")):
        assert neighbours_of([lot("A", SOUTH, first), lot("B", NORTH, second)], POLICY) == ()
    twins = [lot("A", SOUTH, "B1", zone="Z1"), lot("B", NORTH, "B1", zone="Z2")]
    assert lengths(neighbours_of(twins, POLICY), "street") == {("A", "B"): pytest.approx(30, abs=0.1)}


def test_a_street_may_narrow_and_turn_a_little():
    north = ((0, 30), (40, 34), (40, 60), (0, 60))
    found = lengths(neighbours_of([lot("A", SOUTH, "B1"), lot("B", north, "B2")], POLICY), "street")
    assert found == {("A", "B"): pytest.approx(40, abs=1)}
    corner = ((0, 22), (40, 70), (0, 70))
    assert neighbours_of([lot("A", SOUTH, "B1"), lot("B", corner, "B2")], POLICY) == ()


def test_a_border_is_not_a_street_as_well():
    found = neighbours_of([lot("A", box(0, 0, 20, 20), "B1"), lot("B", box(20, 0, 40, 20), "B2")], POLICY)
    assert [(pair.lot_a, pair.lot_b, pair.kind) for pair in found] == [("A", "B", "border")]


def test_gaps_are_closed_up_to_thirty_centimetres():
    def pair(gap):
        return [lot("A", box(0, 0, 20, 20)), lot("B", box(20 + gap, 0, 40, 20))]

    assert lengths(neighbours_of(pair(0.2), POLICY), "border") == {("A", "B"): pytest.approx(20, abs=0.5)}
    assert neighbours_of(pair(0.6), POLICY) == ()


def test_corners_that_touch_and_short_borders_do_not_count():
    found = lengths(neighbours_of(grid((0, 10, 20), (0, 10, 20))[0], POLICY), "border")
    assert ("L00", "L11") not in found
    short = [lot("A", box(0, 0, 20, 20)), lot("B", box(19.4, 20, 40, 40))]
    assert neighbours_of(short, POLICY) == ()


def test_the_order_of_lots_and_the_writing_of_rings_do_not_matter():
    lots = bundled_lots()
    wanted = neighbours_of(lots, POLICY)
    random = Random(3)
    random.shuffle(lots)
    assert neighbours_of(lots, POLICY) == wanted


def test_lots_alone_or_without_an_outline_have_no_neighbours():
    assert neighbours_of((), POLICY) == ()
    assert neighbours_of([Lot("A", 10), Lot("B", 10)], POLICY) == ()
    assert neighbours_of([lot("A", SOUTH, "B1"), Lot("B", 10, block="B2")], POLICY) == ()


def test_a_crossed_outline_is_measured_all_the_same():
    crossed = lot("A", ((0, 0), (20, 20), (20, 0), (0, 20)))
    found = lengths(neighbours_of([crossed, lot("B", box(20, 0, 40, 20))], POLICY), "border")
    assert found == {("A", "B"): pytest.approx(20, abs=0.5)}
    assert area_m2(crossed.outline) == pytest.approx(200, abs=2)


def test_geometry_is_not_loaded_with_the_instance():
    heavy = "{'shapely', 'pyproj', 'pyogrio', 'numpy', 'pandas', 'ortools', 'numba', 'highspy'}"
    program = f"import sys, instances.instance, instances.library; sys.exit(bool({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_geometry_loads_no_solver():
    program = "import sys, instances.geometry; sys.exit(bool({'ortools', 'numba', 'highspy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
