"""lotwise check: recompute feasibility, value and bound from the files alone, without any solver."""

from __future__ import annotations

import typer
from rich.table import Table

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import Folder, PlanFolder, instance_path


def check(
    folder: Folder, directory: PlanFolder, language: InLanguage = "en", as_json: AsJson = False, debug: Debug = False
) -> None:
    """Recompute a plan's feasibility, value and proof from the files alone, without any solver."""
    if not (directory / "plan.json").is_file():
        raise Refused(Code.USAGE, "no_plan_here", path=directory, file="plan.json")
    from optimizer.check import check_folder

    checked = check_folder(instance_path(folder), directory)
    wrong = [line.label for line in checked.lines if not line.ok]
    table = Table(header_style="bold")
    for title in ("", "label", "said", "recomputed"):
        table.add_column(say(title, language) if title else "", overflow="fold")
    for line in checked.lines:
        table.add_row("[green]✓[/]" if line.ok else "[red]✗[/]", line.label, line.said, line.recomputed)
    console = people(as_json)
    console.print(table)
    console.print(say("disagrees", language, labels=", ".join(wrong)) if wrong else say("agrees", language))
    if as_json:
        lines = [
            {"label": line.label, "said": line.said, "recomputed": line.recomputed, "ok": line.ok}
            for line in checked.lines
        ]
        emit({"agrees": not wrong, "lines": lines})
    if wrong:
        raise typer.Exit(Code.DISAGREES)
