"""The peers are told the whole problem: given time, each ends with a plan of the value that brute force finds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.peers import PEERS
from benchmarks.solvers import SOLVERS
from optimizer.audit import audit
from tests import drawn, tiny


@pytest.mark.parametrize("name", sorted(PEERS))
@tiny.examples(40)
@given(st.data())
def test_a_peer_finds_the_best_plan_and_claims_no_less(name, data):
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None and verdict.value)
    seen = []
    plan, claim = SOLVERS[name](instance, 30.0, 1, 1, lambda value, _: seen.append(value))
    counted = audit(instance, plan)
    assert counted.is_feasible
    assert counted.value_millipoints == verdict.value
    assert claim >= verdict.value * (1 - 1e-4)
    assert all(value is None or value <= verdict.value * (1 + 1e-4) for value in seen)
