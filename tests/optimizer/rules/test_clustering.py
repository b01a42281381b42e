import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Affinity
from optimizer.plan import Plan
from optimizer.program import Program
from optimizer.rules import clustering
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of, point_of, points_of_terms
from tests.zones import asks, row_of


@tiny.examples(80)
@given(st.data())
def test_terms_points_and_judge_agree_and_rows_allow_the_links(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    columns = columns_of(instance)
    points = clustering.points(instance, Plan(plan))
    assert points == points_of_terms(columns, clustering, plan)
    assert points == tiny.goals(instance, plan)["clustering"]
    assert not breaks(columns, clustering.rows(columns), plan)


@tiny.examples(60)
@given(st.data())
def test_rows_refuse_every_link_that_the_plan_does_not_earn(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    columns = columns_of(instance)
    names = tuple(columns.names())
    program = Program(names, [0] * len(names), list(clustering.rows(columns)))
    point = point_of(columns, plan)
    for column in set(columns.link.values()) - point:
        assert program.violated(sorted(point | {column})), names[column]


def test_the_worked_example_of_the_specification():
    bakers = (asks("a", jobs_direct=10, jobs_indirect=5, max_lots=2), asks("b", jobs_direct=8))
    instance = row_of(2, *bakers, border_metre=6, max_lots=2)
    assert clustering.points(instance, Plan({"a": ("L1",), "b": ("L2",)})) == 120_000
    assert clustering.points(instance, Plan({"a": ("L1", "L2")})) == 0


@pytest.mark.parametrize(("kind", "millipoints"), [("border", 6 * 200 * 30), ("street", 2 * 200 * 30)])
def test_sectors_with_affinity_earn_their_percent_of_the_rate_of_the_kind(kind, millipoints):
    instance = row_of(
        2,
        asks("a"),
        asks("b", "wood"),
        kind=kind,
        border_metre=6,
        street_metre=2,
        affinity=(Affinity("wood", "bread", 30),),
    )
    assert clustering.points(instance, Plan({"a": ("L1",), "b": ("L2",)})) == millipoints
    assert clustering.points(instance, Plan({"a": ("L2",), "b": ("L1",)})) == millipoints


def test_sectors_without_affinity_and_lots_without_neighbours_earn_nothing():
    instance = row_of(3, asks("a"), asks("b", "wood"), asks("c"), border_metre=6)
    assert clustering.points(instance, Plan({"a": ("L1",), "b": ("L2",), "c": ("L3",)})) == 0
