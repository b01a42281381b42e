"""What is in the way of one more grant is what the judge finds broken by it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.why.obstacles import Obstacles
from tests import drawn, tiny


@tiny.examples(40)
@given(st.data())
def test_obstacles_are_the_rules_that_the_grant_breaks(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    obstacles = Obstacles(instance, Plan(plan))
    held = {lot for lots in plan.values() for lot in lots}
    for each in instance.applicants:
        for lots in tiny.placements(instance)[each.applicant_id]:
            if each.applicant_id in plan or held & set(lots):
                continue
            trial = {**plan, each.applicant_id: lots}
            codes = {told.code.partition("_")[0] for told in obstacles.to(each, lots)}
            assert ("separation" in codes) == (not tiny.keeps_separation(instance, trial))
            assert ("limit" in codes) == (not tiny.keeps_limits(instance, trial))
            assert ("quota" in codes) == (not tiny.keeps_quotas(instance, trial))
