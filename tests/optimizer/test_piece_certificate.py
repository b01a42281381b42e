import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.certificate import LARGEST, CertificateError, certificate_from, document_sha256
from optimizer.certificates import any_certificate_from
from optimizer.piece_certificate import FORMAT, PieceCertificate, PieceClaim, piece_certificate_from
from tests import drawn, pieces, tiny
from tests.optimizer.meeting import zone_of
from tests.optimizer.stranger import Disagreement
from tests.optimizer.stranger_pieces import checked_pieces
from tests.optimizer.test_certificate import JSON

CERTIFICATE = PieceCertificate(
    "a" * 64, "b" * 64, 10, 12, 1024, {"a": 7}, {("limit", "", "power_kw"): 3},
    {("L1", "L2", "s"): -LARGEST, ("L2", "L1", "s"): 0}, {"L1": -5}, (PieceClaim(("L2", "L1"), 9),),
)  # fmt: skip


def read_or_refuse(document: object) -> PieceCertificate | None:
    try:
        return piece_certificate_from(document)
    except CertificateError:
        return None


def refusal(document: object) -> tuple[str, str]:
    with pytest.raises(CertificateError) as refused:
        any_certificate_from(document)
    return refused.value.code, str(refused.value)


def test_the_document_is_this():
    assert CERTIFICATE.document() == {
        "format": FORMAT,
        "instance": "a" * 64,
        "plan_sha256": "b" * 64,
        "value_millipoints": 10,
        "bound_millipoints": 12,
        "scale": 1024,
        "applicants": [["a", 7]],
        "rows": [["limit", "", "power_kw", 3]],
        "borders": [["L1", "L2", "s", -LARGEST], ["L2", "L1", "s", 0]],
        "lots": [["L1", -5]],
        "pieces": [[["L2", "L1"], 9]],
    }
    assert any_certificate_from(CERTIFICATE.document()) == CERTIFICATE


@tiny.examples(40)
@given(st.data())
def test_a_certificate_reads_back_as_it_was_written(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    text = json.dumps(data.draw(pieces.documents(instance, zone_of(instance, tmp_path_factory.mktemp("written")))))
    written = piece_certificate_from(json.loads(text))
    again = written.document()
    assert piece_certificate_from(json.loads(json.dumps(again))) == written
    for name in ("applicants", "rows", "borders", "lots"):
        assert again[name] == sorted(json.loads(text)[name])
    assert document_sha256(piece_certificate_from(again).document()) == document_sha256(again)


@tiny.examples(150)
@given(st.sampled_from(sorted(CERTIFICATE.document())), JSON)
def test_one_field_of_anything_is_refused_or_read_back_the_same_also_by_the_stranger(field, found):
    document = {**CERTIFICATE.document(), field: found}
    certificate = read_or_refuse(document)
    if certificate is None:
        with pytest.raises(Disagreement):
            checked_pieces(document)
    else:
        checked_pieces(document)
        assert certificate.document()[field] == (sorted(found) if isinstance(found, list) else found)


@tiny.examples(150)
@given(st.sampled_from(["applicants", "rows", "borders", "lots", "pieces"]), st.lists(JSON, max_size=5))
def test_one_entry_of_anything_is_refused_or_read_back_the_same(field, entry):
    document = {**CERTIFICATE.document(), field: [entry]}
    certificate = read_or_refuse(document)
    assert certificate is None or certificate.document() == document


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"instance": "A" * 64}, "bad_hash", "instance is not 64 hexadecimal digits."),
        ({"plan_sha256": 5}, "bad_hash", "plan_sha256 is not 64 hexadecimal digits."),
        ({"value_millipoints": -1}, "too_small", "value_millipoints is -1, under 0."),
        ({"bound_millipoints": 2**53}, "too_large", f"bound_millipoints is {2**53}, over {LARGEST}."),
        ({"bound_millipoints": 1.0}, "not_whole", "bound_millipoints is not a whole number."),
        ({"scale": 0}, "too_small", "scale is 0, under 1."),
        ({"scale": 2**20 + 1}, "too_large", "scale is 1048577, over 1048576."),
        ({"scale": True}, "not_whole", "scale is not a whole number."),
        ({"applicants": {}}, "not_a_list", "'applicants' is not a list."),
        ({"applicants": [["a"]]}, "bad_price", "Entry 0 of 'applicants' is not a list of 1 texts and a price."),
        ({"applicants": [["a", 1], [7, 1]]}, "bad_price",
         "Entry 1 of 'applicants' is not a list of 1 texts and a price."),
        ({"applicants": [["a", 0]]}, "too_small", "the price of applicant a is 0, under 1."),
        ({"applicants": [["a", -1]]}, "too_small", "the price of applicant a is -1, under 1."),
        ({"applicants": [["a", 1], ["a", 2]]}, "row_twice", "a has two prices in 'applicants'."),
        ({"rows": [["limit", "", 1]]}, "bad_price", "Entry 0 of 'rows' is not a list of 3 texts and a price."),
        ({"rows": [["quota", "q", "min", -3]]}, "too_small", "the price of quota q min is -3, under 1."),
        ({"rows": [["quota", "q", "min", 1]] * 2}, "row_twice", "quota q min has two prices in 'rows'."),
        ({"borders": [["L1", "L2", "s", "1"]]}, "not_whole", "the price of the border L1 L2 s is not a whole number."),
        ({"borders": [["L1", "L2", "s", -(2**53)]]}, "too_small",
         f"the price of the border L1 L2 s is -{2**53}, under -{LARGEST}."),
        ({"lots": [["L1", 2**53]]}, "too_large", f"the price of lot L1 is {2**53}, over {LARGEST}."),
        ({"lots": [["L1", None]]}, "not_whole", "the price of lot L1 is not a whole number."),
        ({"pieces": None}, "not_a_list", "'pieces' is not a list."),
        ({"pieces": [["L1", 5]]}, "bad_piece", "Entry 0 of 'pieces' is not a list of lots and a number."),
        ({"pieces": [[["L1"], 5], [["L2", 3], 5]]}, "bad_piece",
         "Entry 1 of 'pieces' is not a list of lots and a number."),
        ({"pieces": [[["L1"], 5, 6]]}, "bad_piece", "Entry 0 of 'pieces' is not a list of lots and a number."),
        ({"pieces": [[[], 5]]}, "bad_piece", "Piece 0 has no lots."),
        ({"pieces": [[["L1"], -1]]}, "too_small", "the most of piece 0 is -1, under 0."),
        ({"pieces": [[["L1"], False]]}, "not_whole", "the most of piece 0 is not a whole number."),
        ({"more": 1}, "unknown_key", "The certificate has the unknown key 'more'."),
    ],
)  # fmt: skip
def test_anything_but_the_format_is_refused_with_its_code_and_sentence(changes, code, said):
    assert refusal({**CERTIFICATE.document(), **changes}) == (code, said)


@pytest.mark.parametrize("key", sorted(CERTIFICATE.document()))
def test_no_key_may_be_absent(key):
    document = CERTIFICATE.document()
    del document[key]
    if key == "format":
        assert refusal(document)[0] == "missing_key"
    else:
        assert refusal(document) == ("missing_key", f"The certificate has no {key!r}.")


def test_a_document_of_another_format_is_no_certificate_by_pieces():
    document = {**CERTIFICATE.document(), "format": "lotwise-certificate-1"}
    with pytest.raises(CertificateError) as refused:
        piece_certificate_from(document)
    assert refused.value.code == "unknown_format"
    with pytest.raises(CertificateError):
        certificate_from(CERTIFICATE.document())
