from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.bound import choices
from optimizer.certificate import Certificate
from optimizer.cuts import apart_row
from optimizer.matrix import PRICED
from tests import drawn, tiny
from tests.optimizer.grounds import seen
from tests.optimizer.points import point_of
from tests.zones import asks, row_of

SCALE = 1024


def rows_of(matrix):
    """The arrays read back: of each row its name, its coefficients by column, its right-hand side and its sign."""
    coefficients = [{} for _ in matrix.names]
    for row, column, coefficient in zip(matrix.row, matrix.column, matrix.coefficient, strict=True):
        assert column not in coefficients[row]
        coefficients[row][int(column)] = coefficient
    return list(zip(matrix.names, coefficients, matrix.upper.tolist(), matrix.is_equal.tolist(), strict=True))


def plain(rows):
    return [(row.name, dict(zip(row.columns, row.coefficients, strict=True)), row.upper, row.is_equal) for row in rows]


def cuts_of(view):
    """Every cut that the instance can have."""
    return [
        apart_row(view.columns, pair, one, each.applicant_id)
        for pair, one, two in view.columns.link
        if one == two
        for each in view.instance.applicants
        if each.sector == one
    ]


@tiny.examples(60)
@given(st.data())
def test_the_arrays_say_what_the_program_says(data):
    view = seen(data.draw(drawn.instances()))
    matrix = view.matrix
    assert rows_of(matrix) == plain(view.program.rows)
    assert (matrix.points * 1000).tolist() == list(view.program.values)
    kinds = [name[0] for name in view.program.names]
    assert kinds == ["placement"] * matrix.placements + [
        kind for kind in ("cover", "both", "link") for _ in range(kinds.count(kind))
    ]
    assert matrix.sums == kinds.count("cover") + kinds.count("both")


@tiny.examples(40)
@given(st.data())
def test_rows_are_added_below_and_the_matrix_before_stays(data):
    view = seen(data.draw(drawn.instances()))
    cuts = cuts_of(view)
    before = plain(view.program.rows)
    assert rows_of(view.matrix.with_rows(cuts)) == before + plain(cuts)
    assert rows_of(view.matrix) == before
    half = len(cuts) // 2
    assert rows_of(view.matrix.with_rows(cuts[:half]).with_rows(cuts[half:])) == before + plain(cuts)


@tiny.examples(40)
@given(st.data())
def test_applicants_pins_and_pairs_are_numbered_in_runs(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    names = [each.applicant.applicant_id for each in view.columns.placements]
    assert view.matrix.is_pinned.tolist() == [bool(instance.applicant[each].pinned_lots) for each in names]
    pairs = [(pair.lot_a, pair.lot_b) for pair, _, _ in view.columns.link]
    for keys, numbers in ((names, view.matrix.applicant.tolist()), (pairs, view.matrix.link_pair.tolist())):
        assert dict(zip(keys, numbers, strict=True)) == {key: at for at, key in enumerate(dict.fromkeys(keys))}
        assert all(one <= two for one, two in pairwise(numbers))


@tiny.examples(80)
@given(st.data())
def test_reduced_points_of_a_plan_are_its_points_less_what_its_point_pays(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    matrix = view.matrix.with_rows(cuts_of(view))
    whole = [data.draw(st.integers(0, 50)) for _ in matrix.names]
    prices = np.array(whole, dtype=float)
    placed, linked = matrix.reduced_points(prices)
    plan = data.draw(drawn.choices(instance))
    point = point_of(view.columns, plan)
    paid = sum(
        price * coefficient
        for price, (name, coefficients, _, _) in zip(whole, rows_of(matrix), strict=True)
        if name[0] in PRICED
        for column, coefficient in coefficients.items()
        if column in point
    )
    first = matrix.placements + matrix.sums
    left = sum(placed[column] for column in point if column < matrix.placements)
    left += sum(linked[column - first] for column in point if column >= first)
    assert left == pytest.approx(tiny.value(instance, plan) / 1000 - paid, abs=1e-6)


@tiny.examples(80)
@given(st.data())
def test_the_guide_is_the_exact_bound_but_for_rounding(data):
    instance = data.draw(drawn.instances())
    view = seen(instance)
    matrix = view.matrix.with_rows(cuts_of(view))
    whole = {
        name: price
        for name in matrix.names
        if name[0] in PRICED and (price := data.draw(st.sampled_from((0, 0, 1024, 512_001, 40_000_000)))) > 0
    }
    prices = np.array([whole.get(name, 0) / (1000 * SCALE) for name in matrix.names])
    certificate = Certificate(instance.fingerprint(), "0" * 64, 0, 0, SCALE, whole)
    exact = Fraction(choices(instance, certificate).bound_scaled, SCALE * 1000)
    assert matrix.bound_points(prices) == pytest.approx(float(exact), abs=1e-6)


def test_prices_of_rows_that_no_certificate_may_price_count_for_nothing():
    view = seen(row_of(2, asks("a", jobs_direct=10), asks("b", jobs_direct=8), border_metre=6))
    matrix = view.matrix
    assert {name[0] for name, priced in zip(matrix.names, matrix.is_priced, strict=True) if not priced} == {
        "cover",
        "applicant",
    }
    prices = np.where(matrix.is_priced, 0.0, 1e6)
    assert matrix.bound_points(prices) == matrix.bound_points(np.zeros(len(matrix.names))) == 1000 + 800 + 120


def test_an_instance_without_placements_has_arrays_of_nothing():
    matrix = seen(row_of(1, asks("a", area_min_m2=900))).matrix
    assert (matrix.placements, matrix.sums, len(matrix.applicant), len(matrix.link_pair)) == (0, 0, 0, 0)
    assert matrix.bound_points(np.zeros(len(matrix.names))) == 0.0
