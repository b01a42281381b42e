"""Many askers, one question: all take its answer or its error, and nobody who leaves ends it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from api.service import Recent
from api.shared_answers import SharedAnswers, SharedWork
from tests.api.loops import on_a_loop


def test_all_who_ask_at_once_share_one_question() -> None:
    async def story() -> None:
        asked, may_answer = [], threading.Event()

        def ask() -> int:
            asked.append(1)
            may_answer.wait(10)
            return 7

        answers = SharedAnswers[int]()
        waiting = [asyncio.create_task(answers.get("a", ask)) for _ in range(20)]
        await asyncio.sleep(0.05)
        may_answer.set()
        assert await asyncio.gather(*waiting) == [7] * 20
        assert len(asked) == 1
        assert await answers.get("a", ask) == 7
        assert len(asked) == 2

    on_a_loop(story())


def test_whoever_asks_as_an_answer_comes_causes_no_second_question() -> None:
    """Between a look at what is kept and the question, another's question may end."""

    class LateLook(Recent[str]):
        def get(self, key: str) -> str | None:
            found = super().get(key)
            self.put(key, "the other's")
            return found

    async def story() -> None:
        answers, kept = SharedAnswers[str](), Recent[str](2)
        assert await answers.get_kept(kept, "a", lambda: "made") == "made"
        assert await answers.get_kept(kept, "a", lambda: "made again") == "made"
        assert await answers.get_kept(LateLook(2), "a", lambda: "a second one") == "the other's"

    on_a_loop(story())


def test_another_key_is_another_question() -> None:
    async def story() -> None:
        answers = SharedAnswers[str]()
        assert await asyncio.gather(*(answers.get(key, lambda key=key: key * 2) for key in "abc")) == ["aa", "bb", "cc"]

    on_a_loop(story())


def test_an_error_reaches_everyone_and_is_not_kept() -> None:
    async def story() -> None:
        answers = SharedAnswers[int]()

        def ask() -> int:
            raise LookupError("no store")

        found = await asyncio.gather(*(answers.get("a", ask) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [LookupError] * 3
        assert await answers.get("a", lambda: 1) == 1

    on_a_loop(story())


def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    async def story() -> None:
        may_answer = threading.Event()

        def ask() -> int:
            may_answer.wait(10)
            return 3

        answers = SharedAnswers[int]()
        leaver = asyncio.create_task(answers.get("a", ask))
        stayer = asyncio.create_task(answers.get("a", ask))
        await asyncio.sleep(0.05)
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        may_answer.set()
        assert await stayer == 3

    on_a_loop(story())


def test_work_is_shared_kept_and_holds_no_thread() -> None:
    async def story() -> None:
        begun, may_answer = [], asyncio.Event()

        async def work() -> int:
            begun.append(threading.current_thread())
            await may_answer.wait()
            return 7

        shared, kept = SharedWork[int](), Recent[int](2)
        waiting = [asyncio.create_task(shared.get_kept(kept, "a", work)) for _ in range(20)]
        other = asyncio.create_task(shared.get_kept(kept, "b", work))
        await asyncio.sleep(0.02)
        assert begun == [threading.current_thread()] * 2
        waiting.pop().cancel()
        may_answer.set()
        assert await asyncio.gather(*waiting, other) == [7] * 20
        assert await shared.get_kept(kept, "a", work) == 7
        assert len(begun) == 2

    on_a_loop(story())


def test_work_that_fails_is_told_to_all_and_not_kept_also_when_all_have_left() -> None:
    async def story() -> None:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

        async def fail() -> int:
            await asyncio.sleep(0.02)
            raise LookupError("no process")

        async def work() -> int:
            return 1

        shared, kept = SharedWork[int](), Recent[int](2)
        found = await asyncio.gather(*(shared.get_kept(kept, "a", fail) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [LookupError] * 3
        leaver = asyncio.create_task(shared.get_kept(kept, "a", fail))
        await asyncio.sleep(0.01)
        leaver.cancel()
        await asyncio.sleep(0.05)
        assert await shared.get_kept(kept, "a", work) == 1
        assert told == []

    on_a_loop(story())
