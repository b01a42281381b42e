"""The exact bound of a certificate with a tree: every node evaluated in whole numbers, without any solver.

docs/certificate.md says in its section on the tree what a node is worth.  Nodes are gone through depth first; each
changes only what differs from the node above, and is undone on the way back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.bound import Cover, best_choices, bound_millipoints, choices
from optimizer.certificate import Certificate
from optimizer.row_names import Key
from optimizer.survivors import Lots, State, Survivors
from optimizer.tree import Node, Split
from optimizer.tree_rows import TreeRows

_State = tuple[State, dict[Key, int]]
_Waiting = tuple[int, int, _State]
"""A node, the node above it, and what was left there."""


@dataclass(frozen=True, slots=True)
class Open:
    """What an open leaf leaves to choose, in 1/scale millipoints.

    bound: what the best choices bring together.  sites: for each applicant its sites and their gains.  may_have_none:
    the applicants that may also take nothing, for 0.
    """

    bound: int
    sites: Mapping[str, list[tuple[Lots, int]]]
    may_have_none: frozenset[str]


def tree_bound(instance: Instance, certificate: Certificate) -> int:
    """Whole millipoints that no feasible plan exceeds, by the certificate's prices and its tree.

    With a tree, what no plan above the certificate's claim can need is left out: the result is never under the claim,
    and it is the claim when every leaf is proved.  Raises CertificateError for a row or a split that the instance does
    not have.
    """
    if certificate.tree is None:
        return bound_millipoints(instance, certificate)
    proved = certificate.bound_millipoints
    for _, bound in TreeChecker(instance, certificate).leaves():
        if bound is not None:
            proved = max(proved, bound // certificate.scale)
    return proved


class TreeChecker:
    """Evaluates the nodes of a certificate's tree; a certificate without tree has one node.

    target: what is to be proved, in millipoints; the certificate's own claim when it is None.  Raises CertificateError
    for a row or a split that the instance does not have.
    """

    def __init__(self, instance: Instance, certificate: Certificate, target: int | None = None) -> None:
        self.instance, self.scale = instance, certificate.scale
        self.tree: tuple[Node, ...] = certificate.tree or (Node({}),)
        self.threshold = self.scale * (1 + (certificate.bound_millipoints if target is None else target))
        """What a plan above the target is worth at least, in 1/scale millipoints."""
        self._rows = TreeRows(instance, self.tree)
        self._prices: dict[Key, int] = {**certificate.prices, **self.tree[0].prices}

    def leaves(self) -> Iterator[tuple[int, int | None]]:
        """Number and proven bound, in 1/scale millipoints, of each leaf, and of each closed node instead of its leaves.

        The bound is None where no plan is left.  A node is closed when its bound is under the threshold.
        """
        bound = self._root()
        yield from self._finished(0, bound)
        waiting = self._children(0, bound)
        while waiting:
            number, parent, state = waiting.pop()
            self._return_to(state)
            found = self._enter(number, parent)
            yield from self._finished(number, found)
            waiting += self._children(number, found)

    def open_leaves(self) -> Iterator[Open]:
        """What each leaf that is not closed leaves to choose: together, every plan above the target."""
        for _, bound in self.leaves():
            if bound is not None and bound >= self.threshold:
                left = self.survivors
                names = left.owners[: left.applicants]
                yield Open(
                    left.total,
                    {
                        name: [(left.lots[each], left.gain[each]) for each in left.choices[owner]]
                        for owner, name in enumerate(names)
                    },
                    frozenset(name for owner, name in enumerate(names) if left.may_have_none(owner)),
                )

    def _finished(self, number: int, bound: int | None) -> Iterator[tuple[int, int | None]]:
        if bound is None or bound < self.threshold or self.tree[number].split is None:
            yield number, bound

    def _children(self, number: int, bound: int | None) -> list[_Waiting]:
        split = self.tree[number].split
        if bound is None or bound < self.threshold or split is None:
            return []
        state = self.survivors.state(), self._prices
        return [(split.above, number, state), (split.below, number, state)]

    def _return_to(self, state: _State) -> None:
        self.survivors.restore(state[0])
        self._prices = state[1].copy()

    def _root(self) -> int:
        """Node 0's bound, over every placement; what is left of it is then kept in lists."""
        started = choices(self.instance, {key: price for key, price in self._prices.items() if price}, self.scale)
        best = best_choices(started)
        self.survivors = left = Survivors(started.prices.constant)
        slack = best.total - self.threshold
        if slack < 0:
            return best.total
        seen: Cover = defaultdict(set)
        for applicant, numbers, gains in started.gains(seen):
            most = best.of[applicant.applicant_id]
            sites = zip(numbers, gains, strict=True)
            kept = [(started.lots(applicant, number), gain) for number, gain in sites if most - gain <= slack]
            may_have_none = not applicant.is_pinned and most <= slack
            left.add_applicant(applicant.applicant_id, applicant.sector, kept, may_have_none)
        for pair in self.instance.neighbours:
            links = list(started.links(pair, best.covered))
            most = max((gain for *_, gain in links if gain > 0), default=0)
            left.add_pair(pair.lot_a, pair.lot_b, [link for link in links if most - link[2] <= slack])
        left.settle()
        self._rows.attach(left)
        return left.total

    def _enter(self, number: int, parent: int) -> int | None:
        """The node's bound, or None when no plan is left."""
        left, split = self.survivors, self.tree[parent].split
        assert split is not None
        self._restrict(parent, split, split.below == number)
        for key, price in self.tree[number].prices.items():
            change = price - self._prices.get(key, 0)
            if change:
                left.charge(change, self._rows.row(key))
                self._prices[key] = price
        left.settle()
        if left.is_stuck:
            return None
        if left.total >= self.threshold:
            left.drop_by_loss(left.total - self.threshold)
            left.settle()
        return left.total

    def _restrict(self, parent: int, split: Split, is_below: bool) -> None:
        """Enter a case; where it allows none of what is named, or asks for all, leave out what it excludes."""
        left, rows = self.survivors, self._rows
        rows.enter(parent, split, is_below)
        if is_below and split.most == 0:
            excluded = list(rows.named(split))
        elif not is_below and split.most + 1 == len(split.names):
            excluded = list(rows.others(split)) if split.kind == "cover" else []
            for owner in rows.owners(split) if split.kind == "granted" else ():
                left.grant(owner)
        else:
            return
        for number in excluded:
            left.drop(number)
