"""How fair a plan is: said by a process of its own, once for all who ask."""

import asyncio
import json

import httpx2
import pytest

from api.fairness import FairnessResource
from instances.faults import LANGUAGES
from optimizer.fairness import fairness
from optimizer.why.fact import sentence
from optimizer.why.told import fairness_facts
from tests.api.finished import SMALL, planned
from tests.api.loops import on_a_loop
from tests.api.stand_in import stand_in, started
from tests.outcomes import small_instance, small_outcome

ANSWERED_SECONDS = 60
"""Longer than anything here takes; a test that waits for so long has failed."""


@pytest.fixture
def plan_id(home):
    return planned(home)


@pytest.fixture(scope="module")
def view():
    """As the library says it."""
    return fairness(small_instance(), small_outcome().plan)


def test_a_real_process_says_what_the_library_says_in_three_languages(home, plan_id, view):
    policy = small_instance().policy
    for language in LANGUAGES:
        answer = home.client("auditor", **{"Accept-Language": language}).get(f"/v1/plans/{plan_id}/fairness")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert [each["text"] for each in told["facts"]] == [
            sentence(each, language, policy) for each in fairness_facts(view)
        ]
        assert [each["code"] for each in told["facts"]] == [each.code for each in fairness_facts(view)]
        assert (told["draw"], told["roster_sha256"]) == (list(view.draw.order), view.draw.roster_sha256)
        assert told["plan"]["value_millipoints"] == view.plan.value_millipoints
        assert told["score_order"]["granted"] == view.score_order.granted
        assert [each["applicant_id"] for each in told["envies"]] == [each.applicant_id for each in view.envies]
        assert "score" not in told["plan"]


def test_what_was_altered_in_the_store_is_looked_at_before_it_is_judged(home, plan_id):
    from api.store import plans
    from api.store.tables import instances

    with home.service.writing() as connection:
        its_id = plans.find(connection, plan_id).instance_id
        spoilt = json.dumps(SMALL | {"applicants": []}).encode()
        connection.execute(instances.update().where(instances.c.id == its_id).values(document=spoilt))
    answer = home.client("auditor").get(f"/v1/plans/{plan_id}/fairness")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_seen")


def test_a_process_that_dies_is_said_to_have_failed_and_may_be_asked_again(home, plan_id, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        stand_in(patch, tmp_path, "os._exit(9)")
        answer = home.client("committee").get(f"/v1/plans/{plan_id}/fairness")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_seen")
        assert answer.headers["retry-after"] == "10"
    assert home.client("committee").get(f"/v1/plans/{plan_id}/fairness").status_code == 200


def test_nobody_waits_meanwhile_and_many_who_ask_cause_one_process(home, plan_id, view, monkeypatch, tmp_path):
    real = home.client("committee").get(f"/v1/plans/{plan_id}/fairness").json()
    kept = dict.fromkeys(LANGUAGES, real["facts"])
    said = json.dumps({"event": "outcome", **real, "facts": kept})
    home.service.pages.put(f"fairness {plan_id}", None)
    let_go = tmp_path / "let go"
    stand_in(
        monkeypatch,
        tmp_path,
        f"go = pathlib.Path({str(let_go)!r})\nwhile not go.exists(): time.sleep(0.02)\nprint({said!r})",
    )
    headers = {"Authorization": f"Bearer {home.keys['committee']}"}

    async def story():
        line = httpx2.ASGITransport(app=home.app)
        async with httpx2.AsyncClient(transport=line, base_url="http://service", headers=headers) as client:
            # More than the service has threads for requests.
            asking = [asyncio.ensure_future(client.get(f"/v1/plans/{plan_id}/fairness")) for _ in range(60)]
            while not started(tmp_path):
                await asyncio.sleep(0.02)
            others = await asyncio.gather(*(client.get(f"/v1/plans/{plan_id}/summary") for _ in range(20)))
            assert not any(each.done() for each in asking)
            let_go.touch()
            answers = await asyncio.gather(*asking)
            assert [each.status_code for each in (*others, *answers)] == [200] * 80
            return answers[0].json()

    told = on_a_loop(asyncio.wait_for(story(), ANSWERED_SECONDS))
    assert FairnessResource.model_validate(told) == FairnessResource.model_validate(real)
    assert started(tmp_path) == 1
    assert home.client("auditor").get(f"/v1/plans/{plan_id}/fairness").status_code == 200
    assert started(tmp_path) == 1, "a plan never changes, so what was said of it is kept"


def test_of_a_plan_that_is_not_there_nothing_is_said(home):
    assert home.client("auditor").get("/v1/plans/pl_nothing/fairness").status_code == 404
