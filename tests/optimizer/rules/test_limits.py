import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Limit
from optimizer.plan import Plan
from optimizer.rules import limits
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, lot, row_of


@tiny.examples(60)
@given(st.data())
def test_rows_breaches_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    is_broken = bool(list(limits.breaches(instance, Plan(plan))))
    columns = columns_of(instance)
    assert is_broken == breaks(columns, limits.rows(columns), plan)
    assert is_broken == (not tiny.keeps_limits(instance, plan))
    assert limits.concerns(instance) or not is_broken


def test_a_row_sums_the_needs_in_its_zone_without_zeros():
    lots = (lot("L1"), lot("L2", zone="Z2"))
    instance = row_of(
        lots,
        asks("a", power_kw=7),
        asks("b", power_kw=4, zones=("Z2",)),
        asks("c"),
        limits=(Limit("Z2", 10), Limit("", 9, 3)),
    )
    columns = columns_of(instance)
    names = list(columns.names())
    rows = {
        row.name: ([names[each][1:] for each in row.columns], row.coefficients, row.upper)
        for row in limits.rows(columns)
    }
    assert rows == {
        ("limit", "Z2", "power_kw"): ([("a", "L2"), ("b", "L2")], (7, 4), 10),
        ("limit", "", "power_kw"): ([("a", "L1"), ("a", "L2"), ("b", "L2")], (7, 7, 4), 9),
        ("limit", "", "water_hl_day"): ([], (), 3),
    }


@pytest.mark.parametrize(("most", "is_broken"), [(10, True), (11, False)])
def test_a_limit_may_be_reached_and_not_passed(most, is_broken):
    instance = row_of(2, asks("a", power_kw=7), asks("b", power_kw=4), limits=(Limit("", most),))
    says = [breach.says for breach in limits.breaches(instance, Plan({"a": ("L1",), "b": ("L2",)}))]
    assert says == (["power_kw : 11 granted, 10 allowed"] if is_broken else [])


def test_a_site_over_two_zones_counts_in_full_in_both():
    lots = (lot("L1"), lot("L2", zone="Z2"))
    instance = row_of(
        lots, asks("a", power_kw=15, max_lots=2), max_lots=2, limits=(Limit("Z1", 10), Limit("Z2", 14), Limit("", 15))
    )
    broken = [breach.who for breach in limits.breaches(instance, Plan({"a": ("L1", "L2")}))]
    assert broken == [("Z1", "power_kw"), ("Z2", "power_kw")]
