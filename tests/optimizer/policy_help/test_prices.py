"""What a unit more of a limit or a quota brings at most, against brute force with the unit given."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Quota
from optimizer.bound import bound_millipoints
from optimizer.certificate import Certificate
from optimizer.certificates import any_certificate_from
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.policy_help.prices import Worth, worths
from optimizer.solve import solve
from tests import drawn, tiny


def given_more(instance: Instance, worth: Worth, units: int) -> Instance | None:
    """The instance with so many units more of one rule; None where there are none to give."""
    policy = instance.policy
    if worth.kind == "limit":
        limits = tuple(
            replace(each, **{worth.part: worth.most + units}) if each.zone == worth.name else each
            for each in policy.limits
        )
        policy = replace(policy, limits=limits)
    else:
        share = worth.share_percent + (units if worth.part == "max" else -units)
        if not 0 <= share <= 100:
            return None
        quotas = tuple(changed(each, worth.part, share) if each.name == worth.name else each for each in policy.quotas)
        policy = replace(policy, quotas=quotas)
    return Instance(instance.lots, instance.neighbours, instance.applicants, policy)


def changed(quota: Quota, side: str, share: int) -> Quota:
    return replace(quota, **{f"{side}_lot_share_percent": share})


def judge(instance: Instance, plan: dict, found: list[Worth]) -> None:
    for worth in found:
        for units in (1, 3):
            more = given_more(instance, worth, units)
            if more is None:
                continue
            best = tiny.verdict(more).value
            assert best <= worth.bound_millipoints + units * worth.price_millipoints
            if units == 1:
                assert best - tiny.value(instance, plan) <= worth.at_most_millipoints
            assert worth.binds or best <= worth.bound_millipoints


@tiny.examples(25)
@given(st.data())
def test_any_prices_tell_the_truth_about_a_unit_more(data):
    instance = data.draw(drawn.instances(most_lots=4))
    assume(instance.policy.limits or instance.policy.quotas)
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    scale, prices = data.draw(drawn.certified_prices(instance))
    rows = st.sampled_from([key for key in prices if key[0] in ("limit", "quota")] or [None])
    assume(data.draw(rows) is not None)
    blank = Certificate(instance.fingerprint(), "0" * 64, 0, 0, scale, prices)
    certificate = replace(blank, bound_millipoints=min(bound_millipoints(instance, blank), 2**53 - 1))
    judge(instance, verdict.plan, worths(instance, Plan(verdict.plan), certificate))


@tiny.examples(8)
@given(st.data())
def test_the_certificates_of_runs_tell_the_truth_too(data):
    instance = data.draw(drawn.instances(most_lots=4))
    assume(instance.policy.limits or instance.policy.quotas)
    assume(tiny.verdict(instance) is not None)
    outcome = solve(instance, Limits(None, work=1))
    found = worths(instance, outcome.plan, any_certificate_from(outcome.certificate))
    judge(instance, dict(outcome.plan.assignments), found)
