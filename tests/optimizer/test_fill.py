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
    if instance.policy.quotas:
        # A grant may become possible only after a later one: one pass does not promise more.
        return
    for each in placements:
        applicant_id = each.applicant.applicant_id
        if applicant_id not in after:
            trial = {**after, applicant_id: each.lots}
            assert (
                not tiny.is_feasible(instance, trial)
                or tiny.value(instance, trial) <= value
                or _came_late(instance, before, after, applicant_id, each.lots)
            )


def _came_late(instance, before, after, applicant_id, lots):
    """A site whose borders brought nothing until a later grant stood beside it."""
    without = {**before, applicant_id: lots}
    return tiny.value(instance, without) <= tiny.value(instance, before) and before != after
