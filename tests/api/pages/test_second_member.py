"""Where two members must approve, one alone decides nothing, whatever it tries."""

import pytest

from api.store import audit, principals
from tests.api.pages.conftest import HTML


@pytest.fixture
def second(sitting):
    """The key of another member of the committee, and approvals by two."""
    answer = sitting.house.client("admin").put("/v1/settings", json={"approvals_needed": 2})
    assert answer.json() == {"approvals_needed": 2}
    with sitting.house.service.writing() as connection:
        other = principals.add(connection, "person", "The second", ["committee"])
        sitting.house.keys["second"] = principals.issue_key(connection, other.id, None)[1]
        sitting.second_id = other.id
    return sitting


def approve(sitting, role, plan_id=None):
    body = {"plan_id": plan_id or sitting.plan_id}
    return sitting.house.client(role).post(f"/v1/rounds/{sitting.round_id}:approve", json=body)


def page(sitting, role, path, language="en"):
    return sitting.house.client(role).get(path, headers={**HTML, "Accept-Language": language}).text


def test_two_different_members_decide(second):
    first = approve(second, "committee")
    assert (first.status_code, first.json()["state"]) == (200, "frozen")
    assert first.json()["proposed_plan_id"] == second.plan_id
    assert first.json()["plan_id"] is None
    again = approve(second, "committee")
    assert (again.status_code, again.json()["code"]) == (409, "needs_second_member")
    plan = f"/plans/{second.plan_id}"
    assert "a second member must confirm it" in page(second, "committee", plan)
    assert "approve-dialog" not in page(second, "committee", plan)
    assert "Confirm as second member" in page(second, "second", plan)
    assert "Confirmer comme second membre" in page(second, "second", plan, "fr")
    assert second.plan_id in page(second, "reader", f"/rounds/{second.round_id}").partition("round-title")[0]
    decided = approve(second, "second").json()
    assert (decided["state"], decided["plan_id"]) == ("decided", second.plan_id)
    assert decided["proposed_plan_id"] is None
    with second.house.service.reading() as connection:
        taken = [each.action for each in audit.entries(connection) if each.subject == second.round_id]
    assert taken[-2:] == ["round.approve_first", "round.approve"]


def test_a_first_approval_by_somebody_who_left_counts_no_more(second):
    approve(second, "second")
    second.house.client("admin").post(f"/v1/principals/{second.second_id}:disable")
    assert approve(second, "committee").json()["state"] == "frozen"
    assert approve(second, "committee").status_code == 409


def test_a_freeze_taken_back_takes_the_first_approval_along(second):
    approve(second, "second")
    client = second.house.client("committee")
    body = client.post(f"/v1/rounds/{second.round_id}:reopen", json={"note": ""}).json()
    assert body["proposed_plan_id"] is None


def test_one_member_decides_where_one_is_enough(sitting):
    assert approve(sitting, "committee").json()["state"] == "decided"
    answer = sitting.house.client("admin").put("/v1/settings", json={"approvals_needed": 3})
    assert answer.status_code == 422
