import json
from dataclasses import replace
from functools import cache

import pytest
from typer.testing import CliRunner

from api.cli import app
from instances.generate import generate
from instances.reading import read_instance
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve

BEGIN = ("--granted-on", "2026-01-01", "--works-days", "100", "--production-days", "400")


@cache
def outcome():
    """A plan with several grants, the first of them an earlier decision on a lot that is marked as allocated."""
    drawn = generate(lots=6, applicants=8, seed=3)
    lots = tuple(replace(lot, status="allocated") if lot.lot_id == "L006" else lot for lot in drawn.lots)
    pin = replace(drawn.applicant["A0002"], pinned_lots=("L006",))
    applicants = tuple(pin if each.applicant_id == "A0002" else each for each in drawn.applicants)
    return solve(replace(drawn, lots=lots, applicants=applicants), Limits(work=1))


@pytest.fixture
def spring(tmp_path):
    save(outcome(), tmp_path / "spring")
    return tmp_path / "spring"


def lotwise(*words):
    done = CliRunner().invoke(app, ["follow-up", *map(str, words), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_lots_that_came_back_can_be_granted_in_the_next_round(spring, tmp_path):
    table, plan = tmp_path / "follow_up.csv", outcome().plan
    code, said = lotwise(spring, table, *BEGIN, "--on", "2026-04-11")
    assert (code, said["totals"]["late"], said["totals"]["grants"]) == (0, 0, len(plan.assignments))
    code, said = lotwise(spring, table, "--on", "2026-04-12")
    assert {each["standing"] for each in said["grants"]} == {"works_late"}
    assert {each["days_late"] for each in said["grants"]} == {1}

    gone, builds, *others = sorted(plan.assignments)
    assert others
    assert outcome().instance.applicant[gone].is_pinned
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[1] == f"{gone},2026-01-01,2026-04-11,2027-02-05,,,,"
    lines[1] = f"{gone},2026-01-01,2026-04-11,2027-02-05,,,,2026-05-01"
    lines[2] = f"{builds},2026-01-01,2026-04-11,2027-02-05,2026-03-01,2026-12-01,5,"
    table.write_text("\n".join(lines), encoding="utf-8")
    code, said = lotwise(spring, table, "--on", "2027-01-01", "--next", tmp_path / "autumn")
    instance = outcome().instance
    assert code == 0
    assert said["totals"] == {
        "grants": len(plan.assignments),
        "late": len(others),
        "returned": 1,
        "promised": sum(instance.applicant[each].jobs_direct for each in plan.assignments),
        "counted": 1,
        "promised_counted": instance.applicant[builds].jobs_direct,
        "delivered": 5,
    }

    autumn = read_instance(tmp_path / "autumn")
    assert gone not in autumn.applicant
    assert {each.applicant_id: each.pinned_lots for each in autumn.applicants if each.is_pinned} == {
        each: lots for each, lots in plan.assignments.items() if each != gone
    }
    assert all(autumn.lot[lot].status == "available" for lot in plan.assignments[gone])
    assert not autumn.pinned_lots & set(plan.assignments[gone])


def test_without_a_table_the_next_step_is_said(spring, tmp_path):
    assert lotwise(spring, tmp_path / "none.csv")[0] == 2
    assert lotwise(spring, tmp_path / "none.csv", *BEGIN[:4])[0] == 2
    assert not (tmp_path / "none.csv").exists()


@pytest.mark.parametrize("days", [("5", "4"), ("5", "9999999"), ("5", "99999999999")])
def test_deadlines_that_cannot_be_are_refused(spring, tmp_path, days):
    words = ("--granted-on", "2026-01-01", "--works-days", days[0], "--production-days", days[1])
    code, said = lotwise(spring, tmp_path / "none.csv", *words)
    assert (code, said["error"]) == (2, "follow_up_due_reversed")
    assert not (tmp_path / "none.csv").exists()


def test_a_table_is_never_overwritten(spring, tmp_path):
    table = tmp_path / "follow_up.csv"
    assert lotwise(spring, table, *BEGIN)[0] == 0
    before = table.read_bytes()
    code, said = lotwise(spring, table, *BEGIN)
    assert (code, said["error"], table.read_bytes()) == (2, "file_exists", before)


def test_a_round_that_nobody_is_left_for_is_refused(spring, tmp_path):
    table = tmp_path / "follow_up.csv"
    lotwise(spring, table, *BEGIN)
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([lines[0], *(f"{line}2026-02-01" for line in lines[1:])]), encoding="utf-8")
    code, _ = lotwise(spring, table, "--on", "2026-03-01", "--next", tmp_path / "autumn")
    waits = outcome().instance.policy.waitlist != "none" and bool(outcome().waitlist)
    assert code == (0 if waits else 5)
    assert (tmp_path / "autumn").exists() == waits
