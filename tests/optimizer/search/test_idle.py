"""Grants on idle lots, recounted plainly."""

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.idle import with_idle_lots
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


def filled(view, plan):
    ranks = list(range(len(view.ground.sector)))
    return view.plan(with_idle_lots(view.ground, view.held(plan), ranks))


@tiny.examples(60)
@given(st.data())
def test_nobody_is_moved_and_no_single_grant_on_free_lots_would_bring_points(data):
    instance = data.draw(drawn.instances())
    before = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, before))
    after = filled(View(instance), before)
    assert before.items() <= after.items()
    assert tiny.is_feasible(instance, after)
    for applicant_id, sites in tiny.placements(instance).items():
        for lots in sites if applicant_id not in after else ():
            trial = {**after, applicant_id: lots}
            assert not tiny.is_feasible(instance, trial) or tiny.value(instance, trial) <= tiny.value(instance, after)


def test_who_brings_the_most_comes_first_and_chooses_its_best_site():
    zone = row_of(
        (lot("L1"), lot("L2"), lot("L3")),
        asks("a", jobs_direct=3),
        asks("b", jobs_direct=9, preferred_lots=("L3",)),
        asks("c", jobs_direct=3),
        preferred_lot=50,
    )
    after = filled(View(zone), {})
    assert after["b"] == ("L3",)
    assert len(after) == 3
