import hashlib

from hypothesis import given

from optimizer.plan import Plan, lottery_rank
from tests import drawn, tiny
from tests.zones import asks, row_of


def test_a_plan_is_kept_in_order_whatever_order_it_came_in():
    plan = Plan({"b": ("L3", "L2"), "a": ("L1",)})
    assert list(plan.assignments.items()) == [("a", ("L1",)), ("b", ("L2", "L3"))]
    assert plan == Plan({"a": ("L1",), "b": ("L2", "L3")})
    assert plan.tenant == {"L1": "a", "L2": "b", "L3": "b"}


def test_the_lottery_rank_is_the_published_hash():
    instance = row_of(1, asks("Ait-12"), lottery_seed=2026)
    assert lottery_rank(instance, "Ait-12") == int(hashlib.sha256(b"2026:Ait-12").hexdigest(), 16)


@tiny.examples(20)
@given(drawn.instances(pins=False))
def test_the_lottery_rank_is_the_judges(instance):
    for each in instance.applicants:
        assert lottery_rank(instance, each.applicant_id) == tiny.rank(instance, each.applicant_id)
