"""Checks of certificates for requests: in a process of their own, one for all who ask, and nobody else waits."""

import asyncio
import json

import httpx2
import pytest

from api.checked import checked
from api.child import outcome_document
from api.problems import Problem
from api.store import runs
from api.worker import packed
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.solve import solve
from tests import tiny
from tests.api.finished import SMALL
from tests.api.loops import in_a_thread, on_a_loop
from tests.api.stand_in import stand_in, started
from tests.optimizer.test_altered_cases import short_of_power
from tests.outcomes import small_instance

ANSWERED_SECONDS = 60
"""Longer than anything here takes; a test that waits for so long has failed."""


@pytest.fixture(scope="module")
def outcome():
    return solve(small_instance(), Limits(None, work=1))


@pytest.fixture
def plan_id(home, outcome):
    """A stored plan with a certificate that holds."""
    asked = {"instance": SMALL, "limits": {"work": 1}}
    run_id = home.client("analyst").post("/v1/allocations", json=asked).json()["id"]
    with home.service.writing() as connection:
        claimed = runs.claim(connection, run_id, "by hand")
        return runs.finish(connection, run_id, claimed[1], packed(outcome_document(outcome)))


@pytest.fixture(scope="module")
def by_cases():
    instance, document = short_of_power()
    best = tiny.verdict(instance)
    return instance, Plan(dict(best.plan)), document | {"value_millipoints": best.value}


def test_a_real_process_says_what_the_check_says(home, by_cases):
    instance, plan, document = by_cases
    assert in_a_thread(checked, home.service, instance, plan, document) == check(
        instance, plan, any_certificate_from(document)
    )
    for wrong in (document | {"bound_millipoints": document["value_millipoints"] - 1}, document | {"tree": []}, {}):
        assert in_a_thread(checked, home.service, instance, plan, wrong) is None


def test_a_check_that_dies_is_said_to_have_failed_and_may_be_asked_for_again(
    home, outcome, plan_id, monkeypatch, tmp_path
):
    with monkeypatch.context() as patch:
        stand_in(patch, tmp_path, "os._exit(9)")
        with pytest.raises(Problem):
            in_a_thread(checked, home.service, small_instance(), outcome.plan, {})
        answer = home.client("reader").get(f"/v1/plans/{plan_id}/policy-help")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_checked")
        assert answer.headers["retry-after"] == "10"
    assert home.client("reader").get(f"/v1/plans/{plan_id}/policy-help").status_code == 200
    assert home.service.proofs.get(plan_id) == outcome.proof


def test_nobody_waits_while_certificates_are_checked_and_many_who_ask_cause_one_check(
    home, plan_id, monkeypatch, tmp_path
):
    let_go = tmp_path / "let go"
    proof = json.dumps({"event": "outcome", "proof": {"bound_millipoints": 1, "certificate_sha256": "0" * 64}})
    waits = f"go = pathlib.Path({str(let_go)!r})\nwhile not go.exists(): time.sleep(0.02)\nprint({proof!r})"
    stand_in(monkeypatch, tmp_path, waits)
    headers = {"Authorization": f"Bearer {home.keys['reader']}"}

    async def story():
        line = httpx2.ASGITransport(app=home.app)
        async with httpx2.AsyncClient(transport=line, base_url="http://service", headers=headers) as client:
            # More than the service has threads for requests.
            asking = [asyncio.ensure_future(client.get(f"/v1/plans/{plan_id}/policy-help")) for _ in range(60)]
            while not started(tmp_path):
                await asyncio.sleep(0.02)
            others = await asyncio.gather(*(client.get(f"/v1/plans/{plan_id}/summary") for _ in range(20)))
            assert not any(each.done() for each in asking)
            let_go.touch()
            return [each.status_code for each in (*others, *await asyncio.gather(*asking))]

    assert on_a_loop(asyncio.wait_for(story(), ANSWERED_SECONDS)) == [200] * 80
    assert started(tmp_path) == 1
    let_go.unlink()
    assert home.client("reader").get(f"/v1/plans/{plan_id}/policy-help").status_code == 200
    assert started(tmp_path) == 1, "a plan never changes, so its proof is remembered"
