"""The committee tries things out on the bundled zone: what if, a revision with few changes, a curve."""

import json

import pytest

from api.client import Client, Refusal
from api.openapi import DOCUMENT_EXAMPLE
from instances.faults import LANGUAGES
from instances.library import path
from tests.api.served import served


@pytest.fixture(scope="module")
def service(stores, tmp_path_factory):
    with stores.fresh("sqlite") as url, served(url, tmp_path_factory.mktemp("what-if")) as processes:
        processes.serve()
        yield processes.address, processes.key("committee")


@pytest.fixture(scope="module")
def client(service):
    with Client(*service) as one:
        yield one


@pytest.fixture(scope="module")
def plan_id(client):
    return client.finished(client.allocate(path("ait-kamra-168"), work=1).id).result.plan_id


def test_two_tenants_withdraw_and_the_others_mostly_stay(service, client, plan_id):
    before = client.plan(plan_id)["assignments"]
    gone, *_, pinned = sorted(before)
    free_lot = before[gone][0]
    changes = [
        {"change": "withdraw", "applicant_id": gone},
        {"change": "forbid", "lot_id": free_lot},
        {"change": "pin", "applicant_id": pinned, "lots": before[pinned]},
    ]
    asked = client.what_if(plan_id, changes, {"most_changes": 3}, work=1)
    assert asked.start_plan_id == plan_id
    ended = client.finished(asked.id)
    after_id = ended.result.plan_id
    after = client.plan(after_id)
    assert gone not in after["assignments"]
    assert free_lot not in {lot for lots in after["assignments"].values() for lot in lots}
    assert after["assignments"][pinned] == before[pinned]
    moved = [each for each, lots in before.items() if each != gone and after["assignments"].get(each) != lots]
    assert len(moved) <= 3
    assert after["proof"]["bound_millipoints"] >= after["value_millipoints"]
    (variant,) = client.variants(client.plan_summary(plan_id).instance_id)
    assert variant.instance_id == ended.instance_id
    assert [each["change"] for each in variant.changes] == ["withdraw", "forbid", "pin", "revision"]
    for language in LANGUAGES:
        with Client(*service, language=language) as one:
            found = one.difference(plan_id, after_id)
            print(language, *found.text, sep="\n")
            assert any(line.startswith(f"{gone}: ") for line in found.text)
    assert found.goals[0]["goal"] == "jobs"
    assert {each["applicant_id"] for each in found.applicants if each["kind"] in ("moved", "lost")} == set(moved)
    table = client._connection.ask(
        "GET", f"/v1/plans/{after_id}/difference?from={plan_id}", headers={"Accept": "text/csv"}
    ).text
    assert table.splitlines()[0] == "applicant,change,lots before,lots after"
    assert len(table.splitlines()) == 1 + len(found.applicants)


def test_every_fault_of_the_changes_is_told_and_nothing_is_stored(service, plan_id):
    wrong = [
        {"change": "withdraw", "applicant_id": "nobody"},
        {"change": "forbid", "lot_id": "nowhere"},
        {"change": ""},
    ]
    for language in LANGUAGES:
        with Client(*service, language=language) as one, pytest.raises(Refusal) as refused:
            one.what_if(plan_id, wrong)
        assert [each["code"] for each in refused.value.faults] == ["unknown_choice", "unknown_applicant", "unknown_lot"]
        assert all(each["text"] for each in refused.value.faults)


def test_a_curve_of_jobs_against_clustering_bounds_each_point(client, plan_id):
    instance_id = client.plan_summary(plan_id).instance_id
    weights = [{"jobs": 64, "clustering": 1}, {"jobs": 1, "clustering": 16}]
    started = client.draw_curve("tradeoff", instance_id=instance_id, weights=weights, limits={"work": 1})
    for point in started.points:
        client.finished(point.run_id)
    found = client.curve(started.id)
    assert found.state == "done"
    one, two = found.points
    print(json.dumps(found.model_dump(mode="json"), indent=1))
    assert one.a > two.a
    assert one.b < two.b
    for point in found.points:
        assert point.a <= point.most_a
        assert point.b <= point.most_b


def test_a_curve_of_changes_is_bounded_at_each_price(client):
    plan_id = client.finished(client.allocate(DOCUMENT_EXAMPLE, work=1).id).result.plan_id
    started = client.draw_curve("changes", plan_id=plan_id, prices=[0, 5000], limits={"work": 1})
    for point in started.points:
        client.finished(point.run_id)
    for point in client.curve(started.id).points:
        assert point.changes == 0
        assert point.a <= point.most_a
        assert point.b <= point.most_b
