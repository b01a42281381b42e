from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Affinity
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of, point_of
from tests.zones import asks, row_of


@tiny.examples(60)
@given(st.data())
def test_a_plans_point_meets_the_definitions_and_no_other_sum_does(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    columns = columns_of(instance)
    definitions = list(columns.definitions())
    assert not breaks(columns, definitions, plan)
    point = point_of(columns, plan)
    for column in (*columns.cover.values(), *columns.both.values()):
        other = point ^ {column}
        assert any(
            sum(each for number, each in zip(row.columns, row.coefficients, strict=True) if number in other)
            != row.upper
            for row in definitions
        )


@tiny.examples(40)
@given(drawn.instances())
def test_names_are_distinct_and_number_every_column(instance):
    columns = columns_of(instance)
    names = list(columns.names())
    assert len(set(names)) == len(names)
    numbers = [*range(len(columns.placements)), *columns.cover.values(), *columns.both.values(), *columns.link.values()]
    assert numbers == list(range(len(names)))


def test_columns_of_a_small_zone_are_these():
    instance = row_of(
        2,
        asks("a", max_lots=2, area_min_m2=200),
        asks("b", "wood"),
        max_lots=2,
        border_metre=6,
        affinity=(Affinity("bread", "wood", 30),),
    )
    assert list(columns_of(instance).names()) == [
        ("placement", "a", "L1", "L2"),
        ("placement", "b", "L1"),
        ("placement", "b", "L2"),
        ("cover", "L1", "bread"),
        ("cover", "L1", "wood"),
        ("cover", "L2", "bread"),
        ("cover", "L2", "wood"),
        ("both", "L1", "L2", "bread"),
        ("link", "L1", "L2", "bread", "bread"),
        ("link", "L1", "L2", "bread", "wood"),
        ("link", "L1", "L2", "wood", "bread"),
        ("link", "L1", "L2", "wood", "wood"),
    ]


def test_a_pair_that_can_earn_nothing_has_no_link():
    assert not columns_of(row_of(2, asks("a"), asks("b"))).link
    assert not columns_of(row_of(2, asks("a"), asks("b"), border_metre=6, length_dm=0)).link
    assert not columns_of(row_of(2, asks("a"), asks("b"), border_metre=6, kind="street")).link


def test_sectors_on_a_lot_are_those_that_some_placement_brings():
    instance = row_of(2, asks("a", "wood"), asks("b"), asks("held", "stone", pinned_lots=("L2",)))
    assert columns_of(instance).sectors_on == {"L1": ("bread", "wood"), "L2": ("stone",)}
