"""lotwise show: read a plan: sectors, goals, waitlist, and why each applicant holds what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.cli.account import account
from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, facts, people
from api.cli.phrases import say
from api.cli.sources import PlanFolder, Saved, saved
from instances.faults import Language
from optimizer.explain import Reason
from optimizer.export.rows import lottery_places, sector_totals
from optimizer.reasons import label, sentence
from optimizer.wording import whole

SHOWN = 10


def show(
    directory: PlanFolder,
    applicant: Annotated[str, typer.Option(help="Tell only of this applicant.")] = "",
    everyone: Annotated[
        bool, typer.Option("--all", help="List every applicant that was not granted, with its reason.")
    ] = False,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a plan: what each sector gets, what the plan is worth, who waits, and why others got nothing."""
    from optimizer.explain import explain

    plan = saved(directory)
    if applicant and applicant not in plan.instance.applicant:
        raise Refused(Code.USAGE, "unknown_applicant", applicant=applicant)
    reasons = explain(plan.instance, plan.plan)
    console = people(as_json)
    if applicant:
        console.print(facts(_about(plan, applicant, reasons, language)))
    else:
        console.print(facts(account(plan.instance, plan.plan, plan.document, language)))
        console.print(_sectors(plan, language))
        _others(console, plan, reasons, everyone, language)
    if as_json:
        chosen = [applicant] if applicant else list(plan.instance.applicant)
        emit({"instance": plan.document["instance"], "applicants": [_record(plan, each, reasons) for each in chosen]})


def _sectors(plan: Saved, language: Language) -> Table:
    totals = sector_totals(plan.instance, plan.plan)
    all_lots = max(sum(total.lots for total in totals), 1)
    table = Table(header_style="bold", show_footer=True, footer_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(say("sector", language), say("total", language), overflow="fold")
    sums = {
        "lots": whole(sum(total.lots for total in totals), language),
        "share": "",
        "area": whole(sum(total.area_m2 for total in totals), language),
        "granted_of": _of(sum(total.granted for total in totals), sum(total.applicants for total in totals), language),
        "jobs_direct": whole(sum(total.jobs_direct for total in totals), language),
    }
    for name, footer in sums.items():
        table.add_column(say(name, language), footer, justify="right", no_wrap=True)
    for total in totals:
        table.add_row(
            plan.instance.policy.sector(total.sector).name(language).replace("[", "\\["),
            whole(total.lots, language),
            f"{round(100 * total.lots / all_lots)} %",
            whole(total.area_m2, language),
            _of(total.granted, total.applicants, language),
            whole(total.jobs_direct, language),
        )
    return table


def _of(part: int, number: int, language: Language) -> str:
    return f"{whole(part, language)} / {whole(number, language)}"


def _others(console: Console, plan: Saved, reasons: Mapping[str, Reason], everyone: bool, language: Language) -> None:
    """Who was not granted: the waitlist, and how often each reason stood in the way, or everyone in full."""
    waitlist: list[str] = plan.document["waitlist"]
    shown = ", ".join(waitlist[:SHOWN]) or say("waitlist_empty", language)
    if len(waitlist) > SHOWN:
        shown += " " + say("and_more", language, number=len(waitlist) - SHOWN)
    left = [each for each in plan.instance.applicant if each not in plan.plan.assignments]
    counts = Counter(reasons[each].code for each in left)
    lines = [(say("waitlist", language), shown)]
    lines += [(say("not_granted", language), whole(len(left), language))]
    lines += [(f"  {whole(count, language)}", label(code, language)) for code, count in counts.most_common()]
    console.print(facts(lines))
    if everyone:
        table = Table(header_style="bold")
        for title in ("applicant", "sector", "score", "outcome", "reason"):
            table.add_column(say(title, language), overflow="fold")
        for each in left:
            record = plan.instance.applicant[each]
            sector = plan.instance.policy.sector(record.sector).name(language)
            outcome = _outcome(plan, each, language)
            table.add_row(each, sector, str(record.score), outcome, sentence(reasons[each], language))
        console.print(table)


def _about(plan: Saved, applicant: str, reasons: Mapping[str, Reason], language: Language) -> list[tuple[str, str]]:
    record = plan.instance.applicant[applicant]
    places = lottery_places(plan.instance)
    return [
        (say("applicant", language), f"{applicant} {record.name}".strip()),
        (say("sector", language), plan.instance.policy.sector(record.sector).name(language)),
        (say("score", language), str(record.score)),
        (say("lottery", language), say("lottery_place", language, place=places[applicant], applicants=len(places))),
        (say("outcome", language), _outcome(plan, applicant, language)),
        (say("reason", language), sentence(reasons[applicant], language)),
    ]


def _outcome(plan: Saved, applicant: str, language: Language) -> str:
    if applicant in plan.plan.assignments:
        return say("outcome_granted", language, lots=", ".join(plan.plan.assignments[applicant]))
    if applicant in plan.document["waitlist"]:
        return say("outcome_waitlist", language, place=plan.document["waitlist"].index(applicant) + 1)
    return say("outcome_refused", language)


def _record(plan: Saved, applicant: str, reasons: Mapping[str, Reason]) -> dict[str, Any]:
    waitlist: list[str] = plan.document["waitlist"]
    return {
        "applicant_id": applicant,
        "sector": plan.instance.applicant[applicant].sector,
        "lots": list(plan.plan.assignments.get(applicant, ())),
        "waitlist_place": waitlist.index(applicant) + 1 if applicant in waitlist else None,
        "reason": {"code": reasons[applicant].code, "values": dict(reasons[applicant].values)},
    }
