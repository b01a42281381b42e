"""policy.toml: every kind of bad key and value with its code and its place."""

import pytest
from small_files import POLICY, inspected, said

BAD_POLICIES = {
    "no value": ("name = \n", [("invalid_toml", "line 1:")]),
    "no value on line 3": (POLICY.replace("\n\n", "\nx =\n", 1), [("invalid_toml", "line 3:")]),
    "key twice": (POLICY.replace("min_score = 50", "min_score = 50\nmin_score = 51"), [("invalid_toml", "line 6:")]),
    "not closed": (POLICY.replace('"small"', '"small'), [("invalid_toml", "line 1:")]),
    "5000 digits": (POLICY.replace("7919", "9" * 5000), [("invalid_toml", ":")]),
    "nested too deep": ("x = " + "[" * 100_000, [("too_deep", ":")]),
    "unknown key": (POLICY.replace("lottery_seed", "lotery_seed"), [("unknown_field", "key :lotery_seed")]),
    "unknown table": (POLICY.replace("[limits]", "[limit]"), [("unknown_field", "key :limit")]),
    "unknown key of a quota": (
        POLICY.replace("min_lot_share_percent", "min_share"),
        [("unknown_field", "key :quotas[1].min_share")],
    ),
    "no name": (POLICY.replace('name = "small"\n', ""), [("missing_value", "key :name")]),
    "seed with a fraction": (POLICY.replace("7919", "79.5"), [("not_whole", "key :lottery_seed")]),
    "score not a number": (
        POLICY.replace("score = 50", "score = nan"),
        [("not_a_number", "key :eligibility.min_score")],
    ),
    "negative points": (
        POLICY.replace("job_direct = 100", "job_direct = -1"),
        [("out_of_range", "key :points.job_direct")],
    ),
    "no lots to a site": (POLICY.replace("max_lots = 3", "max_lots = 0"), [("out_of_range", "key :grouping.max_lots")]),
    "across the river": (
        POLICY.replace('across = "border"', 'across = "river"'),
        [("unknown_choice", "key :grouping.across")],
    ),
    "points not a table": (
        POLICY.replace("[points]", "[eligibility.x]").replace("[eligibility]", "points = 5\n[eligibility]"),
        [("unknown_field", "key :eligibility.x"), ("wrong_type", "key :points")],
    ),
    "unknown stage": (
        POLICY.replace("lottery", 'objective = ["joy"]\nlottery', 1),
        [("unknown_choice", "key :objective")],
    ),
    "stage twice": (
        POLICY.replace("lottery", 'objective = ["jobs", "jobs"]\nlottery', 1),
        [("given_twice", "key :objective")],
    ),
    "loss over 100": (
        POLICY.replace("lottery", 'objective = [{stage = "jobs", loss_percent = 101}, "clustering"]\nlottery', 1),
        [("out_of_range", "key :objective")],
    ),
    "limit of nothing": (
        POLICY.replace("power_kw = 500\nwater_m3_day = 20.5\n", ""),
        [("limit_of_nothing", "key :limits[1]")],
    ),
    "limit too precise": (POLICY.replace("20.5", "20.55"), [("too_precise", "key :limits[1].water_m3_day")]),
    "limit twice": (
        POLICY.replace("[limits]", "[[limits]]\npower_kw = 1000\n[[limits]]"),
        [("given_twice", "key :limits")],
    ),
    "quota of nothing": (POLICY.replace('group = "sme"\n', ""), [("quota_of_what", "key :quotas[1]")]),
    "quota of both": (
        POLICY.replace('group = "sme"', 'group = "sme"\nsector = "marble"'),
        [("quota_of_what", "key :quotas[1]")],
    ),
    "quota of a strange sector": (
        POLICY.replace('group = "sme"', 'sector = "bread"'),
        [("unknown_sector", "key :quotas")],
    ),
    "quota without share": (
        POLICY.replace("min_lot_share_percent = 25\n", ""),
        [("quota_without_share", "key :quotas[1]")],
    ),
    "quota over 100": (POLICY.replace("= 25", "= 125"), [("out_of_range", "key :quotas[1]")]),
    "quota reversed": (
        POLICY.replace("= 25", "= 25\nmax_lot_share_percent = 20"),
        [("quota_reversed", "key :quotas[1]")],
    ),
    "quota without name": (POLICY.replace('name = "sme_floor"\n', ""), [("missing_value", "key :quotas[1].name")]),
    "affinity of one sector": (
        POLICY.replace('"bakery", "marble"]', '"marble", "marble"]'),
        [("affinity_of_one_sector", "key :affinity[1]")],
    ),
    "affinity of three": (POLICY.replace('"marble"]', '"marble", "x"]'), [("two_sectors", "key :affinity[1].sectors")]),
    "affinity with a stranger": (POLICY.replace('"marble"]', '"bread"]'), [("unknown_sector", "key :affinity")]),
    "affinity over 100": (POLICY.replace("= 30", "= 101"), [("out_of_range", "key :affinity[1]")]),
    "affinity of a fraction": (POLICY.replace("= 30", "= 30.5"), [("not_whole", "key :affinity[1].percent")]),
    "affinity without percent": (POLICY.replace("percent = 30\n", ""), [("missing_value", "key :affinity[1].percent")]),
    "separation of a strange kind": (
        POLICY.replace('["border"]', '["wall"]'),
        [("unknown_choice", "key :separation.neighbours")],
    ),
    "separation not a list": (POLICY.replace('["border"]', '"border"'), [("wrong_type", "key :separation.neighbours")]),
    "nuisance not a text": (
        POLICY.replace('emits = ["dust"]', "emits = [[]]"),
        [("not_text", "key :sectors.marble.emits")],
    ),
    "a date for a name": (POLICY.replace('"small"', "2026-01-01"), [("not_text", "key :name")]),
    "too large": (POLICY + "#" * 2**20, [("file_too_large", ":")]),
}


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_bad_policies(tmp_path, name):
    text, wanted = BAD_POLICIES[name]
    found = said(inspected(tmp_path, policy_toml=text).faults)
    assert found == [(code, "policy.toml:" + (" :" if at == ":" else at)) for code, at in wanted]


def test_no_sectors(tmp_path):
    text = "\n".join(
        line for line in POLICY.splitlines() if not line.startswith(("[sectors", "en", "fr", "ar", "emits", "sens"))
    ).replace('[[affinity]]\nsectors = ["bakery", "marble"]\npercent = 30\n', "")
    assert ("no_sectors", "policy.toml:key :sectors") in said(inspected(tmp_path, policy_toml=text).faults)
