import hashlib

import pytest

from optimizer.canonical_json import canonical_json, sha256_hex


def test_keys_are_sorted_and_nothing_is_blank_or_escaped():
    assert (
        canonical_json({"b": [1, True, None], "a": {"é": "الرخام"}})
        == '{"a":{"é":"الرخام"},"b":[1,true,null]}'.encode()
    )


def test_a_tuple_is_a_list():
    assert canonical_json({"a": (1, 2)}) == canonical_json({"a": [1, 2]})


@pytest.mark.parametrize("stranger", [1.0, float("nan"), {1: 2}, {"a": [{"b": 0.5}]}, {1, 2}, b"x"])
def test_what_has_more_than_one_spelling_is_refused(stranger):
    with pytest.raises(TypeError, match="document"):
        canonical_json(stranger)


def test_digest_is_lowercase_hexadecimal():
    assert sha256_hex(b"lotwise") == hashlib.sha256(b"lotwise").hexdigest()
