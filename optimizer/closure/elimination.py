"""The best labelling by eliminating node after node: exact, in whole numbers, where the tables stay small."""

from __future__ import annotations

import numpy as np

from optimizer.closure.flat import Ints
from optimizer.closure.labelling import Labelling

MOST_CELLS = 2**21
"""No table grows larger."""


def elimination_order(labelling: Labelling) -> list[int] | None:
    """Nodes in the order of elimination, the smallest table first; None when a table would grow too large."""
    sizes = labelling.sizes.tolist()
    beside: dict[int, set[int]] = {node: set() for node in range(labelling.nodes)}
    for one, two in labelling.pairs.tolist():
        if sizes[one] > 1 and sizes[two] > 1:
            beside[one].add(two)
            beside[two].add(one)
    cells = {node: _product([sizes[node], *(sizes[other] for other in near)]) for node, near in beside.items()}
    order = []
    while cells:
        node = min(cells, key=lambda each: (cells[each], each))
        if cells[node] > MOST_CELLS:
            return None
        order.append(node)
        del cells[node]
        near = beside.pop(node)
        for other in near:
            beside[other] |= near
            beside[other] -= {node, other}
        for other in near:
            cells[other] = _product([sizes[other], *(sizes[each] for each in beside[other])])
    return order


def best_labels(labelling: Labelling, order: list[int]) -> tuple[int, Ints]:
    """(value, labels) of the best labelling, eliminating the nodes in this order."""
    factors: dict[int, list[tuple[tuple[int, ...], Ints]]] = {node: [] for node in range(labelling.nodes)}
    rank = {node: number for number, node in enumerate(order)}
    for node in range(labelling.nodes):
        factors[node].append(((node,), labelling.worth[labelling.first_label[node] : labelling.first_label[node + 1]]))
    for pair, ends in enumerate(labelling.pairs.tolist()):
        one, two = ends
        if labelling.sizes[one] == 1:
            factors[two].append(((two,), labelling.table(pair)[0]))
        elif labelling.sizes[two] == 1:
            factors[one].append(((one,), labelling.table(pair)[:, 0]))
        else:
            factors[min(ends, key=rank.__getitem__)].append(((one, two), labelling.table(pair)))
    value = 0
    summed: list[tuple[int, tuple[int, ...], Ints]] = []
    for node in order:
        scope, total = _summed(factors.pop(node), labelling.sizes.tolist())
        scope, total = (node, *(each for each in scope if each != node)), np.moveaxis(total, scope.index(node), 0)
        keep = [0, *(axis for axis in range(1, len(scope)) if total.shape[axis] > 1)]
        scope, total = tuple(scope[axis] for axis in keep), total.reshape([total.shape[axis] for axis in keep])
        summed.append((node, scope, total))
        rest = total.max(axis=0)
        if len(scope) == 1:
            value += int(rest)
        else:
            factors[min(scope[1:], key=rank.__getitem__)].append((scope[1:], rest))
    labels = np.zeros(labelling.nodes, dtype=np.int64)
    for node, scope, total in reversed(summed):
        labels[node] = np.argmax(total[(slice(None), *(labels[other] for other in scope[1:]))])
    return value, labels


def _summed(factors: list[tuple[tuple[int, ...], Ints]], sizes: list[int]) -> tuple[tuple[int, ...], Ints]:
    """The sum of tables over all their nodes together."""
    scope = tuple(sorted({node for nodes, _ in factors for node in nodes}))
    total = np.zeros([sizes[node] for node in scope], dtype=np.int64)
    for nodes, table in factors:
        ordered = np.transpose(table, np.argsort(nodes)) if len(nodes) > 1 else table
        total += ordered.reshape([sizes[node] if node in nodes else 1 for node in scope])
    return scope, total


def _product(numbers: list[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
