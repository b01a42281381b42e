from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Sector
from optimizer.plan import Plan
from optimizer.rules import separation
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import BREAD, STONE, asks, row_of

CEMENT = Sector("cement", emits=("dust",), sensitive_to=("dust",))


@tiny.examples(80)
@given(st.data())
def test_rows_breaches_and_judge_agree(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    is_broken = bool(list(separation.breaches(instance, Plan(plan))))
    columns = columns_of(instance)
    assert is_broken == breaks(columns, separation.rows(columns), plan)
    assert is_broken == (not tiny.keeps_separation(instance, plan))
    assert separation.concerns(instance) or not is_broken


@tiny.examples(40)
@given(drawn.instances())
def test_every_row_sets_hostile_sectors_apart_on_separated_neighbours(instance):
    for row in separation.rows(columns_of(instance)):
        _, one, two, here, there = row.name
        assert any(tiny.are_neighbours(instance, one, two, kind) for kind in instance.policy.separation)
        assert all(tiny.are_hostile(instance, s, t) for s in here.split("|") for t in there.split("|"))


def test_one_row_names_every_sector_hostile_to_the_same():
    sectors = (Sector("quarry", emits=("dust",)), STONE, BREAD)
    instance = row_of(2, asks("a"), asks("b", "stone"), asks("c", "quarry"), sectors=sectors)
    columns = columns_of(instance)
    names = list(columns.names())
    rows = {row.name[3:]: [names[column] for column in row.columns] for row in separation.rows(columns)}
    assert rows == {
        ("bread", "quarry|stone"): [("cover", "L1", "bread"), ("cover", "L2", "quarry"), ("cover", "L2", "stone")],
        ("quarry|stone", "bread"): [("cover", "L1", "quarry"), ("cover", "L1", "stone"), ("cover", "L2", "bread")],
    }


def test_a_tenant_of_a_self_hostile_sector_may_hold_both_lots():
    instance = row_of(2, asks("a", "cement", max_lots=2), asks("b", "cement"), sectors=(CEMENT, BREAD), max_lots=2)
    columns = columns_of(instance)
    alone, apart = {"a": ("L1", "L2")}, {"a": ("L1",), "b": ("L2",)}
    assert not list(separation.breaches(instance, Plan(alone)))
    assert not breaks(columns, separation.rows(columns), alone)
    (breach,) = separation.breaches(instance, Plan(apart))
    assert breach.who == ("a", "b")
    assert breach.says == "a on L1 and b on L2 are neighbours: dust"
    assert breaks(columns, separation.rows(columns), apart)


def test_kinds_that_the_policy_does_not_separate_are_free():
    facing = row_of(2, asks("a"), asks("b", "stone"), kind="street", separation=("border",))
    assert not list(separation.breaches(facing, Plan({"a": ("L1",), "b": ("L2",)})))
    assert not list(separation.rows(columns_of(facing)))


def test_the_rule_steps_aside_without_kinds_or_hostile_sectors():
    assert not separation.concerns(row_of(2, asks("a"), separation=()))
    assert not separation.concerns(row_of(2, asks("a"), sectors=(BREAD,)))
    assert separation.concerns(row_of(2, asks("a")))
