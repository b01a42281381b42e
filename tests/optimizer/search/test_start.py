from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.search.start import still_standing
from optimizer.sites import enumerate_placements
from optimizer.solve import solve
from tests import drawn, tiny


@tiny.examples(60)
@given(st.data())
def test_what_stands_keeps_lots_pins_and_separation_and_comes_from_the_earlier_plan(data):
    instance = data.draw(drawn.instances())
    earlier = data.draw(drawn.scribbles(instance))
    kept = still_standing(instance, enumerate_placements(instance), Plan(earlier)).assignments
    assert tiny.keeps_placement(instance, kept)
    assert tiny.keeps_pins(instance, kept)
    assert tiny.keeps_separation(instance, kept)
    pins = {each.applicant_id for each in instance.applicants if each.pinned_lots}
    assert all(tuple(sorted(earlier[each])) == lots for each, lots in kept.items() if each not in pins)


@tiny.examples(60)
@given(st.data())
def test_a_feasible_plan_stands_whole(data):
    instance = data.draw(drawn.instances())
    earlier = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, earlier))
    assert still_standing(instance, enumerate_placements(instance), Plan(earlier)) == Plan(earlier)


@tiny.examples(10)
@given(st.data())
def test_a_run_is_never_worth_less_than_the_plan_it_began_from(data):
    instance = data.draw(drawn.instances())
    earlier = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, earlier))
    outcome = solve(instance, Limits(None, work=1), start=Plan(earlier))
    assert outcome.value_millipoints >= tiny.value(instance, earlier)
