"""An attempt watches a real process: one that ends, dies, is deaf, or is in nobody's hands any more."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.attempt import Died, Overran, attempt
from api.child import GIVES_WAY
from api.openapi import DOCUMENT_EXAMPLE
from tests.api.loops import on_a_loop
from tests.api.stand_in import stand_in

JOB = {
    "task": "solve",
    "instance": DOCUMENT_EXAMPLE,
    "limits": {"seconds": None, "work": 1, "seed": 1, "workers": 1},
    "start": None,
    "memory_mb": 12_000,
}


def is_gone(tmp_path):
    return not Path(f"/proc/{(tmp_path / 'pids').read_text().strip()}").exists()


async def never(message):
    return False


async def at_once(message):
    return True


def ran(told=never, seconds=30.0, grace_seconds=30.0, job=JOB):
    return on_a_loop(attempt(job, seconds, grace_seconds, told))


STAGED = {**DOCUMENT_EXAMPLE, "policy": {**DOCUMENT_EXAMPLE["policy"], "objective": ["jobs", "clustering"]}}


def test_a_real_solver_tells_the_plan_of_stages_before_its_end():
    heard = []

    async def listen(message):
        heard.append(dict(message))
        return False

    outcome = ran(listen, job=JOB | {"instance": STAGED, "limits": JOB["limits"] | {"work": 8}})
    stages = [each["stage"] for each in heard if each]
    assert stages
    assert all(each["of"] == 2 and each["goal"] == ("jobs", "clustering")[each["number"] - 1] for each in stages)
    assert any("plan" in each for each in heard), "what is kept when it is killed"
    assert [each["stage"] for each in json.loads(outcome["document"])["stages"]] == ["jobs", "clustering"]


def test_a_real_solver_tells_progress_and_ends_with_an_outcome():
    heard = []

    async def listen(message):
        heard.append(dict(message))
        return False

    outcome = ran(listen)
    assert outcome["kind"] == "plan"
    assert json.loads(outcome["document"])["value_millipoints"] == outcome["value_millipoints"]
    assert outcome["bound_millipoints"] >= outcome["value_millipoints"]
    assert all(message == {} or "value_millipoints" in message for message in heard)


def test_a_real_solver_is_never_worse_than_the_plan_that_it_begins_from():
    first = ran()
    again = ran(job=JOB | {"start": json.loads(first["document"])["assignments"]})
    assert again["value_millipoints"] >= first["value_millipoints"]


def test_a_real_solver_reads_no_module_that_it_has_no_use_for():
    useless = {"matplotlib", "pyogrio", "xlsxwriter", "typer", "fastapi", "pydantic", "sqlalchemy", "dbos"}
    script = f"import sys, api.child, instances.reading, optimizer.solve\nprint(*{useless} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""


def test_a_solver_that_does_not_end_in_time_is_killed(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, "sys.stdin.readline()\ntime.sleep(600)")
    with pytest.raises(Overran):
        ran(seconds=1.0, grace_seconds=0.5)
    assert is_gone(tmp_path)


def test_a_solver_that_does_not_hear_that_it_should_stop_is_killed(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, "sys.stdin.readline()\ntime.sleep(600)")
    with pytest.raises(Overran):
        ran(at_once, seconds=600.0, grace_seconds=1.0)
    assert is_gone(tmp_path)


def test_a_solver_that_stops_when_asked_is_heard_out(monkeypatch, tmp_path):
    stand_in(
        monkeypatch,
        tmp_path,
        "sys.stdin.readline()\nassert sys.stdin.readline() == 'stop\\n'\n"
        'print(\'{"event": "outcome", "kind": "none_found"}\', flush=True)\ntime.sleep(600)',
    )
    assert ran(at_once) == {"kind": "none_found"}
    assert is_gone(tmp_path)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("sys.stdin.readline(); sys.exit(7)", 7),
        ("sys.stdin.readline(); os.kill(os.getpid(), 9)", -9),
        ("sys.stdin.readline()", 0),
        ("sys.stdin.close(); sys.exit(5)", 5),
    ],
)
def test_a_solver_that_dies_says_how(monkeypatch, tmp_path, script, code):
    stand_in(monkeypatch, tmp_path, script)
    with pytest.raises(Died) as died:
        ran()
    assert died.value.code == code


def test_a_solver_is_gone_when_its_run_belongs_to_another(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, "sys.stdin.readline()\ntime.sleep(600)")

    async def lost(message):
        raise LookupError

    with pytest.raises(LookupError):
        ran(lost)
    assert is_gone(tmp_path)


def test_a_real_solver_over_its_memory_dies():
    with pytest.raises(Died):
        ran(job=JOB | {"memory_mb": 150})


def test_a_real_solver_dies_with_its_parent(tmp_path):
    """The parent is killed hard: nobody tells the solver; the end of its standard input does."""
    script = (
        "import asyncio, json, sys\nfrom api.attempt import attempt\n"
        "async def told(message):\n    print('alive', flush=True)\n    return False\n"
        "asyncio.run(attempt(json.load(open(sys.argv[1])), 600, 60, told))\n"
    )
    job = JOB | {"limits": {"seconds": 300, "work": None, "seed": 1, "workers": 1}}
    (tmp_path / "job.json").write_text(json.dumps(job))
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "job.json")], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        assert children
        parent.kill()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_search_gives_way_to_whoever_else_is_on_the_machine():
    heard = []

    async def listen(message):
        mine = [int(each) for tasks in Path("/proc/self/task").glob("*/children") for each in tasks.read_text().split()]
        heard.extend(os.getpriority(os.PRIO_PROCESS, each) for each in mine if message)
        return False

    ran(listen)
    assert max(heard) == os.getpriority(os.PRIO_PROCESS, 0) + GIVES_WAY
