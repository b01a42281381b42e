from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.linear import Linear
from tests import tiny


def column(coefficients):
    """The rows and coefficients of a column that are not 0."""
    rows = [row for row, each in enumerate(coefficients) if each]
    return np.array(rows, dtype=np.int32), np.array([float(coefficients[row]) for row in rows])


@st.composite
def programs(draw):
    """(values, columns, upper): rows that bound every column, others with any sign and a right-hand side from 0."""
    count, rows = draw(st.integers(1, 5)), draw(st.integers(0, 3))
    values = [draw(st.integers(-5, 9)) for _ in range(count)]
    extra = [[draw(st.integers(-2, 3)) for _ in range(rows)] for _ in range(count)]
    matrix = [[int(row == number) for row in range(count)] + extra[number] for number in range(count)]
    upper = [1] * count + [draw(st.integers(0, 4)) for _ in range(rows)]
    return values, matrix, upper


def best_whole(values, matrix, upper):
    """The best value over all points in {0, 1}."""
    points = product((0, 1), repeat=len(values))
    allowed = [
        x
        for x in points
        if all(sum(x[j] * matrix[j][row] for j in range(len(x))) <= most for row, most in enumerate(upper))
    ]
    return max(sum(value * each for value, each in zip(values, x, strict=True)) for x in allowed)


@tiny.examples(35)
@given(programs())
def test_the_value_is_met_by_the_point_and_by_the_prices(program):
    """Weak duality from both sides: nothing is better than the one, and the other is worth it."""
    values, matrix, upper = program
    linear = Linear(np.array(upper, dtype=float))
    linear.add(np.array(values, dtype=float), [column(each) for each in matrix])
    value, x, prices = linear.solve()
    assert len(x) == len(values) == linear.columns
    assert len(prices) == len(upper) == linear.rows
    assert (prices >= 0).all()
    assert (x >= -1e-9).all()
    rows = np.array(matrix, dtype=float)
    assert (x @ rows <= np.array(upper) + 1e-6).all()
    assert x @ np.array(values) == pytest.approx(value, abs=1e-6)
    assert prices @ np.array(upper) == pytest.approx(value, abs=1e-6)
    assert (rows @ prices >= np.array(values) - 1e-6).all()
    assert value >= best_whole(values, matrix, upper) - 1e-6


def test_columns_and_values_may_change_between_two_solves():
    linear = Linear(np.array([1.0]))
    linear.add(np.array([3.0]), [column([1])])
    assert linear.solve()[0] == 3.0
    linear.add(np.array([5.0]), [column([2])])
    value, x, prices = linear.solve()
    assert (value, x.tolist(), prices.tolist()) == (3.0, [1.0, 0.0], [3.0])
    linear.revalue(np.array([3.0, 8.0]))
    value, x, prices = linear.solve()
    assert (value, x.tolist(), prices.tolist()) == (4.0, [0.0, 0.5], [4.0])


def test_without_columns_nothing_is_earned():
    linear = Linear(np.array([1.0, 0.0]))
    linear.add(np.zeros(0), [])
    value, x, prices = linear.solve()
    assert (value, x.tolist(), prices.tolist()) == (0.0, [], [0.0, 0.0])
    assert Linear(np.array([-1.0])).solve() is None


def test_what_has_no_largest_value_is_not_solved():
    linear = Linear(np.array([1.0]))
    linear.add(np.array([1.0]), [column([-1])])
    assert linear.solve() is None


def test_nothing_is_written_to_standard_output(capfd):
    linear = Linear(np.array([1.0]))
    linear.add(np.array([1.0]), [column([1])])
    linear.solve()
    assert capfd.readouterr().out == ""
