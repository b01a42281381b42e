"""What is in conflict, against brute force: conflicts are minimal, screens are true, remedies suffice and are least."""

from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.faults import InstanceError
from instances.instance import Instance
from optimizer.conflict.case import Case, changed, groups_of, without_pins
from optimizer.conflict.change import Change
from optimizer.conflict.find import Conflict, conflict_of, screened
from optimizer.plan import Plan
from tests import tiny
from tests.optimizer.conflict.clashing import clashing, counts, is_conflict, must_grant


@tiny.examples(60)
@given(clashing())
def test_the_screens_are_true(instance):
    if screened(instance):
        assert not counts(instance, must_grant(instance))


@tiny.examples(30)
@given(clashing())
def test_a_conflict_is_found_just_where_no_plan_counts(instance):
    found = conflict_of(instance)
    assert isinstance(found, Conflict) != counts(instance, must_grant(instance))
    if isinstance(found, Plan):
        assert tiny.is_feasible(instance, found.assignments)


@tiny.examples(25)
@given(clashing())
def test_clashes_are_conflicts_and_none_of_their_rules_can_be_spared(instance):
    found = conflict_of(instance)
    assume(isinstance(found, Conflict))
    assert found.kind == ("only_empty" if must_grant(instance) else "no_plan")
    seen = set()
    for clash in found.clashes:
        assert clash.is_minimal
        assert is_conflict(instance, clash.groups)
        for group in clash.groups:
            assert not is_conflict(instance, tuple(each for each in clash.groups if each != group))
        assert not seen & set(clash.groups)
        seen |= set(clash.groups)


def after(instance: Instance, changes: tuple[Change, ...]) -> Instance:
    """The instance that somebody gets who makes these changes in its files."""
    case = Case(instance)
    for each in changes:
        case = Case(without_pins(case.instance, {each.group.name})) if each.group.kind == "pin" else each.applied(case)
    return case.instance


@tiny.examples(30)
@given(clashing())
def test_remedies_suffice_and_nothing_smaller_does(instance):
    found = conflict_of(instance)
    assume(isinstance(found, Conflict))
    granting = must_grant(instance)
    for remedy in found.remedies:
        assert counts(after(instance, remedy.changes), granting)
        if len({each.group.kind for each in remedy.changes}) > 1 and len(remedy.changes) > 1:
            continue
        if all(each.group.kind == "pin" for each in remedy.changes):
            pins = [each.name for each in groups_of(instance) if each.kind == "pin"]
            for fewer in combinations(pins, len(remedy.changes) - 1):
                assert not counts(without_pins(instance, fewer), granting)
            continue
        if len(remedy.changes) > 1:
            continue
        change = remedy.changes[0]
        assert change.least in ("proved", "claimed")
        for smaller in less_than(change, instance):
            try:
                trial = after(instance, (smaller,))
            except InstanceError:
                continue
            assert not counts(trial, granting), (change, smaller)


def less_than(change: Change, instance: Instance):
    if change.group.kind == "separation":
        kinds = instance.policy.separation
        return [replace(change, names=kept) for kept in combinations(kinds, len(change.names) + 1)]
    step = 1 if change.to > change.was else -1
    return [replace(change, to=each) for each in range(change.was, change.to, step)]


@tiny.examples(25)
@given(clashing())
def test_a_rule_whose_change_alone_would_suffice_is_among_the_remedies(instance):
    found = conflict_of(instance)
    assume(isinstance(found, Conflict))
    offered = {remedy.changes[0].group for remedy in found.remedies if len(remedy.changes) == 1}
    for group in groups_of(instance):
        if group.kind != "pin":
            loose = changed(Case(instance), group, () if group.kind == "separation" else None).instance
            assert (group in offered) == counts(loose, must_grant(instance))


@tiny.examples(12)
@given(clashing(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(instance, random):
    parts = [list(each) for each in (instance.lots, instance.neighbours, instance.applicants)]
    for part in parts:
        random.shuffle(part)
    again = Instance(*(tuple(part) for part in parts), instance.policy)
    one, two = conflict_of(instance), conflict_of(again)
    assert type(one) is type(two)
    if isinstance(one, Conflict):
        assert one.document() == two.document()
