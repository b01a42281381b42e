"""Two searches end with one proof: the same each time, checked like any other, true also when it was cut short."""

from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from optimizer.closure import branch, lanes
from optimizer.closure.packing import Packing
from optimizer.closure.replay import bound_of


@dataclass
class Clock:
    """A clock that goes on by one whenever it is read."""

    ticks: count = field(default_factory=count)

    def monotonic(self):
        return next(self.ticks)


@pytest.fixture(scope="module")
def packing():
    random = np.random.default_rng(7)
    rows = tuple(tuple(sorted(random.choice(70, 7, False).tolist())) for _ in range(45))
    return Packing(random.integers(50, 60, 70), rows)


@pytest.fixture(scope="module")
def best(packing):
    """The value of the best packing, by trying all: columns in turn, taken or left, over bit sets of conflicts."""
    against = [sum(1 << int(other) for other in np.flatnonzero(row)) for row in packing.conflicts]
    values = packing.values.tolist()
    most = 0
    waiting = [(0, (1 << len(values)) - 1)]
    while waiting:
        value, left = waiting.pop()
        most = max(most, value)
        left_value = sum(values[column] for column in range(len(values)) if left >> column & 1)
        if value + left_value <= most or not left:
            continue
        column = left.bit_length() - 1
        without = left & ~(1 << column)
        waiting += [(value, without), (value + values[column], without & ~against[column])]
    return most


@pytest.fixture
def branches_much(monkeypatch):
    """Nothing is tried out and every node may go to the other search: the tree is as large as it gets."""
    monkeypatch.setattr(branch, "STRETCH", 0)
    monkeypatch.setattr(branch, "ROOT_ROUNDS", 0)
    monkeypatch.setattr(branch, "NODE_ROUNDS", 0)
    monkeypatch.setattr(lanes, "NODES_A_ROUND", 1)


@pytest.fixture
def moved(monkeypatch):
    """The nodes that went from one search to the other."""
    seen = []
    step = lanes._even_out
    monkeypatch.setattr(lanes, "_even_out", lambda of, moves: (step(of, moves), seen.append(dict(moves))))
    return lambda: seen[-1] if seen else {}


def test_nodes_go_to_and_fro_and_the_proof_is_one(packing, best, branches_much, moved):
    chosen, proof = lanes.close_packing(packing, 60.0, 1)
    assert packing.is_feasible(chosen)
    assert packing.value(chosen) == proof.value == bound_of(packing, proof) == best
    assert {giver for giver, _ in moved()} == {0, 1}
    assert len(proof.nodes) > 15


def test_the_proof_is_the_same_each_time(packing, branches_much):
    one, two = (lanes.close_packing(packing, 60.0, 1)[1] for _ in range(2))
    assert one.cliques == two.cliques
    for left, right in zip(one.nodes, two.nodes, strict=True):
        assert (left.steps, left.column, left.one, left.zero) == (right.steps, right.column, right.one, right.zero)
        assert left.prices.cliques.tolist() == right.prices.cliques.tolist()
        assert left.prices.amounts.tolist() == right.prices.amounts.tolist()


@pytest.mark.parametrize("ticks", [0, 1, 2, 5, 13, 40, 90, 200])
def test_a_tree_that_was_cut_short_bounds_all_the_same(packing, best, branches_much, monkeypatch, ticks):
    clock = Clock()
    for module in (branch, lanes):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.monotonic))
    chosen, proof = lanes.close_packing(packing, ticks, 1)
    assert packing.is_feasible(chosen)
    assert packing.value(chosen) <= best <= bound_of(packing, proof)
