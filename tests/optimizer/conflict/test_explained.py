"""Before a search: what is screened, and what need not be."""

import pytest
from hypothesis import given

from instances.policy import Quota
from optimizer.audit import audit
from optimizer.conflict import explained
from optimizer.conflict.explained import is_ruled_out
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.zones import asks, row_of

STONE_ONLY = Quota("stone", sector="stone", min_lot_share_percent=100)


@tiny.examples(150)
@given(drawn.instances())
def test_whatever_is_ruled_out_has_no_plan(instance):
    if is_ruled_out(instance):
        assert tiny.verdict(instance) is None


def test_pins_that_keep_the_rules_are_not_screened(monkeypatch):
    monkeypatch.setattr(explained, "screens", lambda case: pytest.fail("a plan is known"))
    assert not is_ruled_out(row_of(3, asks("a", "bread", pinned_lots=("L1",)), asks("b", "stone")))


def test_pins_that_no_plan_can_mend_are_ruled_out():
    instance = row_of(3, asks("a", "bread", pinned_lots=("L1",)), asks("b", "stone"), quotas=(STONE_ONLY,))
    assert not audit(instance, Plan({"a": ("L1",)})).is_feasible
    assert is_ruled_out(instance)
