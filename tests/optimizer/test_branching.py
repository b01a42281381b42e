"""Trees of every kind against the judge: whatever a tree says, no plan is cut off."""

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.bound import bound_millipoints
from optimizer.branching import TreeChecker, tree_bound
from optimizer.certificate import Certificate
from optimizer.tree import Node, Split
from tests import drawn, tiny, trees
from tests.good_prices import SCALE, good_prices
from tests.zones import asks, row_of

ZERO = "0" * 64


def certificate(instance: Instance, claim: int, prices, tree, scale: int = 1) -> Certificate:
    return Certificate(instance.fingerprint(), ZERO, 0, claim, scale, prices, tree)


@tiny.examples(300)
@given(st.data())
def test_no_tree_whatsoever_goes_under_the_judges_optimum(data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    if data.draw(st.booleans()):
        scale, prices = SCALE, good_prices(instance)
    else:
        scale, prices = data.draw(drawn.certified_prices(instance))
    tree = data.draw(trees.trees(instance, scale))
    for claim in (best.value - 1, best.value, best.value - data.draw(st.integers(0, 200_000))):
        if claim >= 0:
            assert tree_bound(instance, certificate(instance, claim, prices, tree, scale)) >= best.value


@tiny.examples(80)
@given(st.data())
def test_what_is_left_out_is_no_plan_above_the_target(data):
    """Every plan above the target is still there, choice by choice, in an open leaf."""
    instance = data.draw(drawn.instances(most_lots=4))
    best = tiny.verdict(instance)
    assume(best is not None)
    prices = good_prices(instance)
    tree = data.draw(trees.trees(instance, SCALE))
    target = max(0, best.value - data.draw(st.sampled_from([1, 2, 100_000, 300_000])))
    checker = TreeChecker(instance, certificate(instance, target, prices, tree, SCALE))
    plans = [plan for plan in tiny.choices(instance) if tiny.is_feasible(instance, plan)]
    wanted = [plan for plan in plans if tiny.value(instance, plan) > target]
    for leaf in checker.open_leaves():
        sites = {name: {lots for lots, _ in found} for name, found in leaf.sites.items()}
        wanted = [
            plan
            for plan in wanted
            if not all(
                plan[name] in sites[name] if name in plan else name in leaf.may_have_none
                for name in sites
            )
        ]  # fmt: skip
    assert wanted == []


def test_a_tree_of_one_leaf_proves_what_the_prices_prove():
    instance = row_of(1, asks("a", jobs_direct=10), asks("b", jobs_direct=8))
    prices = {("lot", "L1"): 900_000}
    for tree in (None, (Node({}),)):
        assert tree_bound(instance, certificate(instance, 1_000_000, prices, tree)) == 1_000_000
    assert tree_bound(instance, certificate(instance, 999_999, prices, (Node({}),))) == 1_000_000
    assert bound_millipoints(instance, certificate(instance, 0, prices, None)) == 1_000_000


def open_at(instance: Instance, target: int, tree=None):
    """What the one leaf that is open leaves, at a target."""
    (leaf,) = TreeChecker(instance, certificate(instance, target, {}, tree)).open_leaves()
    return {name: [lots for lots, _ in sites] for name, sites in leaf.sites.items()}, leaf.may_have_none


def test_what_loses_just_the_slack_stays_and_what_loses_one_more_goes():
    instance = row_of(2, asks("a", jobs_direct=10, preferred_lots=("L1",)), asks("b", jobs_direct=8), preferred_lot=50)
    both = [("L1",), ("L2",)]
    # The bound is 1,850,000; with T the slack is 1,849,999 - T.
    assert open_at(instance, 999_999) == ({"a": both, "b": both}, frozenset("b"))
    assert open_at(instance, 1_049_999) == ({"a": both, "b": both}, frozenset("b"))
    assert open_at(instance, 1_050_000) == ({"a": both, "b": both}, frozenset())
    assert open_at(instance, 1_799_999) == ({"a": both, "b": both}, frozenset())
    assert open_at(instance, 1_800_000) == ({"a": [("L1",)], "b": both}, frozenset())


def test_a_node_below_the_root_leaves_out_by_its_own_slack():
    instance = row_of(2, asks("a", jobs_direct=10, preferred_lots=("L1",)), asks("b", jobs_direct=8), preferred_lot=50)
    split = Split("granted", ("b",), (), 0, 1, 2)
    case = {("lot", "L2"): 1}
    tree = (Node({}, split), Node(case), Node({("lot", "L1"): 2_000_000, ("lot", "L2"): 2_000_000}))
    # b without a site: the bound is 1,050,001, and a loses 50,001 on L2; with T the slack is 1,050,000 - T.
    for target, sites in ((999_999, [("L1",), ("L2",)]), (1_000_000, [("L1",)])):
        leaf = next(TreeChecker(instance, certificate(instance, target, {}, tree)).open_leaves())
        assert leaf.bound == 1_050_001
        assert [lots for lots, _ in leaf.sites["a"]] == sites
        assert leaf.sites["b"] == []
