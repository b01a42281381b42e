"""Follow-up over HTTP: deadlines, jobs promised and delivered, and lots that come back in the next round."""

import pytest

from api.store import audit
from tests.api.finished import SMALL, finish
from tests.api.stand_in import stand_in

BEGIN = {"granted_on": "2027-01-01", "works_days": 100, "production_days": 400}


@pytest.fixture
def round_id(home):
    """A published round in which A1 holds L1 and L2 and A2 holds L3; A3 waits."""
    member = home.client("committee")
    zone = member.post("/v1/instances", json=SMALL).json()["id"]
    its_round = member.post("/v1/rounds", json={"name": "Spring", "instance_id": zone}).json()["id"]
    for move in ("open", "freeze"):
        member.post(f"/v1/rounds/{its_round}:{move}")
    run = member.post(f"/v1/rounds/{its_round}/runs", json={"work": 1}).json()["id"]
    member.post(f"/v1/rounds/{its_round}:approve", json={"plan_id": finish(home.service, run)})
    assert member.post(f"/v1/rounds/{its_round}:publish").status_code == 200
    return its_round


def begin(home, round_id, role="committee", **changes):
    return home.client(role).post(f"/v1/rounds/{round_id}/follow-up", json=BEGIN | changes)


def change(home, round_id, applicant_id, role="committee", **changes):
    return home.client(role).patch(f"/v1/rounds/{round_id}/follow-up/{applicant_id}", json=changes)


def shown(home, round_id, on):
    return home.client("reader").get(f"/v1/rounds/{round_id}/follow-up", params={"on": on}).json()


def standings(home, round_id, on):
    return {each["applicant_id"]: (each["standing"], each["days_late"]) for each in shown(home, round_id, on)["grants"]}


def test_nothing_is_followed_before_the_committee_gives_deadlines(home, round_id):
    before = shown(home, round_id, "2027-01-01")
    assert (before["grants"], before["unfollowed"], before["totals"]["grants"]) == ([], ["A1", "A2"], 0)
    made = begin(home, round_id)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/rounds/{round_id}/follow-up"
    assert standings(home, round_id, "2027-04-11") == {"A1": ("on_time", 0), "A2": ("on_time", 0)}
    assert standings(home, round_id, "2027-04-12") == {"A1": ("works_late", 1), "A2": ("works_late", 1)}
    again = begin(home, round_id)
    assert (again.status_code, again.json()["code"]) == (409, "all_followed")


def test_what_happened_is_noted_and_what_is_absent_stays(home, round_id):
    begin(home, round_id)
    assert change(home, round_id, "A2", "clerk", works_started_on="2027-02-01").status_code == 200
    said = change(home, round_id, "A2", "clerk", production_started_on="2027-12-01", jobs_delivered=3).json()
    row = next(each for each in said["grants"] if each["applicant_id"] == "A2")
    assert (row["works_started_on"], row["production_started_on"], row["jobs_delivered"]) == (
        "2027-02-01", "2027-12-01", 3,
    )  # fmt: skip
    assert standings(home, round_id, "2028-01-01")["A2"] == ("producing", 0)
    totals = shown(home, round_id, "2028-01-01")["totals"]
    jobs = {each["applicant_id"]: each["jobs_direct"] for each in SMALL["applicants"]}
    assert totals == {
        "grants": 2, "late": 1, "returned": 0, "promised": jobs["A1"] + jobs["A2"], "counted": 1,
        "promised_counted": jobs["A2"], "delivered": 3,
    }  # fmt: skip
    change(home, round_id, "A2", jobs_delivered=None)
    assert shown(home, round_id, "2028-01-01")["totals"]["counted"] == 0


