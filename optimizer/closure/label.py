"""The best labelling with its proof: messages bound it, labels that cannot be part of a better one go, the rest is
eliminated node by node; where that would take tables too large, one node's labels are taken in turn.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.closure.elimination import best_labels, elimination_order
from optimizer.closure.flat import Flags, Ints
from optimizer.closure.labelling import Labelling
from optimizer.closure.messages import SCALE, bound_of_labels, no_messages, sweep, worth_keeping

SWEEPS, MOST_SWEEPS = 10, 400
LEAST_GAIN_PERMILLE = 5
"""Part of the room between bound and value that ten sweeps must close to be followed by others."""


@dataclass(frozen=True, eq=False)
class LabellingProof:
    """A step of a proof: with these messages, labels go with which nothing is worth more than `value`.

    Of what is left, `rest` is the proof; or the node `split` has each of its labels left taken in turn, `cases`; or,
    with neither, all nodes are eliminated.
    """

    messages: Ints
    value: int
    rest: LabellingProof | None = None
    split: int = -1
    cases: tuple[LabellingProof | None, ...] = ()


def bound_of_labelling(labelling: Labelling, proof: LabellingProof | None, value: int) -> int:
    """What no labelling can exceed if `value` is reached, recomputed from the proof in whole numbers without a solver.

    It is `value` when the proof is complete.  None in place of a proof is one without messages that goes no further.
    Raises ValueError for a step that lets go of labels with which more than `value` could be reached.
    """
    messages = no_messages(labelling) if proof is None else proof.messages
    bound, with_label = bound_of_labels(labelling, messages)
    if bound // SCALE <= value:
        return value
    if proof is None:
        return bound // SCALE
    if proof.value > value:
        raise ValueError(f"a step drops labels worth up to {proof.value}, over {value}")
    alive = worth_keeping(with_label, proof.value)
    if not _each_keeps_one(labelling, alive):
        return value
    left = labelling.restricted(alive)
    if proof.rest is not None:
        return min(bound_of_labelling(left, proof.rest, value), bound // SCALE)
    if proof.split >= 0:
        cases = zip(_cases(left, proof.split), proof.cases, strict=True)
        return min(max(bound_of_labelling(case, each, value) for case, each in cases), bound // SCALE)
    order = elimination_order(left)
    return bound // SCALE if order is None else max(best_labels(left, order)[0], value)


class Labeller:
    """One search; `labels` is the best labelling found and `value` its value."""

    def __init__(self, labelling: Labelling, deadline: float) -> None:
        self._whole, self._deadline = labelling, deadline
        self.labels = np.array(
            [
                np.argmax(labelling.worth[first:last])
                for first, last in zip(labelling.first_label[:-1], labelling.first_label[1:], strict=True)
            ],
            dtype=np.int64,
        )
        self.value = labelling.value(self.labels)

    def prove(self, labelling: Labelling, kept: Ints, messages: Ints) -> LabellingProof | None:
        """A proof for what is left of the whole.  kept: for each label left, its number among its node's labels."""
        self._sweep(labelling, kept, messages)
        bound, with_label = bound_of_labels(labelling, messages)
        alive = worth_keeping(with_label, self.value)
        proof = LabellingProof(messages, self.value)
        if bound // SCALE <= self.value or not _each_keeps_one(labelling, alive):
            return proof
        if time.monotonic() > self._deadline:
            return replace(proof, split=0, cases=(None,) * int(np.count_nonzero(alive[: labelling.first_label[1]])))
        left, kept = labelling.restricted(alive), kept[alive]
        order = elimination_order(left)
        if order is not None:
            self._offer(left, kept, best_labels(left, order)[1])
            return proof
        if len(left.worth) < 0.9 * len(labelling.worth):
            return replace(proof, rest=self.prove(left, kept, no_messages(left)))
        node = _busiest(left)
        flags = [np.repeat(np.arange(left.nodes), left.sizes) != node for _ in range(int(left.sizes[node]))]
        cases = []
        for number, each in enumerate(flags):
            each[left.first_label[node] + number] = True
            case = left.restricted(each)
            cases.append(self.prove(case, kept[each], no_messages(case)))
        return replace(proof, split=node, cases=tuple(cases))

    def _sweep(self, labelling: Labelling, kept: Ints, messages: Ints) -> None:
        """Sweep while it pays, or until what is left can be eliminated."""
        before = None
        for _ in range(MOST_SWEEPS // SWEEPS):
            self._offer(labelling, kept, sweep(labelling, messages, SWEEPS))
            bound, with_label = bound_of_labels(labelling, messages)
            alive = worth_keeping(with_label, self.value)
            room = bound // SCALE - self.value
            if room <= 0 or not _each_keeps_one(labelling, alive) or time.monotonic() > self._deadline:
                return
            if before is not None and 1000 * (before - room) < LEAST_GAIN_PERMILLE * before:
                return
            if elimination_order(labelling.restricted(alive)) is not None:
                return
            before = room

    def _offer(self, labelling: Labelling, kept: Ints, labels: Ints) -> None:
        """Keep the labels if they are better."""
        whole = kept[labelling.first_label[:-1] + labels]
        if self._whole.value(whole) > self.value:
            self.labels, self.value = whole, self._whole.value(whole)


def _each_keeps_one(labelling: Labelling, alive: Flags) -> bool:
    return labelling.nodes == 0 or bool(np.logical_or.reduceat(alive, labelling.first_label[:-1]).all())


def _cases(labelling: Labelling, node: int) -> list[Labelling]:
    """The labelling with each label of the node in turn as its only one."""
    other = np.repeat(np.arange(labelling.nodes), labelling.sizes) != node
    found = []
    for place in range(int(labelling.first_label[node]), int(labelling.first_label[node + 1])):
        alive = other.copy()
        alive[place] = True
        found.append(labelling.restricted(alive))
    return found


def _busiest(labelling: Labelling) -> int:
    """The node of most labels and, among these, of most pairs with nodes of several labels."""
    sizes = labelling.sizes
    open_pairs = labelling.pairs[(sizes[labelling.pairs] > 1).all(axis=1)]
    degrees = np.bincount(open_pairs.ravel(), minlength=labelling.nodes)
    return int(np.lexsort((np.arange(labelling.nodes), -degrees, -sizes * (degrees > 0)))[0])


def close_labelling(labelling: Labelling, seconds: float) -> tuple[Ints, LabellingProof | None]:
    """(labels of the best labelling found, its proof) within the seconds; the proof may leave cases open."""
    search = Labeller(labelling, time.monotonic() + seconds)
    within = np.arange(len(labelling.worth)) - np.repeat(labelling.first_label[:-1], labelling.sizes)
    proof = search.prove(labelling, within, no_messages(labelling))
    return search.labels, proof
