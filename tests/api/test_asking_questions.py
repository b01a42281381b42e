"""Questions over HTTP: equal ones asked at once take one process, others take one each, and no more than two."""

import asyncio
import json

import httpx2
import pytest

from tests.api.finished import planned
from tests.api.loops import on_a_loop
from tests.api.stand_in import stand_in, started

ANSWERED_SECONDS = 60
"""Longer than anything here takes; a test that waits for so long has failed."""
ANSWER = {
    "event": "outcome", "status": "asked", "least_millipoints": 1, "most_millipoints": 2, "lots": [], "lose": [],
    "move": [], "gain": [], "jobs_out_below": None, "jobs_found_from": None, "jobs_sure_from": None,
    "threshold": None, "assignments": None, "facts": [],
}  # fmt: skip


@pytest.fixture
def plan_id(home):
    return planned(home)


@pytest.fixture
def asked(home, plan_id, monkeypatch, tmp_path):
    """Asks questions at once, lets the processes answer once so many of them have begun, and gives back the answers."""
    let_go = tmp_path / "let go"
    stand_in(
        monkeypatch,
        tmp_path,
        f"go = pathlib.Path({str(let_go)!r})\nwhile not go.exists(): time.sleep(0.02)\nprint({json.dumps(ANSWER)!r})",
    )
    headers = {"Authorization": f"Bearer {home.keys['analyst']}"}

    def ask(questions, processes, leaving=0):
        async def story():
            line = httpx2.ASGITransport(app=home.app)
            async with httpx2.AsyncClient(transport=line, base_url="http://service", headers=headers) as client:
                path = f"/v1/plans/{plan_id}/questions"
                asking = [asyncio.ensure_future(client.post(path, json=each)) for each in questions]
                while started(tmp_path) < processes:
                    await asyncio.sleep(0.02)
                for each in asking[:leaving]:
                    each.cancel()
                # Time for another process to begin, if one would.
                await asyncio.sleep(0.3)
                let_go.touch()
                return await asyncio.gather(*asking[leaving:])

        return on_a_loop(asyncio.wait_for(story(), ANSWERED_SECONDS))

    return ask


def test_equal_questions_at_once_take_one_process_and_its_answer(asked, tmp_path):
    answers = asked([{"applicant_id": "A3"}] * 5, processes=1)
    assert [each.status_code for each in answers] == [200] * 5
    assert len({each.text for each in answers}) == 1
    assert answers[0].json()["most_millipoints"] == 2
    assert started(tmp_path) == 1
    assert asked([{"applicant_id": "A3"}], processes=1)[0].status_code == 200
    assert started(tmp_path) == 1, "the answer is kept"


def test_another_question_takes_another_process_until_two_are_at_work(asked, home, tmp_path):
    answers = asked([{"applicant_id": "A3"}, {"applicant_id": "A4"}, {"applicant_id": "A3", "lot": "L1"}], processes=2)
    assert sorted(each.status_code for each in answers) == [200, 200, 429]
    assert started(tmp_path) == 2
    assert home.service.questions == 0


def test_an_equal_question_is_not_refused_while_two_are_at_work(asked, tmp_path):
    answers = asked([{"applicant_id": "A3"}, {"applicant_id": "A4"}, {"applicant_id": "A3"}], processes=2)
    assert [each.status_code for each in answers] == [200] * 3
    assert started(tmp_path) == 2


def test_one_who_leaves_takes_nothing_from_the_other(asked, tmp_path):
    (answer,) = asked([{"applicant_id": "A3"}] * 2, processes=1, leaving=1)
    assert answer.status_code == 200
    assert started(tmp_path) == 1


def test_a_question_that_failed_is_not_kept(home, plan_id, monkeypatch, tmp_path):
    path, question = f"/v1/plans/{plan_id}/questions", {"applicant_id": "A3"}
    with monkeypatch.context() as patch:
        stand_in(patch, tmp_path, "os._exit(9)")
        answer = home.client("analyst").post(path, json=question)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_answer")
    stand_in(monkeypatch, tmp_path, f"print({json.dumps(ANSWER)!r})")
    assert home.client("analyst").post(path, json=question).status_code == 200
