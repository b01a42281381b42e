"""The check of a packing's proof: the tree is gone through again in whole numbers, without a solver."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from optimizer.closure.budget import CLOSED, better_packing
from optimizer.closure.flat import Flags
from optimizer.closure.packing import Packing
from optimizer.closure.tree import Clique, Node, PackingProof, Prices, Settled, nothing_settled, settle

THREADS = 2
"""Claims that columns were tried are gone through so many at a time: compiled code holds no lock of Python's."""


def flags_of(packing: Packing, cliques: tuple[Clique, ...]) -> Flags:
    """One row of flags per clique.  Raises ValueError for a set that is not a clique of conflicts."""
    held = np.zeros((len(cliques), len(packing.values)), dtype=bool)
    for number, clique in enumerate(cliques):
        columns = list(clique)
        if any(one >= two for one, two in pairwise(columns)):
            raise ValueError(f"clique {number} is not in order")
        if np.count_nonzero(packing.conflicts[np.ix_(columns, columns)]) != len(columns) * (len(columns) - 1):
            raise ValueError(f"clique {number} holds two columns that do not conflict")
        held[number, columns] = True
    return held


def bound_of(packing: Packing, proof: PackingProof) -> int:
    """What no packing can exceed, recomputed from the proof alone in whole numbers.

    It is the proof's value when every branch is closed, and otherwise the largest bound of an open one.  It bounds
    only: that the value is reached is for its packing to show.  Raises ValueError for a proof that is not one.
    """
    held = flags_of(packing, proof.cliques)
    bound = proof.value
    waiting, seen = [(0, nothing_settled(packing))], set()

    def is_closed(claim: tuple[Node, Settled, int]) -> bool:
        node, settled, _ = claim
        return better_packing(packing, held, settled, node.prices, proof.value, node.steps)[0] == CLOSED

    with ThreadPoolExecutor(THREADS) as threads:
        while waiting:
            claims = []
            while waiting:
                number, settled = waiting.pop()
                if number in seen or not 0 <= number < len(proof.nodes):
                    raise ValueError(f"node {number} is met twice or does not exist")
                seen.add(number)
                node = proof.nodes[number]
                _refuse_unusable(number, node.prices, len(held))
                here, settled = settle(packing, held, settled, node.prices, proof.value)
                if here > proof.value:
                    claims.append((node, settled, here))
            tried = threads.map(is_closed, [claim for claim in claims if claim[0].steps])
            for node, settled, here in claims:
                if node.steps and next(tried):
                    continue
                if node.column < 0 or node.one < 0 or node.zero < 0:
                    bound = max(bound, here)
                    continue
                waiting.append((node.zero, settled.with_zero(node.column)))
                waiting.append((node.one, settled.with_one(node.column, packing.conflicts)))
    return bound


def _refuse_unusable(number: int, prices: Prices, cliques: int) -> None:
    if (prices.amounts < 0).any() or int(prices.amounts.max(initial=0)) >= 2**61 // max(cliques, 1):
        raise ValueError(f"node {number} holds a price below 0 or beyond reach")
