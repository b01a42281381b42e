"""lotwise follow-up: what became of each grant, and the next instance with the lots that came back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, Saved, saved
from instances.faults import InstanceError, Language
from instances.follow_up import begun
from instances.instance import Instance
from optimizer.following import Followed, carried_with_returns

TableFile = Annotated[Path, typer.Argument(metavar="TABLE", help="The table of follow-up: .csv, .xlsx or .json.")]
IN_DAYS = ["%Y-%m-%d"]


def follow_up(
    directory: PlanFolder,
    table: TableFile,
    on: Annotated[
        datetime | None,
        typer.Option(formats=IN_DAYS, help="The day at whose end grants are looked at. Default: today."),
    ] = None,
    granted_on: Annotated[
        datetime | None, typer.Option(formats=IN_DAYS, help="Begin TABLE as CSV: the day of the new grants.")
    ] = None,
    works_days: Annotated[int | None, typer.Option(min=0, help="Days from grant until works are due.")] = None,
    production_days: Annotated[int | None, typer.Option(min=0, help="Days until production is due.")] = None,
    next_: Annotated[
        Path | None, typer.Option("--next", metavar="OUT", help="Write the next instance, returned lots free again.")
    ] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell which grants keep their deadlines, and how many of the promised jobs came."""
    from instances.follow_up_table import read_follow_up

    plan = saved(directory)
    day = (on or datetime.now(UTC)).date()
    if granted_on is not None:
        _begin(plan, table, granted_on.date(), works_days, production_days)
    elif not table.exists():
        raise Refused(Code.USAGE, "follow_up_needs_days", path=table)
    rows = read_follow_up(table, plan.plan.assignments.keys())
    told = Told(plan.instance, plan.plan.assignments, rows, day)
    following = None if next_ is None else _next(plan, told.returned)
    console = people(as_json)
    console.print(told.table(language))
    console.print(say("follow_up_total", language, on=day, **told.totals()), markup=False, soft_wrap=True)
    if next_ is not None and following is not None:
        from instances.writing import write_instance

        write_instance(following, next_)
        console.print(say("written", language, path=next_), markup=False)
    if as_json:
        emit({"on": day.isoformat(), "grants": told.grants(), "totals": told.totals()})


class Told(Followed):
    """What is told of the grants of a plan at the end of a day."""

    def table(self, language: Language) -> Any:
        """The rows as people read them."""
        from rich.table import Table
        from rich.text import Text

        table = Table(header_style="bold")
        for title in ("applicant", "lots", *(f"follow_up_{each}" for each in ("standing", "days_late"))):
            table.add_column(say(title, language))
        for title in ("promised", "delivered"):
            table.add_column(say(f"follow_up_{title}", language), justify="right")
        for each in self.grants():
            delivered = "" if each["jobs_delivered"] is None else str(each["jobs_delivered"])
            standing, late = say(f"standing_{each['standing']}", language), str(each["days_late"] or "")
            cells = (
                each["applicant_id"],
                " ".join(each["lots"]),
                standing,
                late,
                str(each["jobs_promised"]),
                delivered,
            )
            table.add_row(*(Text(cell) for cell in cells))
        return table


def _begin(plan: Saved, path: Path, granted_on: date, works_days: int | None, production_days: int | None) -> None:
    from instances.follow_up_table import follow_up_text

    if path.exists():
        raise Refused(Code.USAGE, "file_exists", found=path)
    if works_days is None or production_days is None:
        raise Refused(Code.USAGE, "follow_up_needs_days", path=path)
    try:
        rows = [begun(each, granted_on, works_days, production_days) for each in plan.plan.assignments]
    except (InstanceError, OverflowError):
        raise Refused(Code.USAGE, "follow_up_due_reversed", found=production_days) from None
    path.write_text(follow_up_text(rows), encoding="utf-8", newline="")


def _next(plan: Saved, returned: frozenset[str]) -> Instance:
    """The instance of the next round: grants that stand become pins, lots that came back are available."""
    document = {"assignments": plan.plan.assignments, "waitlist": plan.document["waitlist"]}
    following = carried_with_returns(plan.instance, document, returned, "policy")
    if following is None:
        raise Refused(Code.NO_PLAN, "nothing_carried")
    return following
