"""Where the command speaks: people on one stream, scripts on the other; how a failure becomes an exit code."""

from __future__ import annotations

import functools
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from rich.console import Console
from rich.table import Table

from api.cli.phrases import say
from instances.faults import Fault, InstanceError, Language

Given = ParamSpec("Given")


class Code(IntEnum):
    """Exit codes; docs/command-line.md and `lotwise --help` list them."""

    FINE = 0
    UNEXPECTED = 1
    USAGE = 2
    FAULTS = 3
    DISAGREES = 4
    NO_PLAN = 5
    ABORTED = 130


class Refused(Exception):
    """A command ends with this code and this phrase.  more: what a script learns besides."""

    def __init__(self, code: Code, phrase: str, more: Mapping[str, Any] | None = None, **values: object) -> None:
        self.code, self.phrase, self.values, self.more = code, phrase, values, dict(more or {})
        super().__init__(phrase)


InLanguage = Annotated[
    Language, typer.Option("--language", envvar="LOTWISE_LANGUAGE", help="Language of messages: en, fr or ar.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output; people read standard error.")]
Debug = Annotated[bool, typer.Option("--debug", envvar="LOTWISE_DEBUG", help="Show the details of unexpected errors.")]


def people(as_json: bool) -> Console:
    """The console for what people read: standard output, or standard error when a script reads the output."""
    return Console(stderr=as_json, highlight=False, soft_wrap=False)


def emit(document: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def facts(lines: Iterable[tuple[str, str]]) -> Table:
    """Labels and values in two columns."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in lines:
        grid.add_row(label, _plain(value))
    return grid


def fault_table(faults: Iterable[Fault], language: Language) -> Table:
    """Every fault with its place, the value found, and what to do; errors before warnings."""
    table = Table(show_lines=False, header_style="bold", expand=False)
    table.add_column("", no_wrap=True)
    for title in ("place", "found", "what_to_do"):
        table.add_column(say(title, language), overflow="fold")
    for fault in sorted(faults, key=lambda each: each.is_warning):
        mark = "[yellow]![/]" if fault.is_warning else "[red]✗[/]"
        text = f"{fault.says(language)} {fault.hint(language)}"
        table.add_row(mark, _plain(fault.where.text(language)), _plain(fault.found), _plain(text))
    return table


def reported(command: Callable[Given, None]) -> Callable[Given, None]:
    """The command, with every failure told in the user's language and turned into its exit code."""

    @functools.wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        language: Any = kwargs.get("language", "en")
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except InstanceError as error:
            if as_json:
                emit({"error": "faults", "faults": [fault.document() for fault in error.faults]})
            Console(stderr=True).print(fault_table(error.faults, language))
            raise typer.Exit(Code.FAULTS) from None
        except Refused as refusal:
            text = say(refusal.phrase, language, **refusal.values)
            _end(refusal.code, refusal.phrase, text, as_json, refusal.more)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            _end(Code.ABORTED, "aborted", say("aborted", language), as_json)
        except OSError as error:
            text = say("cannot_access", language, path=error.filename or "", found=error.strerror or str(error))
            _end(Code.UNEXPECTED, "cannot_access", text, as_json)
        except Exception as error:
            if kwargs.get("debug"):
                traceback.print_exc()
            found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            _end(Code.UNEXPECTED, "unexpected", say("unexpected", language, found=found), as_json)

    return run


def _end(code: Code, error: str, text: str, as_json: bool, more: Mapping[str, Any] | None = None) -> NoReturn:
    if as_json:
        emit({"error": error, "text": text, **(more or {})})
    typer.echo(text, err=True)
    raise typer.Exit(code) from None


def _plain(text: str) -> str:
    """Text from a file is data: square brackets in it are no markup."""
    return text.replace("[", "\\[")
