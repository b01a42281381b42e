from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.waitlist import waitlist
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(40)
@given(st.data())
def test_the_waitlist_is_the_judges(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    sites = tiny.placements(instance)
    waiting = [each for each in instance.applicants if sites[each.applicant_id] and each.applicant_id not in plan]
    waiting.sort(key=lambda each: tiny.rank(instance, each.applicant_id))
    waiting.sort(key=lambda each: each.score, reverse=True)
    fitting = {name for name, lots in sites.items() if lots}
    assert waitlist(instance, Plan(plan), fitting) == tuple(each.applicant_id for each in waiting)


def test_score_goes_first_and_the_draw_settles_ties():
    names = ("a", "b", "c", "d")
    instance = row_of(
        1, *(asks(name, score=60 + 20 * (name == "c")) for name in names), asks("e", score=99), lottery_seed=3
    )
    drawn_order = sorted("ab", key=lambda name: tiny.rank(instance, name))
    assert waitlist(instance, Plan({"d": ("L1",)}), set(names)) == ("c", *drawn_order)
