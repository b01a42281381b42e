from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.fill import fill
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements
from tests import drawn, tiny


@tiny.examples(60)
@given(st.data())
def test_nobody_is_moved_and_no_free_site_is_left_that_would_bring_points(data):
    instance = data.draw(drawn.instances())
    before = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, before))
    placements = enumerate_placements(instance)
    after = fill(instance, placements, Plan(before)).assignments
    assert before.items() <= after.items()
    assert tiny.is_feasible(instance, after)
    value = tiny.value(instance, after)
    assert value >= tiny.value(instance, before)
    for each in placements:
        applicant_id = each.applicant.applicant_id
        if applicant_id not in after:
            trial = {**after, applicant_id: each.lots}
            assert not tiny.is_feasible(instance, trial) or tiny.value(instance, trial) <= value
