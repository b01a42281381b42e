"""lotwise check: recompute feasibility, value and bound from the files alone, without any solver."""

from __future__ import annotations

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import Folder, PlanFolder, instance_path
from instances.faults import Language

SHOWN = 20
LABELS = {
    "instance fingerprint": "check_fingerprint",
    "instance name": "check_name",
    "feasible": "check_feasible",
    "value in millipoints": "check_value",
    "goal in millipoints: jobs": "check_jobs",
    "goal in millipoints: preferred": "check_preferred",
    "goal in millipoints: clustering": "check_clustering",
    "waitlist": "check_waitlist",
    "proof": "check_proof",
    "certificate SHA-256": "check_certificate_hash",
    "plan SHA-256": "check_plan_hash",
    "certificate": "check_certificate",
    "proven bound in millipoints": "check_bound",
    "gap": "check_gap",
    "unique": "check_unique",
}
"""What the check calls a line -> the phrase that people read; rules and file names are shown as they are."""


def check(
    folder: Folder, directory: PlanFolder, language: InLanguage = "en", as_json: AsJson = False, debug: Debug = False
) -> None:
    """Recompute a plan's feasibility, value and proof from the files alone, without any solver."""
    if not (directory / "plan.json").is_file():
        raise Refused(Code.USAGE, "no_plan_here", path=directory, file="plan.json")
    from optimizer.check import check_folder

    checked = check_folder(instance_path(folder), directory)
    wrong = [_label(line.label, language) for line in checked.lines if not line.ok]
    table = Table(header_style="bold", box=box.SIMPLE_HEAD)
    for title in ("", "label", "said", "recomputed"):
        table.add_column(say(title, language) if title else "", overflow="fold")
    for line in checked.lines:
        cells = (_label(line.label, language), _short(line.said, line.ok), _short(line.recomputed, line.ok))
        table.add_row("[green]✓[/]" if line.ok else "[red]✗[/]", *(Text(cell) for cell in cells))
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


def _label(label: str, language: Language) -> str:
    return say(LABELS[label], language) if label in LABELS else label


def _short(text: str, ok: bool) -> str:
    """Long text that agrees is cut; what disagrees is shown in full."""
    return f"{text[:SHOWN]}…" if ok and len(text) > SHOWN else text
