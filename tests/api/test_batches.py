"""Batches that come at the same time, and batches that are taken out again."""

import threading

import pytest

from api.openapi import APPLICANT_EXAMPLE, DOCUMENT_EXAMPLE


@pytest.fixture
def opened(home):
    member = home.client("committee")
    instance_id = member.post("/v1/instances", json=DOCUMENT_EXAMPLE).json()["id"]
    made = member.post("/v1/rounds", json={"name": "x", "instance_id": instance_id}).json()
    member.post(f"/v1/rounds/{made['id']}:open")
    return f"/v1/rounds/{made['id']}"


def asking(applicant_id):
    return APPLICANT_EXAMPLE | {"applicant_id": applicant_id}


def test_different_batches_sent_at_once_are_all_stored(home, opened):
    answers = []

    def send(number):
        with home.client("clerk") as clerk:
            answers.append(clerk.post(f"{opened}/batches", json=[asking(f"B{number}"), asking(f"C{number}")]))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.status_code for each in answers] == [201] * 5
    assert sorted(each.json()["number"] for each in answers) == [1, 2, 3, 4, 5]
    assert home.client("clerk").get(opened).json()["applicants"] == 3 + 10


def test_of_two_batches_with_the_same_applicant_sent_at_once_one_is_refused_whole(home, opened):
    answers = []

    def send(number):
        with home.client("clerk") as clerk:
            answers.append(clerk.post(f"{opened}/batches", json=[asking("B1"), asking(f"C{number}")]))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.status_code for each in answers) == [201, 422]
    refused = next(each for each in answers if each.status_code == 422)
    assert [fault["code"] for fault in refused.json()["faults"]] == ["already_in_roster"]
    assert home.client("clerk").get(opened).json()["applicants"] == 3 + 2


def test_a_batch_is_withdrawn_once_under_its_key(home, opened):
    clerk = home.client("clerk")
    path = clerk.post(f"{opened}/batches", json=[asking("B1")]).headers["location"]
    answers = [clerk.delete(path, headers={"Idempotency-Key": "gone"}) for _ in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(204, b"")] * 2
    assert "idempotent-replayed" in answers[1].headers
    assert clerk.delete(path).status_code == 404
    assert clerk.get(path).status_code == 404


def test_a_batch_says_where_it_is(home, opened):
    clerk = home.client("clerk")
    made = clerk.post(f"{opened}/batches", json=[asking("B1")])
    assert clerk.get(made.headers["location"]).json() == made.json()


def test_batches_are_listed_page_by_page_in_the_order_in_which_they_came(home, opened):
    clerk = home.client("clerk")
    made = [clerk.post(f"{opened}/batches", json=[asking(f"B{number}")]).json() for number in range(5)]
    seen, after = [], "0"
    while after is not None:
        page = clerk.get(f"{opened}/batches", params={"limit": 2, "after": after}).json()
        seen, after = seen + page["items"], page["next_cursor"]
    assert seen == made
