"""Two searches on two threads share one tree, in rounds that end after the same nodes however fast each thread is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations

import numpy as np

from optimizer.closure.branch import Branching
from optimizer.closure.packing import Packing
from optimizer.closure.tree import Clique, Node, PackingProof, Prices

NODES_A_ROUND = 8
"""Nodes that a search visits before it hears of the other's best packing and may be given some of its nodes."""
Place = tuple[int, int]
"""Which search, and the number of a node in it."""
Moves = dict[Place, Place]


def close_packing(packing: Packing, seconds: float, seed: int) -> tuple[tuple[int, ...], PackingProof]:
    """(columns of the best packing found, its proof) within the seconds; the proof may leave branches open.

    The same arguments always give the same, unless the time ran out.
    """
    deadline = time.monotonic() + seconds
    first = Branching(packing, seed)
    first.start()
    while len(first.waiting) == 1 and time.monotonic() < deadline:
        first.visit(1, deadline)
    if len(first.waiting) < 2:
        return first.chosen, _joined([first], {})
    lanes, moves = [first, first.partner()], Moves()
    with ThreadPoolExecutor(len(lanes)) as threads:
        while any(lane.waiting for lane in lanes) and time.monotonic() < deadline:
            _even_out(lanes, moves)
            for visiting in [threads.submit(lane.visit, NODES_A_ROUND, deadline) for lane in lanes]:
                visiting.result()
            for one, other in permutations(lanes):
                one.learn(other)
    return first.chosen, _joined(lanes, moves)


def _even_out(lanes: Sequence[Branching], moves: Moves) -> None:
    """Give a search that has no node left the oldest of the other's, which is likely the largest."""
    for taking, taker in enumerate(lanes):
        giver = lanes[1 - taking]
        if not taker.waiting and len(giver.waiting) > 1:
            number, settled = giver.waiting.pop(0)
            moves[1 - taking, number] = taking, taker.wait_for(settled)


def _joined(lanes: Sequence[Branching], moves: Moves) -> PackingProof:
    """The trees of the searches as one, under the best value of both."""
    cliques: dict[Clique, int] = {}
    renumbered = [
        np.array([cliques.setdefault(clique, len(cliques)) for clique in lane.cliques], dtype=np.int32)
        for lane in lanes
    ]
    unseen = {(index, number) for index, lane in enumerate(lanes) for number, _ in lane.waiting}
    nodes: list[Node] = []
    places: list[Place] = [(0, 0)]
    for place in places:  # which grows: children come after their parents
        index, number = _last(place, moves, unseen)
        node = lanes[index].nodes[number]
        prices = Prices(renumbered[index][node.prices.cliques], node.prices.amounts)
        one, zero = node.one, node.zero
        if node.column >= 0:
            places += [(index, node.one), (index, node.zero)]
            one, zero = len(places) - 2, len(places) - 1
        nodes.append(replace(node, prices=prices, one=one, zero=zero))
    return PackingProof(max(lane.value for lane in lanes), tuple(cliques), tuple(nodes))


def _last(place: Place, moves: Moves, unseen: set[Place]) -> Place:
    """Where a node was visited; where it began, with the prices of its parent, when it never was."""
    last = place
    while last in moves:
        last = moves[last]
    return place if last in unseen else last
