"""Conflicts in which the limit on changes of an earlier plan has a part, against brute force."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.conflict.case import groups_of
from optimizer.conflict.find import Conflict, conflict_of
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.optimizer.conflict.clashing import counts, is_conflict, must_grant
from tests.optimizer.conflict.test_find import after, less_than
from tests.zones import asks, row_of


@st.composite
def revisions(draw) -> Instance:
    """Revisions that allow next to no changes, so that sites which no longer fit stand in the way."""
    instance = draw(drawn.revised(4))
    return replace(instance, policy=replace(instance.policy, most_changes=draw(st.sampled_from((0, 0, 1)))))


@tiny.examples(30)
@given(revisions())
def test_a_conflict_is_found_just_where_no_plan_counts_and_none_of_its_rules_can_be_spared(instance):
    found = conflict_of(instance)
    assert isinstance(found, Conflict) != counts(instance, must_grant(instance))
    if isinstance(found, Plan):
        assert tiny.is_feasible(instance, found.assignments)
        return
    for clash in found.clashes:
        assert is_conflict(instance, clash.groups)
        for group in clash.groups:
            assert not is_conflict(instance, tuple(each for each in clash.groups if each != group))


@tiny.examples(30)
@given(revisions())
def test_more_changes_are_offered_where_they_mend_and_no_more_than_needed(instance):
    found = conflict_of(instance)
    assume(isinstance(found, Conflict))
    assert [group.kind for group in groups_of(instance)].count("changes") == 1
    for remedy in found.remedies:
        if [each.group.kind for each in remedy.changes] != ["changes"]:
            continue
        (change,) = remedy.changes
        assert counts(after(instance, remedy.changes), must_grant(instance))
        for smaller in less_than(change, instance):
            assert not counts(after(instance, (smaller,)), must_grant(instance))


def test_a_site_that_no_longer_fits_needs_one_change():
    holder = asks("a", area_min_m2=900, area_max_m2=1000, earlier_lots=("L1",))
    found = conflict_of(row_of(2, holder, asks("b"), most_changes=0))
    assert isinstance(found, Conflict)
    (clash,) = found.clashes
    assert [group.kind for group in clash.groups] == ["changes"]
    ((change,),) = (remedy.changes for remedy in found.remedies)
    assert (change.group.kind, change.was, change.to) == ("changes", 0, 1)
