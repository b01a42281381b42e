"""lotwise compare: plans, policies, instances and whole folders of them side by side."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import instance_path, saved
from instances.faults import Language
from instances.instance import Instance

if TYPE_CHECKING:
    from optimizer.compare.figures import Compared, Figures
    from optimizer.compare.table import Cell, Line

Sides = Annotated[
    list[str],
    typer.Argument(
        metavar="SIDE...",
        help="Folders that lotwise solve wrote, folders of such folders, instances, or policies (.toml, see --on).",
    ),
]
DEFAULT_WORK = 10
PICTURES = ("svg", "png")
MOST_BESIDE = 4
MAIN = ("value_millipoints", "gap_millionths", "jobs_direct", "clustering_millipoints", "lots_granted", "envies")
"""What is shown where there is no room for all: the files hold every fact."""


def compare(
    sides: Sides,
    on: Annotated[str, typer.Option("--on", metavar="FOLDER", help="The instance on which policies are tried.")] = "",
    work: Annotated[int, typer.Option(min=1, help="Work units for each instance or policy.")] = DEFAULT_WORK,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write table, charts and maps.")] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Set plans side by side in one table; instances and policies are solved first, each with the same work."""
    from optimizer.compare.figures import figures
    from optimizer.compare.table import document, table

    compared = list(_compared(sides, on, work, seed, language))
    if not compared:
        raise Refused(Code.USAGE, "compare_nothing", found=", ".join(sides))
    counted = [figures(each) for each in compared]
    console = people(as_json)
    console.print(_shown(counted, table(counted, language), language))
    if out is not None:
        for path in _written(out, compared, counted, language):
            console.print(say("written", language, path=path), markup=False)
    if as_json:
        emit(document(counted))


def _compared(sides: Sequence[str], on: str, work: int, seed: int, language: Language) -> Iterator[Compared]:
    from instances.reading import read_instance

    for side in sides:
        path = Path(side)
        if path.suffix == ".toml" and path.is_file():
            if not on:
                raise Refused(Code.USAGE, "compare_on_what", path=side)
            yield _solved(path.stem, _under(read_instance(instance_path(on)), path), work, seed, language)
        elif (path / "plan.json").is_file():
            yield _kept(path.name, path)
        elif path.is_dir() and not (path / "policy.toml").is_file():
            yield from _compared(
                [str(each) for each in sorted(path.iterdir()) if _is_side(each)], on, work, seed, language
            )
        else:
            found = instance_path(side)
            yield _solved(found.stem, read_instance(found), work, seed, language)


def _is_side(path: Path) -> bool:
    if path.is_dir():
        return (path / "plan.json").is_file() or (path / "policy.toml").is_file()
    return path.suffix in (".zip", ".json", ".toml")


def _kept(label: str, folder: Path) -> Compared:
    """A plan that was written, its bound as its certificate proves it now; without a valid one there is no bound."""
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from
    from optimizer.check import check
    from optimizer.compare.figures import Compared

    plan, proof = saved(folder), None
    if (folder / "certificate.json").is_file():
        try:
            written = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
            proof = check(plan.instance, plan.plan, any_certificate_from(written))
        except (CertificateError, ValueError):
            proof = None
    return Compared(label, plan.instance, plan.plan, proof, plan.document.get("limits", {}).get("seconds"))


def _solved(label: str, instance: Instance, work: int, seed: int, language: Language) -> Compared:
    from api.cli.solve import no_plan
    from optimizer.compare.figures import Compared
    from optimizer.outcome import Limits
    from optimizer.solve import solve

    started = time.monotonic()
    outcome = solve(instance, Limits(None, work, seed))
    if outcome.plan is None:
        raise no_plan(outcome.kind, outcome.conflict, language)
    return Compared(label, instance, outcome.plan, outcome.proof, round(time.monotonic() - started))


def _under(instance: Instance, path: Path) -> Instance:
    from instances.faults import InstanceError, Place
    from instances.policy_file import PolicyReader
    from instances.text import toml_table

    reader = PolicyReader(Place(path.name, "key"))
    policy = reader.read(toml_table(path.read_bytes(), Place(path.name)))
    if policy is None:
        raise InstanceError(reader.faults)
    return Instance(instance.lots, instance.neighbours, instance.applicants, policy)


def _shown(counted: Sequence[Figures], lines: Sequence[Line], language: Language) -> Table:
    """One line for each fact; of many plans one line for each plan, with the main facts."""
    from optimizer.compare.table import title

    shown = Table(header_style="bold", box=box.SIMPLE_HEAD)
    shown.add_column(title("fact", language), overflow="fold")
    if len(counted) > MOST_BESIDE:
        main = [line for line in lines if line.key in MAIN]
        for line in main:
            shown.add_column(_plain(line.title), justify="right", overflow="fold")
        for at, each in enumerate(counted):
            shown.add_row(_plain(each.label), *(_cell(line.cells[at], language) for line in main))
        return shown
    for each in counted:
        shown.add_column(_plain(each.label), justify="right", overflow="fold")
    for line in lines:
        shown.add_row(_plain(line.title), *(_cell(cell, language) for cell in line.cells))
    return shown


def _cell(cell: Cell, language: Language) -> str:
    from optimizer.wording import whole

    return "–" if cell is None else whole(cell, language) if isinstance(cell, int) else _plain(cell)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _written(
    folder: Path, compared: Sequence[Compared], counted: Sequence[Figures], language: Language
) -> Iterator[Path]:
    """Table as CSV, XLSX and JSON, two charts, and a map of what differs from the first plan for each other one."""
    from optimizer.compare.table import document
    from optimizer.export.comparison import comparison_csv, comparison_xlsx
    from optimizer.picture.charts import difference_map, points_chart, shares_chart

    files = {
        "comparison.csv": comparison_csv(counted, language),
        "comparison.xlsx": comparison_xlsx(counted, language),
        "comparison.json": (json.dumps(document(counted), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    for kind in PICTURES:
        files[f"points.{kind}"] = points_chart(counted, language, kind)
        files[f"sectors.{kind}"] = shares_chart(counted, language, kind)
    first = (compared[0].instance, compared[0].plan)
    for number, each in enumerate(compared[1:], start=2):
        try:
            files[f"difference-{number}.svg"] = difference_map(first, (each.instance, each.plan), language)
        except ValueError:  # the two have no lot with an outline in common
            continue
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        yield folder / name
