"""Whatever is done to a certificate with a tree, it is refused or its bound still stands; so says the stranger too."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.branching import tree_bound
from optimizer.certificate import Certificate, CertificateError, certificate_from
from optimizer.tree import Node, Split
from tests import drawn, tiny, trees
from tests.good_prices import SCALE, good_prices
from tests.optimizer.altering import altered
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger import Disagreement, Zone
from tests.optimizer.stranger_bound import checked
from tests.optimizer.stranger_tree import bound_with_tree

ZERO = "0" * 64


def cases(instance: Instance, depth: int) -> tuple[Node, ...]:
    """A tree that tells apart who is granted, then which sector is on which lot; its leaves carry no prices."""
    splits = [("granted", (each.applicant_id,), ()) for each in instance.applicants]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    splits += [("cover", (lot.lot_id,), (sector,)) for lot in instance.lots for sector in sectors]
    nodes: list[Node] = []

    def grow(level: int) -> int:
        number = len(nodes)
        nodes.append(Node({}))
        if level < min(depth, len(splits)):
            nodes[number] = Node({}, Split(*splits[level], 0, grow(level + 1), grow(level + 1)))
        return number

    grow(0)
    return tuple(nodes)


@st.composite
def proofs(draw, instance: Instance) -> dict:
    """A certificate's document whose claim its tree proves: at the truth where it can be, else above."""
    value = tiny.verdict(instance).value
    tree = draw(st.one_of(st.integers(1, 6).map(lambda depth: cases(instance, depth)), trees.trees(instance, SCALE)))
    prices = good_prices(instance)
    for _ in range(20):
        claimed = Certificate(instance.fingerprint(), ZERO, value, value, SCALE, prices, tree)
        found = tree_bound(instance, claimed)
        if found == value:
            return claimed.document()
        value = found
    return claimed.document()


def ours(instance: Instance, document: dict) -> int | None:
    try:
        return tree_bound(instance, certificate_from(document))
    except CertificateError:
        return None


def theirs(zone: Zone, document: dict) -> int | None:
    try:
        return bound_with_tree(zone, checked(document), document)
    except Disagreement:
        return None


@tiny.examples(150)
@given(st.data())
def test_no_altered_tree_proves_less_than_the_best_plan_is_worth(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    zone = zone_of(instance, tmp_path_factory.mktemp("altered"))
    text = json.dumps(data.draw(proofs(instance)))
    assert ours(instance, json.loads(text)) == theirs(zone, json.loads(text)) >= best.value
    for _ in range(4):
        document = altered(data, json.loads(text), trees.words(instance))
        found = ours(instance, document)
        assert found == theirs(zone, document)
        assert found is None or found >= best.value
