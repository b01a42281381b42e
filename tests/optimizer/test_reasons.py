import string
from typing import get_args

import pytest

from instances.faults import LANGUAGES
from optimizer.explain import Code, Reason
from optimizer.reasons import catalogue, label, sentence

CODES = get_args(Code)


def test_every_code_has_its_sentences_and_no_other_is_there():
    assert catalogue().keys() == set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_sentence_shows_exactly_the_values_it_needs(code, language):
    entry = catalogue()[code]
    shown = {name for _, name, _, _ in string.Formatter().parse(entry[language]) if name}
    assert shown <= set(entry["needs"])
    values = tuple((name, "7") for name in entry["needs"])
    assert "{" not in sentence(Reason(code, values), language)
    assert label(code, language)


def test_a_missing_value_is_not_passed_over():
    with pytest.raises(KeyError):
        sentence(Reason("score_too_low"))
