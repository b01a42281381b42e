"""The committee asks of the bundled zone: why, at what cost, how fair, who is next; and is answered in its language."""

import json
from dataclasses import replace

import pytest

from api.client import Client, Refusal
from instances.faults import LANGUAGES
from instances.instance import Instance
from instances.library import path as path_of
from instances.reading import read_instance
from instances.writing import document
from optimizer.audit import audit
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.plan import Plan
from tests.api.served import served


@pytest.fixture(scope="module")
def zone():
    bundled = read_instance(path_of("ait-kamra-168"))
    policy = replace(bundled.policy, waitlist="standing")
    return Instance(bundled.lots, bundled.neighbours, bundled.applicants, policy)


@pytest.fixture(scope="module")
def running(stores, tmp_path_factory):
    with stores.fresh("sqlite") as url, served(url, tmp_path_factory.mktemp("why")) as processes:
        processes.serve()
        yield processes


@pytest.fixture(scope="module")
def clients(running):
    key = running.key("committee")
    opened = {language: Client(running.address, key, language) for language in LANGUAGES}
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture(scope="module")
def published(clients, zone):
    """(round id, plan id) of a published round on the zone."""
    client = clients["en"]
    begun = client.add_round("Spring", client.add_instance(document(zone)).id)
    for move in ("open", "freeze"):
        client.move(begun.id, move)
    ended = client.finished(client.start(begun.id, seconds=6).id)
    plan_id = ended.result.plan_id
    client.move(begun.id, "approve", plan_id=plan_id)
    client.move(begun.id, "publish")
    return begun.id, plan_id


def plan_of(client, plan_id):
    return Plan({each: tuple(lots) for each, lots in client.plan(plan_id)["assignments"].items()})


def texts(asked):
    """The sentences in each language: all different, none empty."""
    found = {language: " ".join(each.text for each in answer.facts) for language, answer in asked.items()}
    for language, text in found.items():
        print(f"{language}: {text}")
    assert len(set(found.values())) == len(LANGUAGES)
    return found


def test_why_is_answered_in_three_languages(clients, zone, published):
    _, plan_id = published
    waiting = clients["en"].plan(plan_id)["waitlist"]
    refused = next(each for each in zone.applicants if each.score < zone.policy.min_score)
    for applicant_id in (waiting[0], waiting[-1], refused.applicant_id):
        told = {each: client.explanation(plan_id, applicant_id) for each, client in clients.items()}
        texts(told)
        assert told["en"].code == told["ar"].code
        assert [each.code for each in told["en"].facts] == [each.code for each in told["fr"].facts]
    lots = {each: client.lot_explanation(plan_id, "L001") for each, client in clients.items()}
    assert "L001" in texts(lots)["ar"]
    pair = clients["fr"].explanation(plan_id, waiting[0], lot="L001")
    assert pair.facts
    with pytest.raises(Refusal):
        clients["en"].lot_explanation(plan_id, "L999")


def test_what_it_would_cost_is_an_interval(clients, zone, published):
    _, plan_id = published
    worth = clients["en"].plan_summary(plan_id)
    applicant_id = clients["en"].plan(plan_id)["waitlist"][0]
    asked = {each: client.cost_of(plan_id, applicant_id) for each, client in clients.items()}
    texts(asked)
    answer = asked["en"]
    if answer.assignments is not None:
        found = audit(zone, Plan({each: tuple(lots) for each, lots in answer.assignments.items()}))
        assert found.is_feasible
        assert answer.most_millipoints == worth.value_millipoints - found.value_millipoints
        assert answer.lots == answer.assignments[applicant_id]
        assert answer.least_millipoints <= answer.most_millipoints
        assert answer.least_millipoints >= worth.value_millipoints - worth.bound_millipoints
    assert asked["ar"].model_dump(exclude={"facts"}) == answer.model_dump(exclude={"facts"})
    with pytest.raises(Refusal) as refused:
        clients["en"].cost_of(plan_id, "nobody")
    assert refused.value.code == "not_found"


def test_fairness_is_told_without_scores(running, clients, published):
    round_id, plan_id = published
    views = {each: client.fairness(plan_id) for each, client in clients.items()}
    texts(views)
    view = views["en"]
    assert view.roster_sha256 == clients["en"].round(round_id).roster_sha256
    assert view.plan.value_millipoints == clients["en"].plan_summary(plan_id).value_millipoints
    assert len(view.draw) == 420
    assert "score" not in json.dumps([each.model_dump() for each in view.envies])
    with Client(running.address, running.key("reader")) as reader, pytest.raises(Refusal) as refused:
        reader.fairness(plan_id)
    assert refused.value.code == "forbidden"


def test_the_waitlist_moves_up_and_is_carried_on(clients, zone, published):
    client, (round_id, plan_id) = clients["en"], published
    before = client.plan(plan_id)
    pinned = {each.applicant_id for each in zone.applicants if each.is_pinned}
    gone = next(each for each in before["assignments"] if each not in pinned)
    shown = {each: one.succession(plan_id, [gone]) for each, one in clients.items()}
    texts(shown)
    moved = client.promote(round_id, [gone], "Withdrew its project.")
    assert moved.state == "published"
    assert moved.plan_id != plan_id
    after = client.plan(moved.plan_id)
    assert after["gone"] == [gone]
    expected = {each: lots for each, lots in before["assignments"].items() if each != gone}
    expected |= {each.applicant_id: each.lots for each in shown["en"].promotions}
    assert after["assignments"] == dict(sorted(expected.items()))
    if before["proof"] is not None:
        certificate = any_certificate_from(json.loads(client.certificate(moved.plan_id)))
        proof = check(zone, plan_of(client, moved.plan_id), certificate)
        assert after["proof"]["bound_millipoints"] == proof.bound_millipoints
    with pytest.raises(Refusal) as refused:
        client.promote(round_id, [sorted(pinned)[0]])
    assert refused.value.code == "cannot_give_up"
    following = client.next_round(round_id, "Autumn")
    carried = read_instance(json.loads(client.instance_document(following.instance_id)))
    waited = {each.applicant_id for each in carried.applicants if each.rounds_waited == 1}
    assert waited == set(after["waitlist"]) - {gone}
    assert gone not in carried.applicant
