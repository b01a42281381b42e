"""Strategies that draw trees for the certificates of tiny instances, and alter them."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.tree import Node, Split
from tests import drawn

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Key = tuple[str, ...]


@st.composite
def splits(draw: Draw, instance: Instance, below: int, above: int) -> Split:
    """Any two cases of the instance, with few or all of the lots or applicants."""
    lots = [lot.lot_id for lot in instance.lots]
    applicants = [each.applicant_id for each in instance.applicants]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    kind = draw(st.sampled_from(["cover", "granted"]))
    names = sorted(draw(st.sets(st.sampled_from(lots if kind == "cover" else applicants), min_size=1, max_size=3)))
    known = sorted(draw(st.sets(st.sampled_from(sectors), min_size=1))) if kind == "cover" else []
    most = draw(st.integers(0, len(names) - 1))
    return Split(kind, tuple(names), tuple(known), most, below, above)


@st.composite
def trees(draw: Draw, instance: Instance, scale: int, most_splits: int = 4) -> tuple[Node, ...]:
    """A tree in depth-first order with prices on rows that hold, some of them on the splits above."""
    stake = 200_000 * scale
    amount = st.one_of(st.just(0), st.integers(1, stake), st.integers(1, 20 * stake))
    nodes: list[Node | None] = []
    left = draw(st.integers(0, most_splits))

    def prices(above: list[int]) -> dict[Key, int]:
        keys = drawn.row_keys(instance)
        found = draw(st.dictionaries(keys, amount, max_size=5))
        for each in above:
            if draw(st.booleans()):
                found["branch", str(each)] = draw(amount)
        return found

    def grow(above: list[int]) -> int:
        nonlocal left
        number = len(nodes)
        nodes.append(None)
        patch = prices(above)
        if left > 0 and draw(st.booleans() if above else st.just(True)):
            left -= 1
            below, over = grow([*above, number]), grow([*above, number])
            nodes[number] = Node(patch, draw(splits(instance, below, over)))
        else:
            nodes[number] = Node(patch)
        return number

    grow([])
    return tuple(node for node in nodes if node is not None)


def words(instance: Instance) -> st.SearchStrategy[object]:
    """What a liar may write where something else stood."""
    lots = [lot.lot_id for lot in instance.lots]
    applicants = [each.applicant_id for each in instance.applicants]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    return st.one_of(
        st.integers(-3, 8), st.integers(0, 2**40), st.sampled_from([*lots, *applicants, *sectors]),
        st.sampled_from(["cover", "granted", "branch", "lot", "0", "1", "2"]), st.none(),
    )  # fmt: skip


def places(document: object) -> list[tuple[list | dict, object]]:
    """Every place of a JSON document at which something could be altered: its container and its key or index."""
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    found: list[tuple[list | dict, object]] = []
    for key, each in inside:
        found.append((document, key))  # type: ignore[arg-type]
        if isinstance(each, list | dict):
            found += places(each)
    return found
