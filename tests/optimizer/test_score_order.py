"""The score order, again from its words: each applicant by score takes the site that adds most at that moment."""

from hypothesis import given
from hypothesis import strategies as st

from optimizer.score_order import score_order_plan
from tests import drawn, tiny
from tests.zones import asks, row_of


def practice(instance):
    chosen = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.pinned_lots}
    queue = sorted(instance.applicants, key=lambda each: (-each.score, tiny.rank(instance, each.applicant_id)))
    granted = []
    for applicant in queue:
        held = {lot for lots in chosen.values() for lot in lots}
        tried = [
            {**chosen, applicant.applicant_id: lots}
            for lots in tiny.placements(instance)[applicant.applicant_id]
            if not applicant.pinned_lots and not held & set(lots)
        ]
        tried = [each for each in tried if tiny.keeps_separation(instance, each) and tiny.keeps_limits(instance, each)]
        if tried:
            chosen = min(tried, key=lambda each: (-tiny.value(instance, each), each[applicant.applicant_id]))
            granted.append(applicant.applicant_id)
    while granted and not tiny.is_feasible(instance, chosen):
        del chosen[granted.pop()]
    return chosen


@tiny.examples(60)
@given(st.data())
def test_the_score_order_is_what_its_words_say(data):
    instance = data.draw(drawn.instances() | drawn.revised())
    assert score_order_plan(instance).assignments == practice(instance)


def test_ties_of_score_are_drawn():
    zone = row_of(1, asks("a"), asks("b"), lottery_seed=4)
    (first,) = score_order_plan(zone).assignments
    assert first == min("ab", key=lambda name: tiny.rank(zone, name))
