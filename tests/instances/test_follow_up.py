import json
from datetime import date, timedelta
from itertools import product

import pytest

from instances.faults import InstanceError
from instances.follow_up import FollowUp, begun
from instances.follow_up_table import follow_up_text, read_follow_up

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=number) for number in range(4)]


def codes(raised):
    return sorted((each.code, each.where.field or each.found) for each in raised.value.faults)


def in_words(row, on):
    """The standing as the page on formats says it, read apart from the code."""
    come = {name: getattr(row, name) is not None and getattr(row, name) <= on for name in row.__slots__[4:6]}
    if row.returned_on is not None and row.returned_on <= on:
        return "returned"
    if come["production_started_on"]:
        return "producing"
    if not come["works_started_on"] and row.works_due_on < on:
        return "works_late"
    return "production_late" if row.production_due_on < on else "on_time"


def test_the_standing_is_that_of_the_page_on_every_day():
    seen = set()
    for works, production, back, on in product([None, *DAYS], [None, *DAYS], [None, *DAYS], DAYS):
        if works and production and production < works:
            continue
        row = FollowUp("A1", START, DAYS[1], DAYS[2], works, production, None, back)
        seen.add(row.standing(on))
        assert row.standing(on) == in_words(row, on)
        assert (row.days_late(on) > 0) == (row.standing(on) in ("works_late", "production_late"))
    assert len(seen) == 5


def test_days_in_the_wrong_order_are_all_named():
    with pytest.raises(InstanceError) as raised:
        FollowUp("A1", DAYS[2], DAYS[1], START, START, None, -1, START)
    assert codes(raised) == [
        ("days_reversed", "production_due_on"),
        ("days_reversed", "returned_on"),
        ("days_reversed", "works_due_on"),
        ("days_reversed", "works_started_on"),
        ("out_of_range", "jobs_delivered"),
    ]


def test_what_is_written_is_read_back(tmp_path):
    rows = {
        "A2": FollowUp("A2", START, DAYS[1], DAYS[2], DAYS[1], DAYS[3], 12, DAYS[3]),
        "A1": begun("A1", START, 180, 730),
    }
    path = tmp_path / "follow_up.csv"
    path.write_text(follow_up_text(rows.values()), encoding="utf-8")
    assert read_follow_up(path, rows.keys()) == rows
    other = tmp_path / "follow_up.json"
    days = {"granted_on": "2026-01-01", "works_due_on": "2026-06-30", "production_due_on": "2028-01-01"}
    other.write_text(json.dumps([{"applicant_id": "A1", **days}]), encoding="utf-8")
    assert read_follow_up(other, ["A1"]) == {"A1": rows["A1"]}


def test_every_fault_of_a_table_comes_at_once(tmp_path):
    path = tmp_path / "follow_up.csv"
    path.write_text(
        "applicant_id,granted_on,works_due_on,production_due_on,jobs_delivered\n"
        "A1,2026-01-01,2026-02-01,2026-01-15,3\n"
        "A1,2026-01-01,2026-02-01,2026-03-01,3\n"
        "B1,2026-01-01,tomorrow,2026-03-01,many\n",
        encoding="utf-8",
    )
    with pytest.raises(InstanceError) as raised:
        read_follow_up(path, ["A1", "A2"])
    assert codes(raised) == [
        ("date_not_iso", "works_due_on"),
        ("days_reversed", "production_due_on"),
        ("follows_no_grant", "applicant_id"),
        ("given_twice", "applicant_id"),
        ("grant_not_followed", "A2"),
        ("not_a_number", "jobs_delivered"),
    ]
