from hypothesis import given
from hypothesis import strategies as st

from optimizer.lines import LARGEST_WEIGHT, Line, chord, most_given
from tests import tiny

NUMBERS = st.integers(0, 10**10)


@tiny.examples(200)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6), st.data())
def test_no_point_is_beyond_what_the_lines_say(points, data):
    weights = data.draw(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=4))
    lines = [Line(a, b, max(a * x + b * y for x, y in points)) for a, b in weights]
    least = data.draw(st.sampled_from(points))[0]
    most = most_given(lines, least)
    assert (most is None) == (not any(b for _, b in weights))
    assert most is None or most >= max(y for x, y in points if x >= least)


@tiny.examples(200)
@given(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))
def test_a_chord_has_small_weights_and_only_where_there_is_something_to_trade(one, two):
    found = chord(one, two)
    assert (found is None) == ((one[0] - two[0]) * (one[1] - two[1]) >= 0)
    assert found is None or (min(found) >= 1 and max(found) <= LARGEST_WEIGHT)


def test_a_chord_weighs_both_ends_the_same():
    assert chord((10, 0), (0, 5)) == (1, 2)
    assert chord((0, 30), (10, 0)) == (3, 1)
