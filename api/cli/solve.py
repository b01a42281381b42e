"""lotwise solve: read an instance, look for the best plan, prove how good it is, write the files."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.panel import Panel

from api.cli.account import account
from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, facts, people
from api.cli.interrupt import held_back
from api.cli.live import Board
from api.cli.phrases import say
from api.cli.sources import Folder, instance_path
from instances.faults import Language
from instances.instance import Instance
from optimizer.outcome import Limits, Outcome

DEFAULT_SECONDS = 60
LOOK_EVERY_SECONDS = 0.2


def solve(
    folder: Folder,
    seconds: Annotated[
        int | None, typer.Option(min=1, help="Wall time to spend. Default 60, unless --work is given.")
    ] = None,
    work: Annotated[int | None, typer.Option(min=1, help="Work units to spend: the same plan on any machine.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Threads; more than 2 for large instances only.")] = 2,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. Default: out/ and the name of FOLDER.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but faults and failures.")] = False,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find the best plan for an instance, prove how good it is, and write plan, certificate, tables and map data.

    Ctrl-C stops cleanly and keeps the best plan with its proof; a second Ctrl-C aborts.
    """
    started = time.monotonic()
    given = seconds if seconds or work else DEFAULT_SECONDS
    limits = Limits(seconds=given, work=work, seed=seed, workers=workers)
    path = instance_path(folder)
    directory = out or Path("out") / path.stem
    directory.mkdir(parents=True, exist_ok=True)
    with held_back() as signals_that_came, Board(people(True), language, quiet) as board:
        if not quiet:
            board.say(say("reading", language, folder=folder))
        instance = _read(path)
        if signals_that_came():
            raise Refused(Code.ABORTED, "aborted")
        outcome, stopped = _run(instance, limits, board, signals_that_came)
        if outcome.plan is None:
            raise no_plan(outcome.kind, outcome.conflict, language)
        if not quiet:
            tell(outcome.conflict, language)
        document, files = _save(outcome, directory)
    elapsed = round(time.monotonic() - started)
    if not quiet:
        lines = [
            *account(instance, outcome.plan, document, language),
            (say("elapsed", language), say("seconds", language, seconds=elapsed)),
            (say("files", language), f"{directory}: {', '.join(file.name for file in files)}"),
        ]
        console = people(as_json)
        console.print(Panel(facts(lines), title=instance.name.replace("[", "\\["), title_align="left", expand=False))
        console.print(say("check_it", language, folder=folder, out=directory), markup=False, soft_wrap=True)
    if as_json:
        names = {file.name: str(file) for file in files}
        emit({"kind": outcome.kind, "stopped": stopped, "elapsed_seconds": elapsed, "files": names, "plan": document})


def no_plan(kind: str, conflict: Mapping[str, Any] | None, language: Language) -> Refused:
    """That there is no plan, after telling people what stands in the way."""
    tell(conflict, language)
    return Refused(Code.NO_PLAN, kind, None if conflict is None else {"conflict": dict(conflict)})


def tell(conflict: Mapping[str, Any] | None, language: Language) -> None:
    """The conflict, sentence by sentence, on the stream that people read."""
    from optimizer.conflict.sentences import sentences

    for each in () if conflict is None else sentences(conflict, language):
        people(True).print(each, markup=False, soft_wrap=True)


def _read(path: Path) -> Instance:
    from instances.reading import read_instance

    return read_instance(path)


def _save(outcome: Outcome, directory: Path) -> tuple[dict[str, Any], tuple[Path, ...]]:
    from optimizer.export import plan_document, save

    return plan_document(outcome), save(outcome, directory)


def _run(
    instance: Instance, limits: Limits, board: Board, signals_that_came: Callable[[], int]
) -> tuple[Outcome, bool]:
    """The outcome, and whether it was stopped.

    The optimizer works in its own thread: the main one stays free to draw and to hear Ctrl-C.
    """
    stop = threading.Event()
    outcomes: list[Outcome] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            from optimizer.solve import solve as find

            outcomes.append(find(instance, limits, listen=board.listen, stop=stop))
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=work, name="optimizer", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_EVERY_SECONDS)
        for _ in range(signals_that_came()):
            if stop.is_set():
                _abort(board)
            stop.set()
            board.say(say("stopping", board.language))
        board.draw()
    if errors:
        raise errors[0]
    return outcomes[0], stop.is_set()


def _abort(board: Board) -> None:
    """Leave at once: compiled code in the other thread cannot be interrupted in any gentler way."""
    if board.live:
        board.live.stop()
    board.say(say("aborted", board.language))
    os._exit(Code.ABORTED)
