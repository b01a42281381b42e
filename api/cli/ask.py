"""lotwise why, fairness, next: the committee's questions about a plan in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.sources import PlanFolder, Saved, saved
from instances.faults import Language

if TYPE_CHECKING:
    from optimizer.certificates import AnyCertificate
    from optimizer.why.fact import Fact

Figure = Literal["area_min_m2", "power_kw", "water_hl_day"]


def why(
    directory: PlanFolder,
    applicant: Annotated[str, typer.Argument(metavar="[APPLICANT]", help="Whom to explain; or give --lot.")] = "",
    lot: Annotated[str, typer.Option(help="Explain this lot; with an applicant, why it holds it or not.")] = "",
    cost: Annotated[
        bool, typer.Option("--cost", help="What a site for the applicant would cost: some seconds.")
    ] = False,
    threshold: Annotated[
        Figure | None, typer.Option(help="With how little of this a better plan with it is found: up to a minute.")
    ] = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell why an applicant or a lot is as it is, and what it would cost to grant the applicant a site."""
    from optimizer.why.explainer import Explainer

    if not applicant and (not lot or cost or threshold):
        raise Refused(Code.USAGE, "why_whom")
    plan = _feasible(directory)
    if applicant and applicant not in plan.instance.applicant:
        raise Refused(Code.USAGE, "unknown_applicant", applicant=applicant)
    if lot and lot not in plan.instance.lot:
        raise Refused(Code.USAGE, "unknown_lot", lot=lot)
    explainer = Explainer(plan.instance, plan.plan)
    if not applicant:
        told = explainer.of_lot(lot)
    else:
        told = explainer.of_pair(applicant, lot) if lot else explainer.of_applicant(applicant)
    if cost or threshold:
        told = (*told, *_cost(plan, directory, applicant, lot, threshold))
    _tell(told, plan, language, as_json)


def fairness(directory: PlanFolder, language: InLanguage = "en", as_json: AsJson = False, debug: Debug = False) -> None:
    """Show who could envy whom with reason, the plan beside the score order, ties, and how to redo the draw."""
    from optimizer.fairness import fairness as view_of
    from optimizer.why.told import fairness_facts

    plan = _feasible(directory)
    _tell(fairness_facts(view_of(plan.instance, plan.plan)), plan, language, as_json)


def next_(
    directory: PlanFolder,
    gone: Annotated[list[str], typer.Argument(metavar="APPLICANT...", help="Who gives up its site.")],
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show who of the waitlist takes the lots of those that give up their sites; nothing is written."""
    from optimizer.candidates import fitting
    from optimizer.waitlist import succession
    from optimizer.why.asked_sites import wanting
    from optimizer.why.told import succession_facts

    plan = _feasible(directory)
    for each in gone:
        if each not in plan.plan.assignments:
            raise Refused(Code.USAGE, "holds_nothing", applicant=each)
    sites = wanting(plan.instance, *(lot for each in gone for lot in plan.plan.assignments[each]))
    try:
        away = plan.document.get("gone", ())
        found = succession(plan.instance, plan.plan, gone, sites, away, fitting(plan.instance))
    except ValueError as error:
        raise Refused(Code.USAGE, "cannot_give_up", found=error) from error
    _tell(succession_facts(found), plan, language, as_json)


def _feasible(directory: PlanFolder) -> Saved:
    """The plan in the folder.  Raises Refused when it breaks a rule: nothing true could be said of it."""
    from optimizer.audit import audit

    plan = saved(directory)
    counted = audit(plan.instance, plan.plan)
    if counted.breaches:
        raise Refused(Code.DISAGREES, "breaks_a_rule", path=directory, found=counted.breaches[0].says)
    return plan


def _cost(plan: Saved, directory: PlanFolder, applicant: str, lot: str, threshold: Figure | None) -> list[Fact]:
    from optimizer.why.answers import cost_facts, jobs_facts, threshold_fact
    from optimizer.why.fact import fact
    from optimizer.why.question import Questions

    questions = Questions(plan.instance, plan.plan, _certificate(plan, directory))
    answer = questions.cost(applicant, lot)
    told = [*cost_facts(answer, plan.plan), *jobs_facts(questions.jobs(answer))]
    if threshold and answer.status != "holds":
        found = questions.threshold(applicant, threshold)
        one = threshold_fact(threshold, getattr(plan.instance.applicant[applicant], threshold), found)
        told.append(one or fact("no_threshold"))
    return told


def _certificate(plan: Saved, directory: PlanFolder) -> AnyCertificate | None:
    """The folder's certificate, checked here and now; None where there is none.  Raises Refused when it is refused."""
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from
    from optimizer.check import check

    path = directory / "certificate.json"
    if not path.is_file():
        return None
    try:
        certificate = any_certificate_from(json.loads(path.read_text(encoding="utf-8")))
        check(plan.instance, plan.plan, certificate)
    except (CertificateError, ValueError) as error:
        raise Refused(Code.DISAGREES, "certificate_not_accepted", path=path, found=error) from error
    return certificate


def _tell(told: Iterable[Fact], plan: Saved, language: Language, as_json: bool) -> None:
    from optimizer.why.fact import sentence

    listed = [(each, sentence(each, language, plan.instance.policy)) for each in told]
    console = people(as_json)
    for _, text in listed:
        console.print(text, markup=False, soft_wrap=True)
    if as_json:
        emit({"facts": [{"code": each.code, "values": each.document(), "text": text} for each, text in listed]})
