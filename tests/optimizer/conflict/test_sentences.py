"""The conflict as people read it: every sentence in every language, with the same values."""

import string
from pathlib import Path

import pytest

from instances.faults import LANGUAGES
from instances.policy import Limit, Quota
from optimizer.conflict.find import Conflict, conflict_of
from optimizer.conflict.sentences import catalogue, sentences
from tests.zones import asks, row_of

ENTRIES = [(part, name) for part, entries in catalogue().items() for name in entries]


@pytest.mark.parametrize(("part", "name"), ENTRIES)
def test_every_sentence_is_said_in_every_language(part, name):
    entry = catalogue()[part][name]
    assert entry.keys() == set(LANGUAGES)
    shown = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in entry.values()]
    assert all(each == shown[0] for each in shown)


def clash_of(*applicants, lots=3, **policy):
    found = conflict_of(row_of(lots, *applicants, **policy))
    assert isinstance(found, Conflict)
    return found.document()


def test_a_floor_that_too_few_can_fill_is_told_with_its_figures():
    pins = [
        asks("A1", "stone", group="large", pinned_lots=("L1",)),
        asks("A2", "stone", group="large", pinned_lots=("L2",)),
    ]
    told = clash_of(
        *pins, asks("A3", "wood", group="sme"), quotas=(Quota("few", group="sme", min_lot_share_percent=40),)
    )
    assert sentences(told) == [
        "No plan keeps all the rules. This is proved.",
        "The floor of 40 % of quota few cannot be kept: of 2 lots granted by earlier decisions 0 count, 2 more would "
        "be needed, and at most 1 can be added.",
        "These rules clash: the pin of A1 and the pin of A2 and the floor of quota few. Each of them is needed for the "
        "clash.",
        "Enough would be: lower the floor of quota few by 7 points, from 40 % to 33 % (proved: less is not enough), or "
        "lift the pin of A1 (proved: less is not enough).",
    ]


def test_a_limit_is_told_in_kilowatts_and_water_in_cubic_metres():
    one = asks("A1", power_kw=9, water_hl_day=8, group="sme")
    told = clash_of(one, limits=(Limit("", 5, 3),))
    assert told["kind"] == "only_empty"
    assert not told["remedies"] or len(told["remedies"][0]) == 2
    english, french, arabic = (" ".join(sentences(told, language)) for language in LANGUAGES)
    assert "4 kW more, 9 kW in all" in english
    assert "0.5 m³ of water a day more, 0.8 m³ in all" in english
    assert "4 kW de plus" in french
    assert "كيلوواط" in arabic


def test_where_nobody_fits_no_change_of_a_rule_is_offered():
    told = clash_of(asks("A1", area_min_m2=900))
    assert [each["code"] for each in told["findings"]] == ["nobody_fits"]
    assert told["remedies"] == []
    assert sentences(told)[-1] == "No single change of a rule was found that would be enough."


def test_every_finding_stands_in_the_page_on_conflicts():
    text = (Path(__file__).parents[3] / "docs" / "conflicts.md").read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in text for code in catalogue()["findings"])
