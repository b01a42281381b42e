"""The command and its subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.ask import fairness, next_, why
from api.cli.backup import backup, forget, restore
from api.cli.check import check
from api.cli.compare import compare
from api.cli.console import reported
from api.cli.draw import draw
from api.cli.export_cnig import export_cnig
from api.cli.export_vipr import export_vipr
from api.cli.follow_up import follow_up
from api.cli.generate import generate
from api.cli.keep import audit, key
from api.cli.remote import asking, round_app, submit
from api.cli.retain import retain
from api.cli.serve import serve, worker
from api.cli.show import show
from api.cli.solve import solve
from api.cli.validate import validate
from api.cli.weights import weights
from api.cli.what_if import curve, difference_, what_if

EXIT_CODES = (
    "Exit codes: 0 fine · 1 unexpected error · 2 wrong use of the command · 3 the input has faults · "
    "4 check disagrees · 5 no plan found, or none exists · 130 aborted by a second Ctrl-C."
)

app = typer.Typer(
    name="lotwise",
    help="Decides which project gets which lot in an economic-activity zone, and proves how good the decision is.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, command in (
    ("solve", solve),
    ("check", check),
    ("validate", validate),
    ("show", show),
    ("why", why),
    ("fairness", fairness),
    ("next", next_),
    ("what-if", what_if),
    ("difference", difference_),
    ("curve", curve),
    ("map", draw),
    ("compare", compare),
    ("weights", weights),
    ("export-vipr", export_vipr),
    ("export-cnig", export_cnig),
    ("follow-up", follow_up),
    ("generate", generate),
    ("serve", serve),
    ("worker", worker),
    ("key", key),
    ("audit", audit),
    ("backup", backup),
    ("restore", restore),
    ("forget", forget),
    ("retain", retain),
):
    app.command(name, epilog=EXIT_CODES)(reported(command))

app.command("submit", epilog=EXIT_CODES)(asking(submit))
app.add_typer(round_app, name="round", epilog=EXIT_CODES)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lotwise {version('lotwise')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Decides which project gets which lot in an economic-activity zone, and proves how good the decision is."""


def main() -> None:
    """Entry point of the command."""
    app(prog_name="lotwise")
