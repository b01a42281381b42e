import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.cuts import apart_cuts, apart_row
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, row_of


@tiny.examples(80)
@given(st.data())
def test_every_row_holds_at_every_plan_of_fitting_sites(data):
    instance = data.draw(drawn.instances(most_lots=4))
    columns = columns_of(instance)
    rows = [
        apart_row(columns, pair, one, each.applicant_id)
        for pair, one, two in columns.link
        if one == two
        for each in instance.applicants
        if each.sector == one
    ]
    for plan in tiny.choices(instance):
        assert not breaks(columns, rows, plan)


def test_half_a_tenant_on_either_side_earns_no_border():
    columns = columns_of(row_of(2, asks("a"), asks("b"), border_metre=6))
    names = list(columns.names())
    x = np.zeros(len(names))
    for name in (
        ("placement", "a", "L1"),
        ("placement", "a", "L2"),
        ("cover", "L1", "bread"),
        ("cover", "L2", "bread"),
    ):
        x[names.index(name)] = 0.5
    x[names.index(("link", "L1", "L2", "bread", "bread"))] = 0.5
    (row,) = apart_cuts(columns, x, ())
    assert row.name == ("apart", "L1", "L2", "bread", "a")
    coefficients = {names[column]: each for column, each in zip(row.columns, row.coefficients, strict=True)}
    assert coefficients == {
        ("link", "L1", "L2", "bread", "bread"): 1,
        ("cover", "L1", "bread"): -1,
        ("cover", "L2", "bread"): -1,
        ("placement", "a", "L1"): 1,
        ("placement", "a", "L2"): 1,
    }
    assert sum(each * x[names.index(name)] for name, each in coefficients.items()) == 0.5 > row.upper
    assert not apart_cuts(columns, x, [row.name])


def test_two_tenants_half_and_half_break_nothing():
    columns = columns_of(row_of(2, asks("a"), asks("b"), border_metre=6))
    names = list(columns.names())
    x = np.zeros(len(names))
    for name in (("placement", "a", "L1"), ("placement", "b", "L2"), ("link", "L1", "L2", "bread", "bread")):
        x[names.index(name)] = 0.5
    assert not apart_cuts(columns, x, ())


def test_a_tenant_of_both_lots_is_taken_off_both_ends():
    columns = columns_of(row_of(2, asks("a", max_lots=2), asks("b"), max_lots=2, border_metre=6))
    names = list(columns.names())
    pair = next(iter(columns.link))[0]
    row = apart_row(columns, pair, "bread", "a")
    coefficients = {names[column]: each for column, each in zip(row.columns, row.coefficients, strict=True)}
    assert coefficients[("both", "L1", "L2", "bread")] == 2
    assert ("placement", "a", "L1", "L2") not in coefficients


@tiny.examples(40)
@given(st.data())
def test_every_cut_is_broken_by_the_point_that_it_was_made_for(data):
    instance = data.draw(drawn.instances())
    columns = columns_of(instance)
    count = len(list(columns.names()))
    fraction = st.sampled_from((0.0, 0.5, 1.0))
    x = np.array(data.draw(st.lists(fraction, min_size=count, max_size=count)))
    for (lot, sector), column in columns.cover.items():
        x[column] = x[list(columns.covering[lot, sector])].sum()
    for key, column in columns.both.items():
        x[column] = x[list(columns.covering_both[key])].sum()
    cuts = apart_cuts(columns, x, ())
    assert len({cut.name for cut in cuts}) == len(cuts)
    for cut in cuts:
        assert x[list(cut.columns)] @ np.array(cut.coefficients) > cut.upper
