"""Steps of adapted length, recounted with whole arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.adapted_step import LEAST, LONG, SHORT, step_down
from tests import tiny

SHAPE = 3, 4


@tiny.examples(25)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([LONG, SHORT]))
def test_steps_are_those_of_the_method_and_no_price_falls_under_nothing(seed, is_one_for_all, memory):
    spread = np.random.default_rng(seed)
    price, most = spread.uniform(0, 5, SHAPE), 2.5 if is_one_for_all else spread.uniform(0, 3, SHAPE)
    first, second, wanted = np.zeros(SHAPE), np.zeros(SHAPE), price.copy()
    mean, squares = np.zeros(SHAPE), np.zeros(SHAPE)
    fast, slow = memory
    for done in range(1, 6):
        slope = spread.normal(0, 10, SHAPE)
        mean, squares = fast * mean + (1 - fast) * slope, slow * squares + (1 - slow) * slope**2
        spreads = np.sqrt(squares / (1 - slow**done)) + LEAST
        wanted = np.maximum(0.0, wanted - most * mean / (1 - fast**done) / spreads)
        step_down(price, slope, first, second, most, done, memory)
        assert price == pytest.approx(wanted, abs=1e-9)
    assert (price >= 0).all()


def test_the_first_step_is_of_full_length_whatever_the_slope():
    price, none = np.array([10.0, 10.0, 10.0]), np.zeros(3)
    step_down(price, np.array([1e6, -1e3, 0.0]), none.copy(), none.copy(), 3.0, 1, LONG)
    assert price.tolist() == pytest.approx([7.0, 13.0, 10.0], abs=1e-3)
