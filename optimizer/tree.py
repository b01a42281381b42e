"""The tree of a certificate: splits into two cases that cover every plan, each with its own prices.

docs/certificate.md says what each node means; optimizer/branching.py evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.row_names import BRANCH, LARGEST, CertificateError, Key, check_key, check_whole, kind_of, read_prices

MOST_NODES = 2**20
SPLIT_LENGTH = {"cover": 6, "granted": 5}
"""How many items a split of each kind has in the file."""


@dataclass(frozen=True, slots=True)
class Split:
    """Two cases: at most `most` of something, or more.

    kind "cover": of the lots in `names`, those held by a tenant whose sector is in `sectors`.  kind "granted": of the
    applicants in `names`, those that hold a site.  below, above: the nodes of "at most `most`" and of "`most` + 1 or
    more".  Names and sectors are sorted.  Raises CertificateError.
    """

    kind: str
    names: tuple[str, ...]
    sectors: tuple[str, ...]
    most: int
    below: int
    above: int

    def __post_init__(self) -> None:
        if self.kind not in SPLIT_LENGTH:
            raise CertificateError("bad_split", f"There is no split of the kind {str(self.kind)[:40]!r}.")
        _check_names("the names of a split", self.names)
        if self.kind == "cover":
            _check_names("the sectors of a split", self.sectors)
        elif self.sectors:
            raise CertificateError("bad_split", "A split of the kind 'granted' names no sectors.")
        check_whole("the most of a split", self.most, 0, len(self.names) - 1)
        for field in ("below", "above"):
            check_whole(f"the node {field} a split", getattr(self, field), 1, MOST_NODES)

    def document(self) -> list[Any]:
        """The split as JSON values."""
        named = [list(self.names), list(self.sectors)] if self.kind == "cover" else [list(self.names)]
        return [self.kind, *named, self.most, self.below, self.above]


@dataclass(frozen=True, slots=True)
class Node:
    """One case: the prices that differ from those of the node above (0: no longer priced), and how it splits further.

    Prices are in 1/scale millipoints per unit of their row.  The row ("branch", "3") is the case that node 3's split
    made on the way here.  A leaf has no split.  Raises CertificateError.
    """

    prices: Mapping[Key, int]
    split: Split | None = None

    def __post_init__(self) -> None:
        for key, price in self.prices.items():
            check_key(key, may_branch=True)
            if type(price) is not int or not 0 <= price <= LARGEST:
                check_whole(f"the price of {' '.join(key)[:120]}", price, 0)

    def document(self) -> dict[str, Any]:
        """The node as JSON values, prices in sorted order."""
        return {
            "prices": [[*key, price] for key, price in sorted(self.prices.items())],
            "split": None if self.split is None else self.split.document(),
        }


def tree_from(document: object) -> tuple[Node, ...] | None:
    """Read a tree from JSON values; None for no tree.  Raises CertificateError for anything but the exact format."""
    if document is None:
        return None
    if not isinstance(document, list):
        raise CertificateError("not_a_list", f"'tree' is {kind_of(document)}, not a list.")
    return tuple(_node(number, each) for number, each in enumerate(document)) or None


def check_shape(tree: Sequence[Node]) -> None:
    """Raises CertificateError unless the nodes are one tree.

    Children stand after the node that they split, node 0 is the only one without such a node, and every other has one
    only; a node prices only the splits above it.
    """
    if len(tree) > MOST_NODES:
        raise CertificateError("bad_tree", f"The tree has {len(tree)} nodes, over {MOST_NODES}.")
    parents: dict[int, int] = {}
    for number, node in enumerate(tree):
        for child in (node.split.below, node.split.above) if node.split else ():
            if not number < child < len(tree):
                raise CertificateError("bad_tree", f"Node {number} splits into node {child}, which is not after it.")
            if child in parents:
                raise CertificateError(
                    "bad_tree", f"Node {child} stands below two nodes, {parents[child]} and {number}."
                )
            parents[child] = number
    orphans = [number for number in range(1, len(tree)) if number not in parents]
    if orphans:
        raise CertificateError("bad_tree", f"Node {orphans[0]} stands below no node.")
    _check_branches(tree)


def _check_branches(tree: Sequence[Node]) -> None:
    above: set[int] = set()
    waiting = [(0, False)] if tree else []
    while waiting:
        number, is_left = waiting.pop()
        split = tree[number].split
        if is_left:
            above.discard(number)
            continue
        for key in tree[number].prices:
            if key[0] == BRANCH and int(key[1]) not in above:
                said = f"Node {number} prices the split of node {key[1]}, which is not above it."
                raise CertificateError("bad_branch", said)
        if split is not None:
            above.add(number)
            waiting += [(number, True), (split.above, False), (split.below, False)]


def _node(number: int, document: object) -> Node:
    where = f"node {number}"
    if not isinstance(document, dict) or document.keys() != {"prices", "split"}:
        raise CertificateError("bad_node", f"{where} is not an object with the keys 'prices' and 'split'.")
    prices = read_prices(document["prices"], f"'prices' of {where}", may_branch=True)
    split = document["split"]
    if split is None:
        return Node(prices)
    is_list = isinstance(split, list) and bool(split) and isinstance(split[0], str)
    if not is_list or len(split) != SPLIT_LENGTH.get(split[0], -1):
        raise CertificateError(
            "bad_split", f"The split of {where} is {str(split)[:80]}, neither a cover nor a granted."
        )
    lists = split[1:-3]
    if not all(isinstance(each, list) for each in lists):
        raise CertificateError("bad_split", f"The split of {where} does not name its lots or applicants in lists.")
    names, sectors = tuple(lists[0]), tuple(lists[1]) if len(lists) > 1 else ()
    return Node(prices, Split(split[0], names, sectors, *split[-3:]))


def _check_names(what: str, names: tuple[str, ...]) -> None:
    if not names or not all(isinstance(each, str) for each in names):
        raise CertificateError("bad_split", f"{what} are {str(list(names))[:80]}, not a list of ids.")
    if list(names) != sorted(set(names)):
        raise CertificateError("bad_split", f"{what} are not sorted, each once: {str(list(names))[:80]}.")
