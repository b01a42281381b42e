"""lotwise what-if, difference, curve: try changes out on a plan in a folder, see what changes, draw what is traded."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, instance_path, saved
from instances.faults import Language

if TYPE_CHECKING:
    from optimizer.what_if.difference import Difference

DEFAULT_SECONDS = 10


def what_if(
    directory: PlanFolder,
    forbid: Annotated[
        list[str] | None, typer.Option(help="An applicant or a lot; LOT:SECTOR keeps a sector off a lot. Repeatable.")
    ] = None,
    pin: Annotated[
        list[str] | None, typer.Option(help="APPLICANT=LOT|LOT: it holds exactly these. Repeatable.")
    ] = None,
    withdraw: Annotated[list[str] | None, typer.Option(help="An applicant that withdraws. Repeatable.")] = None,
    points: Annotated[list[str] | None, typer.Option(help="NAME=POINTS, as job_direct=120. Repeatable.")] = None,
    quota: Annotated[list[str] | None, typer.Option(help="NAME=MIN..MAX in percent, either may be left out.")] = None,
    batch: Annotated[Path | None, typer.Option(help="More applicants: .csv, .xlsx or .json.", exists=True)] = None,
    kept_site: Annotated[int, typer.Option(min=0, help="Points for each applicant that keeps its site.")] = 0,
    most_changes: Annotated[
        int | None, typer.Option(min=0, help="How many applicants at most may not keep their site.")
    ] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="Wall time. Default 10, unless --work is given.")] = None,
    work: Annotated[int | None, typer.Option(min=1, help="Work units.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write the new plan.")] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Change something, solve again from the plan that is there, and tell what is different."""
    from optimizer.export import save
    from optimizer.outcome import Limits
    from optimizer.solve import solve
    from optimizer.what_if.difference import difference
    from optimizer.what_if.variant import revising, variant_from

    before = saved(directory)
    items = [*_forbidden(forbid, before.instance.applicant), *_pins(pin), *_named(points, quota)]
    items += [{"change": "withdraw", "applicant_id": each} for each in withdraw or ()]
    if batch is not None:
        items.append({"change": "batch", "applicants": _rows(batch)})
    instance = variant_from(before.instance, items).instance if items else before.instance
    if kept_site or most_changes is not None:
        instance = revising(instance, before.plan, kept_site, most_changes)
    limits = Limits(seconds if seconds or work else DEFAULT_SECONDS, work)
    outcome = solve(instance, limits, start=before.plan)
    if outcome.plan is None:
        raise Refused(Code.NO_PLAN, outcome.kind)
    if out is not None:
        save(outcome, out)
    _tell(difference(before.instance, before.plan, instance, outcome.plan), language, as_json)


def difference_(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="A folder that lotwise solve wrote.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="Another one.")],
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table as well.")] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell who moves, gains and loses from one plan to another, and what each goal gains."""
    from optimizer.what_if.difference import difference
    from optimizer.what_if.telling import difference_csv

    one, two = saved(before), saved(after)
    found = difference(one.instance, one.plan, two.instance, two.plan)
    if csv is not None:
        csv.write_bytes(difference_csv(found, language))
    _tell(found, language, as_json)


def curve(
    kind: Annotated[
        Literal["tradeoff", "changes"], typer.Argument(help="Jobs against clustering, or value by changes.")
    ],
    source: Annotated[str, typer.Argument(metavar="FOLDER", help="tradeoff: an instance; changes: a plan's folder.")],
    seconds: Annotated[int | None, typer.Option(min=5, help="Wall time. Default 60, unless --work is given.")] = None,
    work: Annotated[int | None, typer.Option(min=1, help="Work units.")] = None,
    withdraw: Annotated[
        list[str] | None, typer.Option(help="changes: an applicant that withdraws. Repeatable.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it: .svg or .png.")] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Draw a curve: for each point the best plan found, and what is proved that no plan exceeds."""
    from instances.reading import read_instance
    from optimizer.change_curve import change_curve
    from optimizer.outcome import Limits
    from optimizer.picture.curve import CurveMark, write_curve
    from optimizer.tradeoff import tradeoff
    from optimizer.what_if.variant import revising, variant_from

    limits = Limits(seconds if seconds or work else 60, work)
    deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
    if kind == "tradeoff":
        instance = read_instance(instance_path(source))
        instance = replace(instance, policy=replace(instance.policy, most_changes=None))
        found = tradeoff(instance, limits, deadline=deadline)
        marks = [
            CurveMark(one.jobs_millipoints, one.clustering_millipoints, one.most_clustering_millipoints)
            for one in found
        ]
    else:
        plan = saved(Path(source))
        gone = [{"change": "withdraw", "applicant_id": each} for each in withdraw or ()]
        base = variant_from(plan.instance, gone).instance if gone else plan.instance
        revised = revising(base, plan.plan)
        curve_points = change_curve(revised, limits, deadline=deadline)
        marks = [
            CurveMark(one.most_changes, one.value_millipoints, one.bound_millipoints)
            for one in curve_points
            if one.plan is not None
        ]
    if picture is not None:
        write_curve(picture, kind, marks, language)
    if as_json:
        emit({"kind": kind, "points": [{"at": one.at, "found": one.found, "most": one.most} for one in marks]})
        return
    for line in _curve_lines(kind, marks, language):
        people(False).print(line, markup=False, soft_wrap=True)


def _curve_lines(kind: str, marks: list[Any], language: Language) -> Iterator[str]:
    from optimizer.wording import points, whole

    for mark in marks:
        at = points(mark.at, language) if kind == "tradeoff" else whole(mark.at, language)
        most = "—" if mark.most is None else points(mark.most, language)
        yield say(f"curve_{kind}", language, at=at, found=points(mark.found, language), most=most)


def _tell(found: Difference, language: Language, as_json: bool) -> None:
    from optimizer.what_if.telling import difference_lines

    console = people(as_json)
    for line in difference_lines(found, language):
        console.print(line, markup=False, soft_wrap=True)
    if as_json:
        emit(found.document())


def _forbidden(names: list[str] | None, applicants: Any) -> Iterator[dict[str, Any]]:
    for name in names or ():
        lot, _, sector = name.partition(":")
        if name in applicants:
            yield {"change": "forbid", "applicant_id": name}
        else:
            yield {"change": "forbid", "lot_id": lot} | ({"sector": sector} if sector else {})


def _pins(pins: list[str] | None) -> Iterator[dict[str, Any]]:
    for each in pins or ():
        applicant, _, lots = each.partition("=")
        yield {"change": "pin", "applicant_id": applicant, "lots": lots}


def _named(points: list[str] | None, quotas: list[str] | None) -> Iterator[dict[str, Any]]:
    for each in points or ():
        name, _, number = each.partition("=")
        yield {"change": "points", "name": name, "points": number}
    for each in quotas or ():
        name, _, shares = each.partition("=")
        low, _, high = shares.partition("..")
        yield {"change": "quota", "name": name, "min_lot_share_percent": low, "max_lot_share_percent": high}


def _rows(path: Path) -> list[Any]:
    """The rows of a table as JSON values.  Raises InstanceError with every fault in it."""
    from instances.faults import refuse
    from instances.tables import applicants_items, read_applicants

    table = read_applicants(path)
    refuse(table.faults)
    rows: list[Any] = json.loads(json.dumps(applicants_items(table.applicants)))
    return rows
