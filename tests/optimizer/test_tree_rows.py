"""The rows of a tree, choice by choice, against what prices say that each pays."""

from hypothesis import given
from hypothesis import strategies as st

from optimizer.prices import prices_of
from optimizer.survivors import Survivors
from optimizer.tree import Node
from optimizer.tree_rows import TreeRows
from tests import drawn, tiny, trees


def everything(instance) -> tuple[Survivors, list[tuple[str, str, str, str]]]:
    """Every placement and every link of covered sectors, whatever it is worth."""
    left, links = Survivors(0), []
    sites = tiny.placements(instance)
    for each in instance.applicants:
        left.add_applicant(each.applicant_id, each.sector, [(lots, 0) for lots in sites[each.applicant_id]], True)
    names = [sector.sector_id for sector in instance.policy.sectors]
    for pair in instance.neighbours:
        covered = [
            (one, two)
            for one in names
            for two in names
            if (pair.lot_a, one) in left.ends and (pair.lot_b, two) in left.ends
        ]
        left.add_pair(pair.lot_a, pair.lot_b, [(one, two, 0) for one, two in covered])
        links += [(pair.lot_a, pair.lot_b, one, two) for one, two in covered]
    left.settle()
    return left, links


@tiny.examples(150)
@given(st.data())
def test_a_row_is_paid_by_just_those_who_pay_its_price(data):
    instance = data.draw(drawn.instances())
    keys = data.draw(st.lists(drawn.row_keys(instance), min_size=1, max_size=6))
    left, links = everything(instance)
    rows = TreeRows(instance, [Node(dict.fromkeys(keys, 1))])
    rows.attach(left)
    for key in keys:
        prices, row = prices_of(instance, {key: 1}), rows.row(key)
        paid = {number: used for used, numbers in row.uses for number in numbers}
        for number, lots in enumerate(left.lots):
            assert paid.get(number, 0) == prices.cost(instance.applicant[left.owners[left.owner[number]]], lots)
        for number, link in enumerate(links, len(left.lots)):
            assert paid.get(number, 0) == prices.of_link(*link)
        assert row.most == prices.constant
        assert row.owners == {left.owner[number] for number in paid}


@tiny.examples(80)
@given(st.data())
def test_a_case_counts_what_its_split_counts(data):
    instance = data.draw(drawn.instances())
    split = data.draw(trees.splits(instance, 1, 2))
    left, _ = everything(instance)
    rows = TreeRows(instance, [Node({}, split), Node({}), Node({})])
    rows.attach(left)
    for is_below in (True, False):
        rows.enter(0, split, is_below)
        row = rows.row(("branch", "0"))
        paid = {number: used for used, numbers in row.uses for number in numbers}
        assert row.most == (split.most if is_below else -split.most - 1)
        for number, lots in enumerate(left.lots):
            holder = instance.applicant[left.owners[left.owner[number]]]
            if split.kind == "granted":
                counted = int(holder.applicant_id in split.names)
            else:
                counted = len(set(lots) & set(split.names)) if holder.sector in split.sectors else 0
            assert paid.get(number, 0) == (counted if is_below else -counted)
