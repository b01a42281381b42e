"""Whatever is done to a certificate by pieces, it is refused or its bound still stands; so says the stranger too."""

import json
import random
import re

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.generate import generate
from instances.instance import Instance
from instances.writing import write_instance
from optimizer.audit import audit
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.outcome import Limits
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.plan import Plan
from optimizer.solve import solve
from tests import drawn, pieces, tiny, trees
from tests.optimizer.stranger import Disagreement, Zone, read
from tests.optimizer.stranger_pieces import bound_by_pieces


@st.composite
def proofs(draw, instance: Instance, zone: Zone) -> dict:
    """A certificate's document whose claims are all true and as low as they can be."""
    given_prices = draw(st.one_of(st.just({}), st.just(pieces.fitting_prices(instance)), pieces.prices(instance)))
    cut = [[lots, 0] for lots in draw(pieces.cuts(instance))]
    document = pieces.with_true_mosts(zone, pieces.document_of(instance, cut, **given_prices))
    assume(all(most < 2**53 for _, most in document["pieces"]))
    document["bound_millipoints"] = bound_by_pieces(zone, document, plainly=True)
    assume(0 <= document["bound_millipoints"] < 2**53)
    return document | {"value_millipoints": tiny.verdict(instance).value}


def altered(data, instance: Instance, document: dict) -> dict:
    for _ in range(data.draw(st.integers(1, 3))):
        kept = ("format", "instance", "plan_sha256", "value_millipoints")
        places = [(inside, key) for inside, key in trees.places(document) if key not in kept]
        inside, key = data.draw(st.sampled_from(places))
        what = data.draw(st.sampled_from(["word", "number", "number", "number", "drop", "twice", "swap"]))
        if what == "word":
            inside[key] = data.draw(pieces.words(instance))
        elif what == "number" and type(inside[key]) is int:
            much = 100_000 * (document["scale"] if type(document.get("scale")) is int else 1)
            inside[key] += data.draw(st.sampled_from([-1, 1, -1000, 1000, -much, much]))
        elif what == "drop":
            del inside[key]
        elif what == "twice" and isinstance(inside, list):
            inside.insert(key, json.loads(json.dumps(inside[key])))
        elif what == "swap" and isinstance(inside, list):
            other = data.draw(st.integers(0, len(inside) - 1))
            inside[key], inside[other] = inside[other], inside[key]
    return document


def ours(instance: Instance, document: dict) -> int | None:
    try:
        return piece_bound_millipoints(instance, any_certificate_from(document))
    except CertificateError:
        return None


def theirs(zone: Zone, document: dict) -> int | None:
    try:
        return bound_by_pieces(zone, document)
    except Disagreement:
        return None


def is_accepted(instance: Instance, plan: Plan, document: dict) -> bool:
    try:
        check(instance, plan, any_certificate_from(document))
    except CertificateError:
        return False
    return True


@tiny.examples(200)
@given(st.data())
def test_no_altered_pieces_prove_less_than_the_best_plan_is_worth(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    path = tmp_path_factory.mktemp("altered") / "instance.json"
    write_instance(instance, path)
    zone = Zone(read(path))
    text = json.dumps(data.draw(proofs(instance, zone)))
    plan = Plan(dict(best.plan))
    assert ours(instance, json.loads(text)) == theirs(zone, json.loads(text)) >= best.value
    assert is_accepted(instance, plan, json.loads(text))
    for _ in range(4):
        document = altered(data, instance, json.loads(text))
        found = ours(instance, document)
        assert found == theirs(zone, document)
        assert found is None or found >= best.value
        if is_accepted(instance, plan, document):
            assert document["bound_millipoints"] >= found >= best.value == audit(instance, plan).value_millipoints


@tiny.examples(100)
@given(st.data())
def test_a_claim_under_the_truth_is_refused_piece_by_piece(tmp_path_factory, data):
    """Each most, and the bound, is as low as it can be: one less is refused."""
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    path = tmp_path_factory.mktemp("lowered") / "instance.json"
    write_instance(instance, path)
    document = data.draw(proofs(instance, Zone(read(path))))
    plan = Plan(dict(best.plan))
    for piece in document["pieces"]:
        if piece[1]:
            piece[1] -= 1
            assert ours(instance, document) is None
            piece[1] += 1
    if document["bound_millipoints"]:
        assert not is_accepted(instance, plan, document | {"bound_millipoints": document["bound_millipoints"] - 1})
    assert is_accepted(instance, plan, document)


def test_one_digit_of_a_real_one_is_refused_or_harmless():
    """The liar has made all hashes agree; the plan found is worth something, and no accepted bound goes under that."""
    instance = generate(lots=24, applicants=40, seed=3)
    outcome = solve(instance, Limits(None, work=1))
    text = json.dumps(outcome.certificate)
    assert any_certificate_from(json.loads(text)).document() == outcome.certificate
    assert outcome.certificate["format"] == "lotwise-certificate-3"
    start = text.index('"applicants"')
    places = [found.start() for found in re.finditer(r"\d", text) if found.start() > start]
    draw, refused = random.Random(5), 0
    for place in draw.sample(places, 150):
        digit = (int(text[place]) + draw.randrange(1, 10)) % 10
        try:
            document = json.loads(text[:place] + str(digit) + text[place + 1 :])
        except ValueError:  # a number that begins with 0
            continue
        found = ours(instance, document)
        accepted = is_accepted(instance, outcome.plan, document)
        assert accepted == (found is not None and found <= document["bound_millipoints"])
        assert found is None or found >= outcome.value_millipoints
        refused += not accepted
    assert refused > 50
