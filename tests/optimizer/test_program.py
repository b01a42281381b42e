from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.assemble import assemble
from optimizer.program import Program, Row, bound_from
from tests import drawn, tiny

KNAPSACK = Program(
    (("a",), ("b",), ("c",)),
    (10, 6, 5),
    (Row(("room",), (0, 1, 2), (3, 2, 2), 4), Row(("same",), (1, 2), (1, -1), 0, True)),
)


@tiny.examples(60)
@given(st.data())
def test_no_prices_on_rows_go_under_the_judges_optimum(data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    _, program = assemble(instance)
    amounts = st.fractions(0, 3_000_000, max_denominator=1024)
    rows = data.draw(st.lists(st.sampled_from(program.rows), unique_by=lambda row: row.name, max_size=12))
    prices = {
        row.name: data.draw(amounts) * (data.draw(st.sampled_from((1, -1))) if row.is_equal else 1) for row in rows
    }
    if best is not None:
        assert bound_from(program, prices) >= best.value


@tiny.examples(40)
@given(st.data())
def test_prices_of_a_certificate_bound_the_program_too(data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    _, program = assemble(instance)
    scale, priced = data.draw(drawn.certified_prices(instance))
    there = {row.name for row in program.rows}
    prices = {key: Fraction(price, scale) for key, price in priced.items() if key in there}
    if best is not None:
        assert bound_from(program, prices) >= best.value


def test_the_bound_is_exact_in_fractions():
    assert bound_from(KNAPSACK, {}) == 21
    assert bound_from(KNAPSACK, {("room",): Fraction(10, 3)}) == Fraction(40, 3)
    assert bound_from(KNAPSACK, {("room",): Fraction(11, 4), ("same",): Fraction(1, 2)}) == 11 + Fraction(7, 4)


def test_an_inequality_has_no_negative_price_and_a_stranger_none():
    with pytest.raises(ValueError, match=r"row \('room',\) has the negative price -1"):
        bound_from(KNAPSACK, {("room",): Fraction(-1)})
    assert bound_from(KNAPSACK, {("same",): Fraction(-1)}) == 21
    with pytest.raises(KeyError):
        bound_from(KNAPSACK, {("stranger",): Fraction(1)})


@pytest.mark.parametrize(
    ("chosen", "value", "broken"),
    [
        ((), 0, []),
        ((0,), 10, []),
        ((1, 2), 11, []),
        ((1,), 6, ["same"]),
        ((0, 1, 2), 21, ["room"]),
        ((0, 2), 15, ["room", "same"]),
    ],
)
def test_value_and_broken_rows_of_a_point(chosen, value, broken):
    assert KNAPSACK.value(chosen) == value
    assert [row.name[0] for row in KNAPSACK.violated(chosen)] == broken


def test_a_program_names_each_of_its_columns():
    with pytest.raises(ValueError, match="1 column names for 2 values"):
        Program((("a",),), (1, 2), ())
