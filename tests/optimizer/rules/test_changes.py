from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.rules import changes
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_rows_breaches_and_judge_agree(data):
    instance = data.draw(drawn.revised())
    plan = data.draw(drawn.choices(instance))
    assert list(changes.changed(instance, Plan(plan))) == tiny.changed(instance, plan)
    if changes.concerns(instance):
        is_broken = bool(list(changes.breaches(instance, Plan(plan))))
        columns = columns_of(instance)
        assert is_broken == breaks(columns, changes.rows(columns), plan)
        assert is_broken == (not tiny.keeps_changes(instance, plan))


def test_who_leaves_or_loses_its_site_changes_and_who_held_nothing_does_not():
    instance = row_of(3, asks("a", earlier_lots=("L1",)), asks("b", earlier_lots=("L2",)), asks("c"), most_changes=1)
    assert changes.changed(instance, Plan({"a": ("L1",), "c": ("L3",)})) == ("b",)
    assert not list(changes.breaches(instance, Plan({"a": ("L1",), "c": ("L2",)})))
    (breach,) = changes.breaches(instance, Plan({"a": ("L2",), "b": ("L1",)}))
    assert breach.who == ("a", "b")
    assert breach.says == "2 applicants do not keep their earlier site, 1 allowed"
