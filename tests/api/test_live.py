"""The line that is drawn while a run is watched in a terminal."""

import io

import pytest
from rich.console import Console

from api.cli import live
from api.cli.live import UNKNOWN, Board
from api.cli.phrases import say
from instances.faults import LANGUAGES
from optimizer.outcome import Progress, StageProgress


def line(language, progress):
    board = Board(Console(file=io.StringIO()), language, quiet=True)
    if progress is not None:
        board.listen(progress)
    return board.line()


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_run_of_stages_the_line_tells_where_the_stage_stands(language):
    stage = StageProgress(2, 3, "clustering", 400_000, 500_000)
    told = line(language, Progress(10, "search", 9_000_000, None, None, stage))
    assert say("stage", language, number="2/3", goal=say("clustering", language)) in told
    assert all(each in told for each in ("400", "500", "25"))
    assert UNKNOWN not in told
    assert "9" not in told.replace("2/3", ""), "the whole value is not what the stage is about"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_known_before_the_first_event_and_a_stage_may_have_no_bound_yet(language):
    assert line(language, None).count(UNKNOWN) == 3
    stage = StageProgress(1, 2, "jobs", 400_000, None)
    assert line(language, Progress(10, "stage", 9_000_000, None, None, stage)).count(UNKNOWN) == 2


def test_of_any_other_run_the_line_tells_value_bound_and_step():
    told = line("en", Progress(10, "anneal", 3_220_000, 3_250_000))
    assert all(each in told for each in ("3,220", "3,250", "0.94", "anneal"))


def test_elsewhere_a_plain_line_comes_after_one_and_two_seconds_and_then_every_five(monkeypatch):
    now, written = [100.0], io.StringIO()
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])
    board, came = Board(Console(file=written), "en", quiet=False), []
    for tenths in range(1, 171):
        now[0] = 100.0 + tenths / 10
        before = written.getvalue()
        board.draw()
        if written.getvalue() != before:
            came.append(tenths / 10)
    assert came == [1.0, 2.0, 5.0, 10.0, 15.0]


def test_after_a_long_silence_there_is_one_line_and_not_all_that_were_missed(monkeypatch):
    now, written = [100.0], io.StringIO()
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])
    board = Board(Console(file=written), "en", quiet=False)
    for now[0] in (112.0, 112.2):
        board.draw()
    assert written.getvalue().count("\n") == 1


def test_a_quiet_run_writes_nothing(monkeypatch):
    now, written = [100.0], io.StringIO()
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])
    board = Board(Console(file=written), "en", quiet=True)
    now[0] = 160.0
    board.draw()
    assert not written.getvalue()
