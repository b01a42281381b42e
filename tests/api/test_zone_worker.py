"""Whoever serves a zone job: one process, for as long as the attempt that asked for it lasts."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from api.store import runs, zone_jobs
from api.zone_worker import ZoneWorker
from optimizer.search.ground import ground_of
from optimizer.search.zone_solver import ZoneSolver, ground_message
from tests.api.finished import SMALL
from tests.api.loops import on_a_loop
from tests.api.stand_in import stand_in, started
from tests.outcomes import small_instance


@pytest.fixture
def asked(home):
    """(run, attempt, zone job) of an attempt that waits for one zone job."""
    body = {"instance": SMALL, "limits": {"work": 1}}
    run_id = home.client("analyst").post("/v1/allocations", json=body).json()["id"]
    with home.service.writing() as connection:
        _, attempt = runs.claim(connection, run_id, "amal")
        (zone_id,) = zone_jobs.ask(connection, run_id, attempt, 1)
    return run_id, attempt, zone_id


def states(home, asked):
    with home.service.reading() as connection:
        return [job.state for job in zone_jobs.of_attempt(connection, *asked[:2])]


def ask(home, asked, body=b"?", number=1):
    with home.service.writing() as connection:
        zone_jobs.send(connection, asked[2], "to_job", number, body)


def answers_to(home, asked):
    with home.service.reading() as connection:
        return zone_jobs.messages(connection, asked[2], "to_run", 0)


async def served_until(home, asked, folder, then):
    serving = asyncio.ensure_future(ZoneWorker(home.service, "badr").serve(asked[2]))
    while not started(folder):
        await asyncio.sleep(0.01)
    await asyncio.to_thread(then)
    await serving


def is_gone(folder):
    return not Path(f"/proc/{(folder / 'pids').read_text().strip()}").exists()


ANSWERS = {
    "it dies": "sys.stdin.readline(); sys.stdin.readline(); os.kill(os.getpid(), 9)",
    "it ends": "sys.stdin.readline(); sys.stdin.readline()",
    "no base 64": '[print(\'{"event": "answer", "body": "a"}\', flush=True) for _ in sys.stdin]',
    "no answer": '[print(\'{"event": "answer"}\', flush=True) for _ in sys.stdin]',
    "no JSON": "[print('?', flush=True) for _ in sys.stdin]",
}


@pytest.mark.parametrize("how", ANSWERS)
def test_one_whose_process_does_not_answer_is_lost(home, monkeypatch, tmp_path, asked, how):
    stand_in(monkeypatch, tmp_path, ANSWERS[how])
    on_a_loop(served_until(home, asked, tmp_path, lambda: ask(home, asked)))
    assert (states(home, asked), started(tmp_path)) == (["lost"], 1)
    assert is_gone(tmp_path)


ENDS = {
    "finished": lambda connection, run_id, attempt: runs.finish(connection, run_id, attempt, {"kind": "none_found"}),
    "taken over": lambda connection, run_id, _: runs.claim(connection, run_id, "nur"),
    "wanted no more": zone_jobs.end,
    "lost": lambda connection, *_: zone_jobs.bury(connection, {"badr"}),
}


@pytest.mark.parametrize("end", ENDS)
def test_its_process_goes_when_its_attempt_does_or_wants_it_no_more(home, monkeypatch, tmp_path, asked, end):
    stand_in(monkeypatch, tmp_path, "time.sleep(600)")

    def ends():
        with home.service.writing() as connection:
            ENDS[end](connection, *asked[:2])

    on_a_loop(served_until(home, asked, tmp_path, ends))
    assert is_gone(tmp_path)


def test_one_whose_attempt_is_over_or_that_was_begun_starts_no_process(home, monkeypatch, tmp_path, asked):
    stand_in(monkeypatch, tmp_path, "time.sleep(600)")
    with home.service.writing() as connection:
        zone_jobs.claim(connection, asked[2], "badr")
    on_a_loop(ZoneWorker(home.service, "nur").serve(asked[2]))
    assert states(home, asked) == ["at_work"]
    with home.service.writing() as connection:
        runs.claim(connection, asked[0], "nur")
    on_a_loop(ZoneWorker(home.service, "badr").serve(asked[2]))
    assert started(tmp_path) == 0


def test_a_real_process_answers_as_the_solver_does_and_nonsense_is_the_end_of_it(home, asked):
    instance = small_instance()
    head = np.array([0, 1, 0], dtype=np.int64)
    ground = ground_message(head, ground_of(instance))

    async def served():
        serving = asyncio.ensure_future(ZoneWorker(home.service, "badr").serve(asked[2]))
        while states(home, asked) != ["at_work"]:
            await asyncio.sleep(0.01)
        ask(home, asked, ground)
        while not (answers := answers_to(home, asked)):
            assert not serving.done()
            await asyncio.sleep(0.05)
        ask(home, asked, b"nonsense", 2)
        await serving
        return answers

    assert on_a_loop(served()) == [(1, ZoneSolver().answer(ground))]
    assert states(home, asked) == ["lost"]


def test_it_obeys_the_limit_of_memory_of_runs_and_is_told_nothing_else(home, monkeypatch, tmp_path, asked):
    stand_in(monkeypatch, tmp_path, "pathlib.Path(__file__).with_name('job').write_text(sys.stdin.readline())")
    on_a_loop(served_until(home, asked, tmp_path, lambda: None))
    memory_mb = home.service.settings.run_memory_mb
    assert (tmp_path / "job").read_text() == f'{{"task":"zone","memory_mb":{memory_mb}}}\n'
