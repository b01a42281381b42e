import threading

import pytest

from api.openapi import APPLICANT_EXAMPLE, DOCUMENT_EXAMPLE
from instances.reading import read_instance
from optimizer.canonical_json import canonical_json, sha256_hex


@pytest.fixture
def member(home):
    return home.client("committee")


@pytest.fixture
def instance_id(member):
    return member.post("/v1/instances", json=DOCUMENT_EXAMPLE).json()["id"]


@pytest.fixture
def draft(member, instance_id):
    return member.post("/v1/rounds", json={"name": "Spring", "instance_id": instance_id}).json()


def test_a_round_goes_through_its_states_and_says_its_moves(member, draft):
    path = f"/v1/rounds/{draft['id']}"
    assert (draft["state"], draft["moves"], draft["applicants"]) == ("draft", ["open"], 3)
    opened = member.post(f"{path}:open").json()
    assert (opened["state"], opened["moves"], opened["version"]) == ("open", ["freeze"], 2)
    frozen = member.post(f"{path}:freeze").json()
    assert (frozen["state"], frozen["moves"]) == ("frozen", ["reopen", "approve"])
    roster = read_instance(DOCUMENT_EXAMPLE).canonical()["applicants"]
    assert frozen["roster_sha256"] == sha256_hex(canonical_json({"roster": roster}))
    assert frozen["lottery_seed"] == 7
    reopened = member.post(f"{path}:reopen", json={"note": "a form was lost"}).json()
    assert (reopened["state"], reopened["roster_sha256"]) == ("open", None)


@pytest.mark.parametrize("move", ["freeze", "reopen", "approve", "revoke", "publish", "next"])
def test_a_move_that_the_state_does_not_allow_is_refused_and_changes_nothing(member, draft, move):
    path = f"/v1/rounds/{draft['id']}"
    bodies = {"approve": {"plan_id": "x"}, "next": {"name": "n"}, "reopen": {}, "revoke": {}}
    refused = member.post(f"{path}:{move}", json=bodies.get(move))
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert member.get(path).json() == draft


