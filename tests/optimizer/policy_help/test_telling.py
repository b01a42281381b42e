"""Policy help as people read it."""

import string

import pytest

from instances.faults import LANGUAGES
from optimizer.certificates import any_certificate_from
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.policy_help.telling import catalogue, policy_help, sentences
from optimizer.solve import solve
from tests.outcomes import small_instance


@pytest.mark.parametrize("name", catalogue())
def test_every_sentence_is_said_in_every_language(name):
    entry = catalogue()[name]
    assert entry.keys() == set(LANGUAGES)
    shown = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in entry.values()]
    assert all(each == shown[0] for each in shown)


def test_facts_and_proofs_are_told_apart():
    instance = small_instance()
    outcome = solve(instance, Limits(None, work=1))
    other = {"rival": Plan({"A1": ("L1", "L2")})}
    told = sentences(policy_help(instance, outcome.plan, any_certificate_from(outcome.certificate), other))
    assert told[0] == (
        "A metre of border between two projects of one sector counts as much as 6 hundredths of a direct job; 17 m of "
        "it count as much as one job."
    )
    assert "Points for a direct job, now 100: no plan seen overtakes this one, wherever the weight moves." in told
    assert any("from 99 to" in each and "This is proved." in each for each in told), told
    alone = sentences(policy_help(instance, outcome.plan, None))
    assert alone[1:] == [catalogue()["no_proof"]["en"]]
    for language in LANGUAGES:
        assert len(sentences(policy_help(instance, outcome.plan, None), language)) == 2
