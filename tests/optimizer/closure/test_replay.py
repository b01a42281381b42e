from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.closure.flat import flat_rows
from optimizer.closure.lanes import close_packing
from optimizer.closure.packing import Packing, packing_of
from optimizer.closure.replay import bound_of
from optimizer.closure.tree import SCALE, Node, PackingProof, Prices
from tests import tiny
from tests.optimizer.closure.programs import best_by_trying, packings

NONE = Prices(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))
TRIANGLE = Packing(np.array([5, 4, 3]), ((0, 1), (1, 2), (0, 2)))


def read(program):
    return packing_of(program, flat_rows(program))


@st.composite
def trees(draw, packing):
    """A proof that nobody searched for: any prices, any branches, any value to beat."""
    cliques = tuple(packing.rows)
    count = draw(st.integers(1, 7))
    nodes = []
    for number in range(count):
        used = draw(st.lists(st.sampled_from(range(len(cliques))), unique=True)) if cliques else []
        amounts = [draw(st.integers(0, 14 * SCALE)) for _ in used]
        prices = Prices(np.array(used, dtype=np.int32), np.array(amounts, dtype=np.int64))
        steps = draw(st.sampled_from((0, 0, 3, 1000)))
        inner = 2 * number + 2 < count
        column = draw(st.integers(0, len(packing.values) - 1)) if inner else -1
        nodes.append(Node(prices, steps, column, 2 * number + 1 if inner else -1, 2 * number + 2 if inner else -1))
    return PackingProof(draw(st.integers(0, 40)), cliques, tuple(nodes))


@tiny.examples(300)
@given(packings(most=8), st.data())
def test_no_tree_whatever_bounds_under_the_judges_optimum(program, data):
    packing = read(program)
    assert bound_of(packing, data.draw(trees(packing))) >= best_by_trying(program)


@tiny.examples(60)
@given(packings(most=8), st.integers(1, 5))
def test_a_proof_of_less_than_the_optimum_is_refused_a_lower_bound(program, less):
    packing = read(program)
    chosen, proof = close_packing(packing, 30.0, 1)
    assume(packing.value(chosen) >= less)
    assert bound_of(packing, replace(proof, value=proof.value - less)) >= packing.value(chosen)


def test_a_clique_must_be_one():
    with pytest.raises(ValueError, match="clique 0 holds two columns that do not conflict"):
        bound_of(Packing(np.array([1, 1, 1]), ((0, 1), (1, 2))), PackingProof(0, ((0, 1, 2),), (Node(NONE),)))
    with pytest.raises(ValueError, match="clique 0 is not in order"):
        bound_of(TRIANGLE, PackingProof(0, ((0, 0, 1),), (Node(NONE),)))
    prices = Prices(np.array([0], dtype=np.int32), np.array([5 * SCALE]))
    assert bound_of(TRIANGLE, PackingProof(5, ((0, 1, 2),), (Node(prices),))) == 5


def test_prices_are_never_negative_nor_beyond_reach():
    for amount in (-1, 2**62):
        prices = Prices(np.array([0], dtype=np.int32), np.array([amount]))
        with pytest.raises(ValueError, match="node 0 holds a price"):
            bound_of(TRIANGLE, PackingProof(0, ((0, 1),), (Node(prices),)))


def test_a_node_is_met_once_and_exists():
    with pytest.raises(ValueError, match="node 0 is met twice"):
        bound_of(TRIANGLE, PackingProof(0, (), (Node(NONE, 0, 1, 0, 0),)))
    with pytest.raises(ValueError, match="node 9 is met twice or does not exist"):
        bound_of(TRIANGLE, PackingProof(0, (), (Node(NONE, 0, 1, 9, 9),)))


def test_an_open_branch_leaves_its_own_bound():
    assert bound_of(TRIANGLE, PackingProof(0, (), (Node(NONE),))) == 12
    assert bound_of(TRIANGLE, PackingProof(0, (), (Node(NONE, 0, 0, 1, 2), Node(NONE), Node(NONE)))) == 7
