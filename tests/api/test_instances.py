import hashlib
import json

import pytest

from api.openapi import DOCUMENT_EXAMPLE
from instances.library import path as path_of
from instances.reading import read_instance
from instances.writing import document, write_instance

CHANGED = json.loads(json.dumps(DOCUMENT_EXAMPLE))
CHANGED["policy"]["lottery_seed"] = 8


@pytest.fixture
def clerk(home):
    return home.client("clerk")


def test_an_instance_is_stored_under_the_hash_of_its_document(clerk):
    sent = clerk.post("/v1/instances", json=DOCUMENT_EXAMPLE)
    assert sent.status_code == 201
    summary = sent.json()
    assert sent.headers["location"] == f"/v1/instances/{summary['id']}"
    assert (summary["lots"], summary["applicants"], summary["neighbours"], summary["zones"]) == (3, 3, 2, 1)
    assert summary["fingerprint"] == read_instance(DOCUMENT_EXAMPLE).fingerprint()
    stored = clerk.get(f"{sent.headers['location']}/document")
    assert hashlib.sha256(stored.content).hexdigest() == summary["id"]
    assert read_instance(stored.content) == read_instance(DOCUMENT_EXAMPLE)
    assert clerk.get(sent.headers["location"]).json() == summary


def test_the_same_content_in_another_order_is_the_same_instance(clerk):
    first = clerk.post("/v1/instances", json=DOCUMENT_EXAMPLE).json()
    turned = DOCUMENT_EXAMPLE | {"applicants": DOCUMENT_EXAMPLE["applicants"][::-1]}
    again = clerk.post("/v1/instances", json=turned)
    assert again.status_code == 200
    assert again.json() == first
    assert len(clerk.get("/v1/instances").json()["items"]) == 1


def test_a_zip_of_the_four_files_is_an_instance_too(clerk, tmp_path):
    write_instance(read_instance(path_of("ait-kamra-168")), tmp_path / "zone.zip")
    content = (tmp_path / "zone.zip").read_bytes()
    sent = clerk.post("/v1/instances", content=content, headers={"Content-Type": "application/zip"})
    assert sent.status_code == 201
    assert (sent.json()["lots"], sent.json()["applicants"]) == (168, 420)


def test_every_fault_is_listed_and_nothing_is_stored(clerk):
    bad = json.loads(json.dumps(DOCUMENT_EXAMPLE))
    bad["applicants"][0]["sector"] = "circus"
    bad["applicants"][1]["jobs_direct"] = -4
    bad["policy"]["points"]["job_dirct"] = 3
    refused = clerk.post("/v1/instances", json=bad, headers={"Accept-Language": "fr-MA,fr;q=0.9,en;q=0.5"})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "faults"
    assert problem["title"] == "Les données ont des défauts"
    assert {fault["key"] for fault in problem["faults"]} >= {"/applicants/0", "/applicants/1"}
    assert len(problem["faults"]) >= 3
    assert clerk.get("/v1/instances").json()["items"] == []


def test_a_dry_run_stores_nothing(clerk):
    tried = clerk.post("/v1/instances?dry_run=true", json=DOCUMENT_EXAMPLE)
    assert tried.status_code == 200
    assert clerk.get(f"/v1/instances/{tried.json()['id']}").status_code == 404


def test_pages_show_each_instance_once_even_while_more_come(clerk):
    def another(number):
        return DOCUMENT_EXAMPLE | {"policy": DOCUMENT_EXAMPLE["policy"] | {"lottery_seed": number}}

    made = [clerk.post("/v1/instances", json=another(number)).json()["id"] for number in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = clerk.get("/v1/instances", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        clerk.post("/v1/instances", json=another(100 + len(seen)))
    assert cursor is None
    assert seen == made[::-1]


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJ4IiwxXQ", "~~~~", "bnVsbA"])
def test_a_cursor_that_is_not_ours_is_refused(clerk, cursor):
    refused = clerk.get("/v1/instances", params={"cursor": cursor})
    assert refused.status_code == 422
    assert refused.json()["code"] == "bad_request"


def test_applicants_come_page_by_page_in_order(clerk):
    path = clerk.post("/v1/instances", json=document(read_instance(path_of("ait-kamra-168")))).headers["location"]
    seen, after = [], None
    while True:
        page = clerk.get(f"{path}/applicants", params={"limit": 150} | ({"after": after} if after else {})).json()
        seen += [each["applicant_id"] for each in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert seen == sorted(seen)
    assert len(set(seen)) == 420


def test_the_lots_are_a_map_that_need_not_be_sent_twice(clerk):
    path = clerk.post("/v1/instances", json=DOCUMENT_EXAMPLE).headers["location"]
    first = clerk.get(f"{path}/lots.geojson")
    assert first.headers["content-type"] == "application/geo+json"
    assert len(first.json()["features"]) == 3
    again = clerk.get(f"{path}/lots.geojson", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_repeated_request_takes_effect_once_and_another_with_its_key_is_refused(clerk):
    first = clerk.post("/v1/instances", json=DOCUMENT_EXAMPLE, headers={"Idempotency-Key": "k1"})
    again = clerk.post("/v1/instances", json=DOCUMENT_EXAMPLE, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    other = clerk.post("/v1/instances", json=CHANGED, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "key_used_otherwise")


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"", "application/json", 422),
        (b"\xff\xfe{}", "application/json", 422),
        (b"PK\x03\x04 no zip", "application/zip", 422),
        (b"lot,area", "text/csv", 415),
    ],
)
def test_whatever_else_is_refused_with_a_problem(clerk, content, media, status):
    refused = clerk.post("/v1/instances", content=content, headers={"Content-Type": media})
    assert refused.status_code == status
    assert refused.json()["code"]


def test_a_body_over_the_limit_is_refused(home):
    home.app.user_middleware[0].kwargs["body_mb"] = 1
    refused = home.client("clerk").post("/v1/instances", content=b" " * (2**20 + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
