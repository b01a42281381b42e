"""Strategies that draw certificates by cases for tiny instances, as documents, with claims true or false."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product
from typing import Any, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from instances.instance import Instance
from tests import pieces, tiny
from tests.optimizer.stranger_cases import CasePieces
from tests.optimizer.stranger_pieces import LISTS, Pieces

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Document = dict[str, Any]
Answers = list[tuple[Any, bool]]


@st.composite
def documents(draw: Draw, instance: Instance, zone: Any) -> Document:
    """A certificate by cases whose claims by pieces are true and as low as they can be; its bound is often too low."""
    cut = draw(pieces.cuts(instance))
    root = _proof(instance, zone, draw(_prices(instance)), cut, [])
    first = Pieces(zone, root)
    total = first.constant() + first.between() + sum(most for _, most in root["pieces"])
    best, most = tiny.verdict(instance), total // root["scale"]
    claims = [*((best.value, best.value + 1, (best.value + most) // 2, best.value - 1) if best else ()), most - 1]
    claim = draw(st.sampled_from(claims))
    assume(0 <= claim < 2**53)
    proofs, tree = [root], list[Any]([None])
    waiting: list[tuple[int, Answers]] = [(0, [])]
    while waiting:
        number, answers = waiting.pop()
        if len(answers) < draw(st.integers(0, 3)):
            node = [*draw(_questions(instance, len(cut))), len(tree), len(tree) + 1]
            tree += [None, None]
            waiting += [(node[3], [*answers, (node, False)]), (node[4], [*answers, (node, True)])]
        else:
            node = ["proof", len(proofs)]
            found = draw(st.one_of(st.just(root), _prices(instance)))
            prices = {"scale": root["scale"]} | {name: found.get(name, []) for name in LISTS}
            proofs.append(_proof(instance, zone, prices, cut, answers))
        tree[number] = node
    assume(all(most < 2**53 for proof in proofs for _, most in proof["pieces"]))
    return {
        "format": "lotwise-certificate-4", "instance": instance.fingerprint(), "plan_sha256": "0" * 64,
        "value_millipoints": best.value if best else 0, "bound_millipoints": claim, "scale": root["scale"],
        "pieces": cut, "tree": tree,
        "proofs": [{name: proof[name] for name in LISTS} | {"most": [most for _, most in proof["pieces"]]}
                   for proof in proofs],
    }  # fmt: skip


def _prices(instance: Instance) -> st.SearchStrategy[Document]:
    return st.one_of(st.just({"scale": 1}), st.just(pieces.fitting_prices(instance)), pieces.prices(instance))


def _questions(instance: Instance, cut: int) -> st.SearchStrategy[tuple[str, str, str | int]]:
    lots = st.sampled_from([each.lot_id for each in instance.lots])
    sectors = st.sampled_from([each.sector_id for each in instance.policy.sectors])
    about = st.tuples(st.just("lot"), lots, sectors)
    if not cut or not instance.applicants:
        return about
    names = st.sampled_from([each.applicant_id for each in instance.applicants])
    return st.one_of(about, st.tuples(st.just("placed"), names, st.integers(0, cut - 1)))


def _proof(instance: Instance, zone: Any, given: Document, cut: list[list[str]], answers: Answers) -> Document:
    """The certificate by pieces of a case, with what the best filling brings that holds what it must."""
    document = pieces.document_of(instance, [[lots, 0] for lots in cut], **given)
    left = CasePieces(zone, document, answers)
    held = {node[1] for node, is_so in answers if is_so and node[0] == "lot"}
    mosts = []
    for number, lots in enumerate(cut):
        placed = {node[1] for node, is_so in answers if is_so and node[0] == "placed" and node[2] == number}
        found = (brings for brings, names, held_now in _fillings(left, number)
                 if placed <= names and held & set(lots) <= held_now)  # fmt: skip
        mosts.append([lots, max([0, *found])])
    return document | {"pieces": mosts}


def _fillings(left: Pieces, number: int) -> Iterator[tuple[int, set[str], set[str]]]:
    """(what it brings, its applicants, its lots) of every filling of a piece, without leaving out any."""
    names = sorted({name for name, *_ in left.of_piece[number]})
    choices = [[None, *(each for each in left.of_piece[number] if each[0] == name)] for name in names]
    for chosen in product(*choices):
        held = [each for each in chosen if each is not None]
        lots = [(lot, number, sector) for number, (_, sector, site, _) in enumerate(held) for lot in site]
        pairs = [(x, y, s, t) for (x, one, s), (y, two, t) in combinations(lots, 2) if one != two]
        links = [left.link(x, y, s, t) for x, y, s, t in pairs if (x, y) in left.rates]
        if all(x != y for x, y, *_ in pairs) and None not in links:
            yield sum(links) + sum(gain for *_, gain in held), {each[0] for each in held}, {lot for lot, *_ in lots}
