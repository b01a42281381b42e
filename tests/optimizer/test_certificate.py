import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.certificate import FORMAT, LARGEST, Certificate, CertificateError, certificate_from, document_sha256
from tests import drawn, tiny

PRICES = {("lot", "L1"): 5, ("apart", "L1", "L2", "s", "a"): LARGEST}
CERTIFICATE = Certificate("a" * 64, "b" * 64, 10, 12, 1024, PRICES)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def read_or_refuse(document: object) -> Certificate | None:
    try:
        return certificate_from(document)
    except CertificateError:
        return None


def test_the_document_is_this():
    assert CERTIFICATE.document() == {
        "format": FORMAT,
        "instance": "a" * 64,
        "plan_sha256": "b" * 64,
        "value_millipoints": 10,
        "bound_millipoints": 12,
        "scale": 1024,
        "prices": [["apart", "L1", "L2", "s", "a", LARGEST], ["lot", "L1", 5]],
    }


@tiny.examples(40)
@given(st.data())
def test_a_certificate_reads_back_as_it_was_written(data):
    instance = data.draw(drawn.instances())
    scale, prices = data.draw(drawn.certified_prices(instance))
    written = Certificate(instance.fingerprint(), "0" * 64, 3, 4, scale, prices)
    text = json.dumps(written.document())
    assert certificate_from(json.loads(text)) == written
    assert document_sha256(json.loads(text)) == document_sha256(written.document())


@tiny.examples(60)
@given(JSON)
def test_whatever_else_is_refused_with_a_code_and_a_sentence(document):
    with pytest.raises(CertificateError) as refused:
        certificate_from(document)
    assert refused.value.code
    assert str(refused.value).endswith(".")


@tiny.examples(100)
@given(st.sampled_from(sorted(CERTIFICATE.document())), JSON)
def test_one_field_of_anything_is_refused_or_read_back_the_same(field, found):
    document = {**CERTIFICATE.document(), field: found}
    certificate = read_or_refuse(document)
    assert certificate is None or certificate.document() == document


@tiny.examples(100)
@given(st.lists(JSON, max_size=7))
def test_one_price_of_anything_is_refused_or_read_back_the_same(entry):
    document = {**CERTIFICATE.document(), "prices": [entry]}
    certificate = read_or_refuse(document)
    assert certificate is None or certificate.document() == document


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instance": "A" * 64}, "bad_hash"),
        ({"plan_sha256": ""}, "bad_hash"),
        ({"value_millipoints": -1}, "too_small"),
        ({"bound_millipoints": LARGEST + 1}, "too_large"),
        ({"scale": 0}, "too_small"),
        ({"scale": 2**20 + 1}, "too_large"),
        ({"scale": True}, "not_whole"),
        ({"prices": {("lot", "L1"): 0}}, "negative_price"),
        ({"prices": {("lot", "L1"): 1.5}}, "not_whole"),
        ({"prices": {("lot", "L1", "L2"): 1}}, "bad_row"),
        ({"prices": {("tree", "L1"): 1}}, "unknown_row"),
    ],
)
def test_a_certificate_is_valid_at_birth(changes, code):
    fields = {
        "instance": "a" * 64,
        "plan_sha256": "b" * 64,
        "value_millipoints": 1,
        "bound_millipoints": 1,
        "scale": 1,
        "prices": {},
    }
    Certificate(**fields)
    with pytest.raises(CertificateError) as refused:
        Certificate(**{**fields, **changes})
    assert refused.value.code == code


def test_the_hash_does_not_depend_on_the_order_of_keys():
    document = CERTIFICATE.document()
    assert document_sha256(dict(reversed(document.items()))) == document_sha256(document)