def test_deadlines_and_returns_are_the_committees(home, round_id):
    begin(home, round_id)
    for decided in ({"returned_on": "2027-05-01"}, {"works_due_on": "2027-06-01"}):
        assert change(home, round_id, "A1", "clerk", **decided).status_code == 403
        assert change(home, round_id, "A1", **decided).status_code == 200
    with home.service.reading() as connection:
        told = [(each.action, dict(each.facts)) for each in audit.entries(connection)][-3:]
        assert audit.verify(connection)[2] is None
    assert told == [
        ("follow_up.begin", BEGIN | {"applicants": ["A1", "A2"]}),
        ("follow_up.change", {"applicant": "A1", "returned_on": "2027-05-01"}),
        ("follow_up.change", {"applicant": "A1", "works_due_on": "2027-06-01"}),
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"works_started_on": "2026-12-31"}, 422),
        ({"production_due_on": "2027-01-02"}, 422),
        ({"works_due_on": None}, 422),
        ({"jobs_delivered": -1}, 422),
        ({"granted_on": "2027-01-02"}, 422),
        ({"works_started_on": "soon"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(home, round_id, changes, status):
    begin(home, round_id)
    before = shown(home, round_id, "2027-01-01")
    assert change(home, round_id, "A1", **changes).status_code == status
    assert shown(home, round_id, "2027-01-01") == before


def test_deadlines_in_the_wrong_order_are_refused(home, round_id):
    assert begin(home, round_id, production_days=99).status_code == 422
    assert shown(home, round_id, "2027-01-01")["grants"] == []


def test_only_published_rounds_and_their_grants_are_followed(home, round_id):
    member = home.client("committee")
    zone = member.post("/v1/instances", json=SMALL).json()["id"]
    draft = member.post("/v1/rounds", json={"name": "Draft", "instance_id": zone}).json()["id"]
    refused = begin(home, draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    begin(home, round_id)
    assert change(home, round_id, "A3", jobs_delivered=1).status_code == 404
    assert begin(home, "rd_none").status_code == 404


def test_lots_that_came_back_are_free_in_the_next_round_and_the_others_pinned(home, round_id):
    begin(home, round_id, granted_on="2020-01-01")
    change(home, round_id, "A1", returned_on="2020-05-01")
    # It counts from its day on: one in the future is no return yet.
    change(home, round_id, "A2", returned_on="2999-01-01")
    made = home.client("committee").post(f"/v1/rounds/{round_id}:next", json={"name": "Autumn", "carry": "granted"})
    assert made.status_code == 201, made.text
    document = home.client("reader").get(f"/v1/instances/{made.json()['instance_id']}/document").json()
    pinned = {each["applicant_id"]: each.get("pinned_lots") for each in document["applicants"]}
    assert pinned == {"A2": ["L3"]}


def test_a_grant_made_by_a_promotion_can_be_followed_too_and_one_given_up_is_not(home, round_id):
    begin(home, round_id)
    promoted = home.client("committee").post(f"/v1/rounds/{round_id}:promote", json={"gone": ["A1"], "note": ""})
    assert promoted.status_code == 200, promoted.text
    now = shown(home, round_id, "2027-01-01")
    assert "A1" not in {each["applicant_id"] for each in now["grants"]}
    if now["unfollowed"]:
        assert begin(home, round_id, granted_on="2027-06-01").status_code == 201
        assert shown(home, round_id, "2027-06-01")["unfollowed"] == []


def test_the_same_request_again_takes_effect_once(home, round_id):
    asked = [
        home.client("committee", **{"Idempotency-Key": "k"}).post(f"/v1/rounds/{round_id}/follow-up", json=BEGIN)
        for _ in range(2)
    ]
    assert [each.status_code for each in asked] == [201, 201]
    assert asked[0].json() == asked[1].json()


def test_a_promotion_that_cannot_be_put_together_changes_nothing(home, round_id, monkeypatch, tmp_path):
    before = home.client("committee").get(f"/v1/rounds/{round_id}").json()
    with monkeypatch.context() as patch:
        stand_in(patch, tmp_path, "os._exit(9)")
        answer = home.client("committee").post(f"/v1/rounds/{round_id}:promote", json={"gone": ["A1"], "note": ""})
        assert (answer.status_code, answer.json()["code"]) == (503, "not_checked")
    assert home.client("committee").get(f"/v1/rounds/{round_id}").json() == before
    again = home.client("committee").post(f"/v1/rounds/{round_id}:promote", json={"gone": ["A1"], "note": ""})
    assert again.status_code == 200, again.text
