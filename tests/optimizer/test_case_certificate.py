"""The form of a certificate by cases: read back as written, and anything else is refused, by the stranger too."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.case_certificate import FORMAT, MOST_NODES, CaseCertificate, Proved, Question
from optimizer.certificate import LARGEST, CertificateError, certificate_from, document_sha256
from optimizer.certificates import any_certificate_from
from optimizer.piece_certificate import PieceCertificate, PieceClaim, piece_certificate_from
from tests import cases, drawn, tiny
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger import Disagreement
from tests.optimizer.stranger_cases import checked_cases
from tests.optimizer.test_certificate import JSON


def proof_of(*most: int, **prices: int) -> PieceCertificate:
    pieces = tuple(PieceClaim(lots, each) for lots, each in zip((("L2", "L1"), ("L3",)), most, strict=True))
    return PieceCertificate("a" * 64, "b" * 64, 10, 12, 1024, prices, {}, {}, {}, pieces)


CERTIFICATE = CaseCertificate(
    "a" * 64, "b" * 64, 10, 12, 1024, (proof_of(9, 8, a=7), proof_of(0, LARGEST)),
    (Question("lot", "L1", "s", -1, 1, 2), Question("placed", "a", "", 1, 3, 4), Proved(1), Proved(0), Proved(1)),
)  # fmt: skip
DOCUMENT = CERTIFICATE.document()


def refusal(document: object) -> tuple[str, str]:
    with pytest.raises(CertificateError) as refused:
        any_certificate_from(document)
    with pytest.raises(Disagreement):
        checked_cases(document)
    return refused.value.code, str(refused.value)


def changed(*path: object, to: object) -> dict:
    """The document with something else at one place."""
    document = copy.deepcopy(DOCUMENT)
    *above, last = path
    inside = document
    for key in above:
        inside = inside[key]
    inside[last] = to
    return document


def test_the_document_is_this():
    nothing = {"rows": [], "borders": [], "lots": []}
    assert CERTIFICATE.document() == {
        "format": FORMAT,
        "instance": "a" * 64,
        "plan_sha256": "b" * 64,
        "value_millipoints": 10,
        "bound_millipoints": 12,
        "scale": 1024,
        "pieces": [["L2", "L1"], ["L3"]],
        "proofs": [
            {"applicants": [["a", 7]], **nothing, "most": [9, 8]},
            {"applicants": [], **nothing, "most": [0, LARGEST]},
        ],
        "tree": [["lot", "L1", "s", 1, 2], ["placed", "a", 1, 3, 4], ["proof", 1], ["proof", 0], ["proof", 1]],
    }
    assert any_certificate_from(json.loads(json.dumps(DOCUMENT))) == CERTIFICATE
    checked_cases(DOCUMENT)


@tiny.examples(40)
@given(st.data())
def test_a_certificate_reads_back_as_it_was_written(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    document = data.draw(cases.documents(instance, zone_of(instance, tmp_path_factory.mktemp("written"))))
    written = any_certificate_from(json.loads(json.dumps(document)))
    again = written.document()
    assert any_certificate_from(json.loads(json.dumps(again))) == written
    assert (again["tree"], again["pieces"]) == (json.loads(json.dumps(document["tree"])), document["pieces"])
    for one, two in zip(again["proofs"], document["proofs"], strict=True):
        assert {name: sorted(each) for name, each in two.items() if name != "most"} | {"most": two["most"]} == one
    assert document_sha256(any_certificate_from(again).document()) == document_sha256(again)


@tiny.examples(200)
@given(st.sampled_from([(key,) for key in DOCUMENT] + [("proofs", 0), ("proofs", 1, "most"), ("proofs", 1, "rows"),
                        ("pieces", 0), ("tree", 0), ("tree", 1, 2), ("tree", 1, 4), ("tree", 4, 1)]), JSON)  # fmt: skip
def test_anything_anywhere_is_refused_or_read_by_both(path, found):
    document = changed(*path, to=found)
    try:
        checked_cases(document)
    except Disagreement:
        with pytest.raises(CertificateError):
            any_certificate_from(document)
    else:
        assert document_sha256(any_certificate_from(document).document()) == document_sha256(document)


PROOF = DOCUMENT["proofs"][0]


@pytest.mark.parametrize(
    ("path", "found", "code", "said"),
    [
        (("instance",), "A" * 64, "bad_hash", "instance is not 64 hexadecimal digits."),
        (("scale",), 0, "too_small", "scale is 0, under 1."),
        (("bound_millipoints",), 2**53, "too_large", f"bound_millipoints is {2**53}, over {LARGEST}."),
        (("value_millipoints",), True, "not_whole", "value_millipoints is not a whole number."),
        (("pieces",), {}, "not_a_list", "'pieces' is not a list."),
        (("proofs",), None, "not_a_list", "'proofs' is not a list."),
        (("tree",), "tree", "not_a_list", "'tree' is not a list."),
        (("proofs",), [], "not_a_list", "'proofs' is empty: the first proof holds for all plans."),
        (("proofs", 1), [], "bad_proof",
         "Proof 1 is not an object with the keys applicants, rows, borders, lots and most."),
        (("proofs", 0), {**PROOF, "more": 1}, "bad_proof",
         "Proof 0 is not an object with the keys applicants, rows, borders, lots and most."),
        (("proofs", 0, "most"), [9], "bad_proof",
         "'most' of proof 0 is not a list with a number for each piece."),
        (("proofs", 0, "most", 1), -1, "too_small", "the most of piece 1 is -1, under 0."),
        (("proofs", 0, "most", 1), "8", "not_whole", "the most of piece 1 is not a whole number."),
        (("proofs", 0, "rows"), {}, "not_a_list", "'rows' is not a list."),
        (("proofs", 0, "applicants"), [["a", 0]], "too_small", "the price of applicant a is 0, under 1."),
        (("proofs", 0, "applicants"), [["a", 1], ["a", 2]], "row_twice", "a has two prices in 'applicants'."),
        (("proofs", 0, "lots"), [[1]], "bad_price", "Entry 0 of 'lots' is not a list of 1 texts and a price."),
        (("pieces", 1), [], "bad_piece", "Piece 1 has no lots."),
        (("pieces", 1), "L3", "bad_piece", "Entry 1 of 'pieces' is not a list of lots and a number."),
        (("tree", 0), {}, "bad_node", "Node 0 of 'tree' is {}, neither a question nor a proof."),
        (("tree", 0, 0), "piece", "bad_node",
         "Node 0 of 'tree' is ['piece', 'L1', 's', 1, 2], neither a question nor a proof."),
        (("tree", 1, 2), "1", "bad_node",
         "Node 1 of 'tree' is ['placed', 'a', '1', 3, 4], neither a question nor a proof."),
        (("tree", 1, 2), 2, "bad_node", "Node 1 asks about piece 2, which is not there."),
        (("tree", 1, 2), -1, "bad_node", "Node 1 asks about piece -1, which is not there."),
        (("tree", 4, 1), 2, "bad_node", "Node 4 names the proof 2, which is not there."),
        (("tree", 4, 1), False, "bad_node", "Node 4 names the proof False, which is not there."),
        (("tree",), [], "bad_tree", f"The tree has 0 nodes, not 1 to {MOST_NODES}."),
        (("tree",), [["proof", 0]] * (MOST_NODES + 1), "bad_tree",
         f"The tree has {MOST_NODES + 1} nodes, not 1 to {MOST_NODES}."),
        (("tree", 1, 3), 1, "bad_tree", "Node 1 leads to node 1, which is not after it or is led to twice."),
        (("tree", 1, 3), 0, "bad_tree", "Node 1 leads to node 0, which is not after it or is led to twice."),
        (("tree", 1, 3), 4, "bad_tree", "Node 1 leads to node 4, which is not after it or is led to twice."),
        (("tree", 1, 3), 5, "bad_tree", "Node 1 leads to node 5, which is not after it or is led to twice."),
        (("tree", 1, 3), 3.0, "bad_tree", "Node 1 leads to node 3.0, which is not after it or is led to twice."),
        (("tree", 1), ["proof", 0], "bad_tree", "2 nodes of the tree are led to by none."),
        (("more",), 1, "unknown_key", "The certificate has the unknown key 'more'."),
    ],
)  # fmt: skip
def test_anything_but_the_format_is_refused_with_its_code_and_sentence(path, found, code, said):
    assert refusal(changed(*path, to=found)) == (code, said)


@pytest.mark.parametrize("key", sorted(DOCUMENT))
def test_no_key_may_be_absent(key):
    document = {name: value for name, value in DOCUMENT.items() if name != key}
    assert refusal(document)[0] == "missing_key"


@pytest.mark.parametrize("read", [certificate_from, piece_certificate_from])
def test_it_is_no_certificate_of_another_format(read):
    with pytest.raises(CertificateError):
        read(DOCUMENT)
