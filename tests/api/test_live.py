"""The line that is drawn while a run is watched in a terminal."""

import io

import pytest
from rich.console import Console

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