def test_a_change_needs_the_version_that_was_read(member, draft):
    path = f"/v1/rounds/{draft['id']}"
    assert member.patch(path, json={"name": "x"}).status_code == 428
    etag = member.get(path).headers["etag"]
    changed = member.patch(path, json={"name": "Autumn"}, headers={"If-Match": etag})
    assert changed.json()["name"] == "Autumn"
    late = member.patch(path, json={"name": "Winter"}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert member.post(f"{path}:open", headers={"If-Match": etag}).status_code == 412
    assert member.post(f"{path}:open", headers={"If-Match": changed.headers["etag"]}).status_code == 200


def test_computed_neighbours_must_be_approved(member):
    given = {name: part for name, part in DOCUMENT_EXAMPLE.items() if name != "neighbours"}
    made = member.post("/v1/instances", json=given).json()
    assert made["neighbours_computed"]
    new = {"name": "x", "instance_id": made["id"]}
    assert member.post("/v1/rounds", json=new).json()["code"] == "neighbours_unapproved"
    assert member.post("/v1/rounds", json=new | {"neighbours_approved": True}).status_code == 201


def test_an_empty_roster_is_not_frozen(member, instance_id):
    made = member.post("/v1/rounds", json={"name": "x", "instance_id": instance_id, "applicants": "none"}).json()
    member.post(f"/v1/rounds/{made['id']}:open")
    refused = member.post(f"/v1/rounds/{made['id']}:freeze")
    assert (refused.status_code, refused.json()["code"]) == (409, "round_empty")


@pytest.fixture
def opened(member, draft):
    member.post(f"/v1/rounds/{draft['id']}:open")
    return f"/v1/rounds/{draft['id']}"


def asking(applicant_id, **facts):
    return APPLICANT_EXAMPLE | {"applicant_id": applicant_id} | facts


def test_batches_of_every_kind_join_the_roster_and_the_freeze(home, member, opened, tmp_path):
    from instances.applicant import Applicant
    from instances.tables import read_applicants, write_applicants

    clerk = home.client("clerk")
    csv_kind, xlsx_kind = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert clerk.post(f"{opened}/batches", json=[asking("B1"), asking("B2")]).status_code == 201
    for number, (kind, suffix) in enumerate([(csv_kind, "csv"), (xlsx_kind, "xlsx")], start=2):
        applicants: tuple[Applicant, ...] = read_applicants([asking(f"B{number}{suffix}")]).applicants
        write_applicants(applicants, tmp_path / f"batch.{suffix}")
        content = (tmp_path / f"batch.{suffix}").read_bytes()
        sent = clerk.post(f"{opened}/batches", content=content, headers={"Content-Type": kind})
        assert sent.status_code == 201, sent.text
        assert (sent.json()["number"], sent.json()["source"], sent.json()["count"]) == (number, suffix, 1)
    frozen = member.post(f"{opened}:freeze").json()
    assert frozen["applicants"] == 7
    document = member.get(f"/v1/instances/{frozen['frozen_instance_id']}/document").json()
    assert {each["applicant_id"] for each in document["applicants"]} == {
        "A1",
        "A2",
        "A3",
        "B1",
        "B2",
        "B2csv",
        "B3xlsx",
    }
    late = clerk.post(f"{opened}/batches", json=[asking("B9")])
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_a_bad_batch_is_refused_whole_with_every_fault(home, opened):
    clerk = home.client("clerk")
    bad = [
        asking("B1"),
        asking("A1"),
        asking("B1", jobs_direct=-1),
        asking("B3", sector="circus"),
        asking("B4", score="x"),
    ]
    refused = clerk.post(f"{opened}/batches", json=bad)
    assert refused.status_code == 422
    found = {(fault["key"], fault["code"]) for fault in refused.json()["faults"]}
    assert {("/1", "already_in_roster"), ("/2", "given_twice"), ("/3", "unknown_sector")} <= found
    assert {key for key, _ in found} == {"/1", "/2", "/3", "/4"}
    assert clerk.get(f"{opened}/batches").json()["items"] == []
    assert clerk.get(opened).json()["applicants"] == 3


def test_a_batch_with_a_key_is_stored_once(home, opened):
    clerk = home.client("clerk")
    headers = {"Idempotency-Key": "batch-7"}
    first = clerk.post(f"{opened}/batches", json=[asking("B1")], headers=headers)
    again = clerk.post(f"{opened}/batches", json=[asking("B1")], headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert clerk.get(opened).json()["applicants"] == 4


def test_the_same_batch_sent_twice_at_once_is_stored_once(home, opened):
    answers = []

    def send():
        with home.client("clerk") as clerk:
            answers.append(clerk.post(f"{opened}/batches", json=[asking("B1")], headers={"Idempotency-Key": "k"}))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.status_code for each in answers] == [201] * 4
    assert len({each.text for each in answers}) == 1
    assert home.client("clerk").get(opened).json()["applicants"] == 4


def test_a_dry_run_of_a_batch_says_the_same_faults_and_stores_nothing(home, opened):
    clerk = home.client("clerk")
    tried = clerk.post(f"{opened}/batches?dry_run=true", json=[asking("B1")])
    assert (tried.status_code, tried.json()["count"], tried.json()["id"]) == (200, 1, None)
    assert clerk.post(f"{opened}/batches?dry_run=true", json=[asking("A1")]).status_code == 422
    assert clerk.get(opened).json()["applicants"] == 3


def test_a_batch_can_be_withdrawn_and_sent_again(home, opened):
    clerk = home.client("clerk")
    made = clerk.post(f"{opened}/batches", json=[asking("B1")]).json()
    assert clerk.delete(f"{opened}/batches/{made['id']}").status_code == 204
    assert clerk.delete(f"{opened}/batches/{made['id']}").status_code == 404
    assert clerk.get(opened).json()["applicants"] == 3
    assert clerk.post(f"{opened}/batches", json=[asking("B1")]).status_code == 201


def test_every_step_is_in_the_audit_log(home, member, opened):
    from api.store import audit

    member.post(f"{opened}/batches", json=[asking("B1")])
    member.post(f"{opened}:freeze")
    with home.service.reading() as connection:
        actions = [entry.action for entry in audit.entries(connection)]
        assert audit.verify(connection)[2] is None
    assert actions == ["instance.add", "round.add", "round.open", "batch.add", "round.freeze"]
