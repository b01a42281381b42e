import string

import pytest

from instances.faults import LANGUAGES
from instances.policy import Policy, Sector
from optimizer.why.fact import catalogue, fact, sentence


def shown(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", catalogue())
def test_every_fact_is_said_in_three_languages_with_the_same_values(code):
    entry = catalogue()[code]
    assert entry.keys() == set(LANGUAGES)
    assert len({frozenset(shown(text)) for text in entry.values()}) == 1
    assert all(text.strip().endswith(".") for text in entry.values())


def test_numbers_lists_and_sectors_are_read_out_in_the_language():
    told = fact("cost_between", least_millipoints=1_500_500, most_millipoints=2_000_000)
    assert sentence(told) == (
        "Granting it a site would cost the plan between 1,500.5 points (proved) and 2,000 points (found)."
    )
    assert "1\u202f500,5 points" in sentence(told, "fr")
    assert "6.5 m³" in sentence(fact("limit_water", lots=("L1",), left_hl_day=65, needed_hl_day=70))
    many = fact("would_lose", applicants=tuple(f"A{number}" for number in range(12)))
    assert sentence(many).endswith("A7 (+4).")
    policy = Policy("p", (Sector("it", "IT", "Informatique", "معلوميات"),))
    told = fact("lacks_sector", sector="it", sectors=("it",), lots=("L1",))
    assert "Informatique" in sentence(told, "fr", policy)


def test_a_missing_value_is_not_passed_over():
    with pytest.raises(KeyError):
        sentence(fact("score_too_low", score=1))
