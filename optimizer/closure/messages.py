"""Bounds on labellings by messages: whole numbers passed between pairs and nodes, sweep after sweep.

A message moves value from a pair to one label of one of its nodes and changes no labelling's value.  So whatever the
messages are, the best of each node and of each pair alone add up to a bound.  Counted in 1/SCALE of a unit.
Source: Kolmogorov (2006), IEEE TPAMI 28(10), 1568-1583, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from optimizer.closure.flat import Flags, Ints
from optimizer.closure.labelling import Labelling

SCALE = 2**10


@dataclass(frozen=True, eq=False)
class Links:
    """Which pairs meet at each node, and where each pair's messages begin: first those to its smaller node."""

    first: Ints
    pair: Ints
    first_message: Ints


def links_of(labelling: Labelling) -> Links:
    """The links of a labelling."""
    ends = labelling.pairs.T.ravel()
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(labelling.nodes + 1))
    lengths = labelling.sizes[labelling.pairs].sum(axis=1) if len(labelling.pairs) else np.zeros(0, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    pair = order % max(len(labelling.pairs), 1)
    return Links(first.astype(np.int64), pair.astype(np.int64), starts.astype(np.int64))


def no_messages(labelling: Labelling) -> Ints:
    """Messages that move nothing."""
    return np.zeros(links_of(labelling).first_message[-1], dtype=np.int64)


def sweep(labelling: Labelling, messages: Ints, sweeps: int) -> Ints:
    """Improve the messages in place, there and back `sweeps` times; the labels read off on the way."""
    links = links_of(labelling)
    labels = np.zeros(labelling.nodes, dtype=np.int64)
    _sweep(
        labelling.first_label, labelling.worth, labelling.pairs, labelling.first_cell, labelling.tables,
        links.first, links.pair, links.first_message, messages, labels, sweeps,
    )  # fmt: skip
    return labels


def bound_of_labels(labelling: Labelling, messages: Ints) -> tuple[int, Ints]:
    """(bound, for each label what no labelling with it can exceed), in 1/SCALE of a unit."""
    links = links_of(labelling)
    worth, tables = labelling.worth * SCALE, labelling.tables * SCALE
    one, two = labelling.ends()
    sizes = labelling.sizes
    pair = np.repeat(np.arange(len(labelling.pairs)), np.diff(labelling.first_cell))
    smaller = labelling.pairs[pair, 0]
    begin = links.first_message[pair]
    to_one = begin + one - labelling.first_label[smaller]
    to_two = begin + sizes[smaller] + two - labelling.first_label[labelling.pairs[pair, 1]]
    tables = tables - messages[to_one] - messages[to_two]
    label_of_message = np.zeros(len(messages), dtype=np.int64)
    label_of_message[to_one], label_of_message[to_two] = one, two
    np.add.at(worth, label_of_message, messages)
    best_cell = np.full(len(messages), np.iinfo(np.int64).min)  # best of a pair with that label
    np.maximum.at(best_cell, to_one, tables)
    np.maximum.at(best_cell, to_two, tables)
    of_pair = np.maximum.reduceat(tables, labelling.first_cell[:-1]) if len(labelling.pairs) else tables[:0]
    of_node = np.maximum.reduceat(worth, labelling.first_label[:-1]) if labelling.nodes else worth[:0]
    bound = int(of_pair.sum()) + int(of_node.sum())
    with_label = bound + worth - np.repeat(of_node, sizes)
    pair_of_message = np.repeat(np.arange(len(labelling.pairs)), np.diff(links.first_message))
    np.add.at(with_label, label_of_message, best_cell - of_pair[pair_of_message])
    return bound, with_label


@njit(cache=True, nogil=True)
def _sweep(
    first_label: Ints, worth: Ints, pairs: Ints, first_cell: Ints, tables: Ints,
    first_link: Ints, link_pair: Ints, first_message: Ints, messages: Ints, labels: Ints, sweeps: int,
) -> None:  # fmt: skip
    nodes = len(first_label) - 1
    best = np.empty(np.max(first_label[1:] - first_label[:-1]) if nodes else 1, np.int64)
    total = np.empty_like(best)
    for turn in range(2 * sweeps):
        for index in range(nodes):
            node = index if turn % 2 == 0 else nodes - 1 - index
            size = first_label[node + 1] - first_label[node]
            earlier, later = 0, 0
            for label in range(size):
                total[label] = worth[first_label[node] + label] * SCALE
                best[label] = total[label]
            for link in range(first_link[node], first_link[node + 1]):
                pair = link_pair[link]
                is_one = pairs[pair, 0] == node
                other = pairs[pair, 1] if is_one else pairs[pair, 0]
                width = first_label[other + 1] - first_label[other]
                start, far = first_message[pair], first_message[pair]
                if is_one:
                    far += size
                else:
                    start += width
                is_earlier = (other < node) == (turn % 2 == 0)
                earlier += is_earlier
                later += not is_earlier
                cells = tables[first_cell[pair] : first_cell[pair + 1]]
                for label in range(size):
                    top = _best_cell(cells, messages[far : far + width], label, size, is_one)
                    messages[start + label] = top
                    total[label] += top
                    if is_earlier:
                        cell = label * width + labels[other] if is_one else labels[other] * size + label
                        best[label] += cells[cell] * SCALE
                    else:
                        best[label] += top
            labels[node] = np.argmax(best[:size])
            parts = max(earlier, later, 1)
            for link in range(first_link[node], first_link[node + 1]):
                pair = link_pair[link]
                is_one = pairs[pair, 0] == node
                other = pairs[pair, 1] if is_one else pairs[pair, 0]
                if (other < node) == (turn % 2 == 0):
                    continue
                start = first_message[pair]
                if not is_one:
                    start += first_label[other + 1] - first_label[other]
                for label in range(size):
                    messages[start + label] -= total[label] // parts


@njit(cache=True, nogil=True)
def _best_cell(cells: Ints, far: Ints, label: int, size: int, is_one: bool) -> int:
    """The best of a pair's cells with this label of a node, less the messages to the other node."""
    width = len(far)
    first, step = (label * width, 1) if is_one else (label, size)
    top = np.int64(-(2**62))
    for other in range(width):
        top = max(top, cells[first + step * other] * SCALE - far[other])
    return int(top)


def worth_keeping(with_label: Ints, value: int) -> Flags:
    """The labels with which a labelling can still be worth more than the value."""
    kept: Flags = with_label // SCALE > value
    return kept
