"""On the drawing of a curve no plan hides another's name."""

from itertools import pairwise

from api.curves import CurvePoint
from api.pages.curve_drawing import NAME, curve_drawing


def names(*sides):
    point = CurvePoint(weights={}, run_id="rn_1", plan_id="pl_1", state="done", a=0, b=0, most_b=1_000_000)
    drawn = curve_drawing([point], [(f"pl_{at}", a, b) for at, (a, b) in enumerate(sides)])
    return [(dot.name, dot.y - dot.above) for dot in drawn.sides]


def test_plans_far_apart_have_their_names_at_the_same_height_above_them():
    (first, low), (second, high) = names((0, 500_000), (1_000_000, 500_000))
    assert (first, second) == ("1", "2")
    assert low == high


def test_plans_that_nearly_coincide_have_their_names_above_each_other():
    heights = [height for _, height in names((500_000, 500_000), (500_100, 500_100), (500_200, 500_200))]
    assert all(below - above >= NAME - 1 for below, above in pairwise(heights))
