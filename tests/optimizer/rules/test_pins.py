from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.rules import pins
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_rows_breaches_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    is_broken = bool(list(pins.breaches(instance, Plan(plan))))
    columns = columns_of(instance)
    assert is_broken == breaks(columns, pins.rows(columns), plan)
    assert is_broken == (not tiny.keeps_pins(instance, plan))
    assert pins.concerns(instance) == any(each.pinned_lots for each in instance.applicants)


def test_a_pin_is_one_equation_on_its_only_placement():
    columns = columns_of(row_of(3, asks("a"), asks("held", pinned_lots=("L1", "L3"))))
    names = list(columns.names())
    (row,) = pins.rows(columns)
    assert (row.name, row.coefficients, row.upper, row.is_equal) == (("pin", "held"), (1,), 1, True)
    assert names[row.columns[0]] == ("placement", "held", "L1", "L3")


def test_a_pinned_applicant_elsewhere_or_nowhere_is_a_breach():
    instance = row_of(3, asks("held", pinned_lots=("L1", "L2")))
    says = [next(pins.breaches(instance, Plan(plan))).says for plan in ({}, {"held": ("L1",)}, {"held": ("L3",)})]
    assert says == [
        "held is pinned to L1, L2 and holds nothing",
        "held is pinned to L1, L2 and holds L1",
        "held is pinned to L1, L2 and holds L3",
    ]
    assert not list(pins.breaches(instance, Plan({"held": ("L2", "L1")})))
