"""Zone jobs over real pipes: lines are whole whoever writes them, and what comes is what was asked for."""

import json
import os
import threading
from base64 import b64decode, b64encode
from contextlib import contextmanager
from functools import partial

from api.child import _write
from api.zone_jobs import OverPipe

LONG = bytes(range(256)) * (5 * 2**12)
"""Five megabytes: no pipe holds a line of it at once."""
PATIENCE_SECONDS = 30


class Far:
    """The other end of the lines."""

    def __init__(self, lines, answers):
        self.lines, self._answers = lines, answers

    def next(self):
        return json.loads(self.lines.readline())

    def says(self, **message):
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()

    def answers(self, job, body):
        self.says(job=job, body=b64encode(body).decode())


@contextmanager
def pipes():
    """The zone jobs of a process, the other end, and the stream on which the process tells progress too."""
    (out_end, out), (back, back_end) = os.pipe(), os.pipe()
    with open(out, "w") as told, open(out_end) as heard, open(back) as said, open(back_end, "w") as saying:  # noqa: PTH123
        jobs = OverPipe(partial(_write, told))
        listening = threading.Thread(target=lambda: [jobs.hear(json.loads(line)) for line in said])
        listening.start()
        yield jobs, Far(heard, saying), told
        saying.close()
        listening.join(PATIENCE_SECONDS)


def at_work(jobs, far, count):
    """Let so many come."""
    for job in range(count):
        far.says(job=job, **{"is": "at_work"})
    until(lambda: len(jobs.at_work()) == count)


def until(condition):
    waiting = threading.Event()
    for _ in range(100 * PATIENCE_SECONDS):
        if condition():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen in time")


def test_what_is_asked_for_is_said_once():
    with pipes() as (jobs, far, told):
        jobs.begin(0)
        jobs.begin(3)
        jobs.begin(4)
        assert jobs.at_work() == ()
        at_work(jobs, far, 2)
        jobs.end()
        jobs.end()
        jobs.ask(1, b"late")
        assert jobs.at_work() == ()
        jobs.begin(5)
        _write(told, {"event": "outcome"})
        said = [far.next() for _ in range(3)]
    assert said == [{"event": "zone_jobs", "most": 3}, {"event": "zone_jobs_end"}, {"event": "outcome"}]


def test_one_who_never_began_has_nothing_to_end():
    with pipes() as (jobs, far, told):
        jobs.end()
        jobs.begin(2)
        _write(told, {"event": "outcome"})
        assert far.next() == {"event": "outcome"}


def test_long_lines_stay_whole_beside_progress():
    with pipes() as (jobs, far, told):
        at_work(jobs, far, 2)
        talking = [threading.Thread(target=jobs.ask, args=(job, LONG + bytes([job]))) for job in range(2)]
        talking.append(threading.Thread(target=_write, args=(told, {"event": "progress"})))
        for each in talking:
            each.start()
        said = [far.next() for _ in talking]
        for each in talking:
            each.join(PATIENCE_SECONDS)
    asked = {line["job"]: b64decode(line["body"]) for line in said if line["event"] == "ask"}
    assert asked == {0: LONG + b"\0", 1: LONG + b"\1"}
    assert [line["event"] for line in said].count("progress") == 1


def test_answers_come_in_order_and_once():
    with pipes() as (jobs, far, _):
        at_work(jobs, far, 2)
        wanted, came = [(1, LONG), (0, b"first"), (1, b""), (0, LONG)], []
        for job, body in wanted:
            far.answers(job, body)
        while len(came) < len(wanted):
            came += jobs.answers(PATIENCE_SECONDS)
        assert came == wanted
        assert list(jobs.answers(0)) == []


def test_waiting_ends_when_a_job_is_lost_and_nothing_is_asked_of_it():
    with pipes() as (jobs, far, _):
        at_work(jobs, far, 2)
        waited = []
        waiting = threading.Thread(target=lambda: waited.append(list(jobs.answers(10 * PATIENCE_SECONDS))))
        waiting.start()
        far.says(job=0, **{"is": "lost"})
        waiting.join(PATIENCE_SECONDS)
        assert waited == [[]]
        assert jobs.at_work() == (1,)
        jobs.ask(0, b"lost")
        jobs.ask(1, b"here")
        assert far.next()["job"] == 1
        far.answers(0, b"sent before it died")
        assert jobs.answers(PATIENCE_SECONDS) == [(0, b"sent before it died")]
