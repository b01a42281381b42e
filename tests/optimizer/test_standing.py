"""A plan that stands is what a recount says of it, however it came about."""

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.rules import changes
from optimizer.sites import enumerate_placements
from optimizer.standing import Standing
from tests import drawn, tiny


@tiny.examples(80)
@given(st.data())
def test_what_stands_after_grants_taken_and_given_back_is_what_a_recount_says(data):
    instance = data.draw(drawn.instances() | drawn.revised())
    placements = enumerate_placements(instance)
    assume(placements)
    chosen = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.is_pinned}
    assume(tiny.is_feasible(instance, chosen))
    standing = Standing(instance, Plan(chosen))
    for placement in data.draw(st.lists(st.sampled_from(placements), max_size=8)):
        applicant, lots = placement.applicant, placement.lots
        if applicant.is_pinned:
            continue
        if applicant.applicant_id in chosen:
            standing.take_back(applicant, chosen.pop(applicant.applicant_id))
            continue
        if not standing.tenant.keys().isdisjoint(lots):
            continue
        before = audit(instance, Plan(chosen)).value_millipoints
        after = audit(instance, Plan({**chosen, applicant.applicant_id: lots}))
        broken = [each for each in after.breaches if each.rule != changes.name]
        if not [each for each in audit(instance, Plan(chosen)).breaches if each.rule in ("separation", "limits")]:
            assert (next(standing.to(applicant, lots), None) is None) == (not broken)
        assert standing.brings(applicant, lots) == after.value_millipoints - before
        standing.grant(applicant, lots)
        chosen[applicant.applicant_id] = lots
    assert standing.tenant == Plan(chosen).tenant
