"""The data of the minutes: every text in each of their languages, every number as it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from api.minutes.code import code_svg
from api.minutes.decision import Decision
from api.minutes.words import say, words
from api.minutes.zone_svg import zone_svg
from api.pages.lot_drawing import letters_of
from api.pages.phrases import phrases
from api.pages.plan_stages import PlanStage
from api.pages.plan_view import PlanView
from instances.faults import Language
from optimizer.export.rows import Row
from optimizer.fairness import Tie, ties
from optimizer.picture.palette import CLOSED, FREE, INK, PALETTE
from optimizer.why.fact import fact, sentence
from optimizer.wording import percent, points, whole

FACING: tuple[Language, ...] = ("fr", "ar")
"""Without a choice of language both of the country's stand on facing columns."""
TIES_SHOWN = 12
TIED_LOTS_MOST = 1_000
"""Of larger zones ties are not looked for while somebody waits for a sheet of paper."""
MAP_HIGHEST_MM, MAP_WIDTH_MM = 150, 176

Texts = Mapping[str, str]


def minutes_data(decision: Decision, languages: Sequence[Language] = FACING) -> dict[str, Any]:
    """What the sheet shows."""
    view, each = decision.view, languages
    instance, summary, its_round = view.instance, view.summary, decision.round
    rows = {language: {row.applicant_id: row for row in view.rows(language)} for language in each}
    listed = list(rows[each[0]].values())
    waiting = sorted((row for row in listed if row.outcome == "waitlist"), key=lambda row: row.waitlist_place or 0)
    name = its_round.name if its_round is not None else instance.name
    high = MAP_WIDTH_MM * view.map.height // max(view.map.width, 1)
    return {
        "languages": list(each),
        "words": {language: dict(words(language)) for language in each},
        "title": f"{say(each[0], 'minutes')} – {name}",
        "foot": f"{summary.id} · {summary.certificate_sha256[:16] if summary.certificate_sha256 else '–'}",
        "is_proposal": not decision.is_decided,
        "facts": _facts(decision, name, each),
        "paragraphs": [
            *([_part("decision", each, lambda language: [_decided(view, language)])] if decision.is_decided else []),
            _part("proof", each, lambda language: [_proved(view, language)]),
            _lottery(view, each),
        ],
        "map": zone_svg(view),
        "map_height_mm": min(high, MAP_HIGHEST_MM),
        "legend": _legend(view, each),
        "grants": [
            _who(row)
            | {
                "sector": {language: instance.policy.sector(row.sector).name(language) for language in each},
                "lots": row.lots.replace("|", ", "),
                "area": whole(row.area_m2 or 0, each[0]),
                "jobs": whole(row.jobs_direct, each[0]),
            }
            for row in listed
            if row.outcome == "granted"
        ],
        "waitlist": [_who(row) | {"place": str(row.waitlist_place), "reason": _reason(row, rows)} for row in waiting],
        "refused": [_who(row) | {"reason": _reason(row, rows)} for row in listed if row.outcome == "refused"],
        "address": decision.address,
        "code": code_svg(decision.address),
        "seals": [
            {"key": "roster_hash", "value": its_round.roster_sha256 if its_round is not None else None},
            {"key": "seed", "value": str(instance.policy.lottery_seed)},
            {"key": "fingerprint", "value": instance.fingerprint()},
            {"key": "certificate_hash", "value": summary.certificate_sha256},
            {"key": "plan", "value": summary.id},
        ],
    }


def _facts(decision: Decision, name: str, languages: Sequence[Language]) -> list[dict[str, Any]]:
    view, first = decision.view, languages[0]
    instance, summary = view.instance, view.summary
    granted, lots = whole(len(view.plan.tenant), first), whole(len(instance.lots), first)
    tenants, asked = whole(len(view.plan.assignments), first), whole(len(instance.applicants), first)
    direct, indirect = sum(each.jobs_direct for each in view.totals), sum(each.jobs_indirect for each in view.totals)
    dates = _dates(decision)
    told: list[tuple[str, str | None]] = [
        ("round", name),
        ("zone", instance.name),
        ("decided_on", dates[0]),
        ("published_on", dates[1]),
        ("granted_lots", f"{granted} / {lots}"),
        ("applicants", f"{tenants} / {asked}"),
        ("jobs", f"{whole(direct, first)} + {whole(indirect, first)}"),
        ("value", points(summary.value_millipoints, first)),
        ("bound", "–" if summary.bound_millipoints is None else points(summary.bound_millipoints, first)),
        ("gap", "–" if summary.gap_millionths is None else percent(summary.gap_millionths, first)),
    ]
    return [{"key": key, "value": value} for key, value in told if value is not None]


def _dates(decision: Decision) -> tuple[str | None, str | None]:
    """The days on which the plan was decided and published, as far as it was."""
    its = decision.round
    if its is None or not decision.is_decided:
        return None, None
    is_out = its.state == "published" and decision.published_at is not None
    decided = (decision.decided_at or its.changed_at).date().isoformat()
    return decided, decision.published_at.date().isoformat() if is_out and decision.published_at else None


def _part(key: str, languages: Sequence[Language], texts: Any) -> dict[str, Any]:
    return {"key": key, "texts": {language: texts(language) for language in languages}}


def _decided(view: PlanView, language: Language) -> str:
    instance, plan = view.instance, view.plan
    return say(
        language,
        "decision_text",
        applicants=whole(len(instance.applicants), language),
        granted=whole(len(plan.tenant), language),
        lots=whole(len(instance.lots), language),
        tenants=whole(len(plan.assignments), language),
    )


def _proved(view: PlanView, language: Language) -> str:
    """Bound and gap are those that the checker recomputed: a claim never reaches paper."""
    if view.is_staged:
        return " ".join([say(language, "proof_stages"), *(_stage_proved(each, language) for each in view.stages)])
    bound, gap = view.summary.bound_millipoints, view.summary.gap_millionths
    if bound is None or gap is None:
        return say(language, "proof_none")
    if gap == 0:
        return say(language, "proof_best")
    return say(language, "proof_gap", bound=points(bound, language), gap=percent(gap, language))


def _stage_proved(stage: PlanStage, language: Language) -> str:
    return say(
        language,
        "proof_stage",
        number=whole(stage.number, language),
        goal=phrases(language)[f"stages.goal_{stage.goal}"],
        here=points(stage.here_millipoints, language),
        bound=points(stage.bound_millipoints or 0, language),
    )


def _lottery(view: PlanView, languages: Sequence[Language]) -> dict[str, Any]:
    """How equals are told apart, and every grant where the draw alone did it."""
    seed = view.instance.policy.lottery_seed
    is_small = len(view.instance.lots) <= TIED_LOTS_MOST
    found = list(islice(ties(view.instance, view.plan), TIES_SHOWN + 1)) if is_small else []

    def texts(language: Language) -> list[str]:
        first = say(language, "lottery_text", seed=seed)
        if not is_small:
            return [first, say(language, "ties_unlisted")]
        if not found:
            return [first, say(language, "ties_none")]
        told = [_tie(each, language) for each in found[:TIES_SHOWN]]
        more = [say(language, "ties_more", shown=TIES_SHOWN)] if len(found) > TIES_SHOWN else []
        return [first, *told, *more]

    return _part("lottery", languages, texts)


def _tie(tie: Tie, language: Language) -> str:
    told = fact(
        "tie", lots=tie.lots, granted=tie.granted_id, granted_place=tie.granted_place,
        waiting=tie.waiting_id, waiting_place=tie.waiting_place,
    )  # fmt: skip
    return sentence(told, language)


def _legend(view: PlanView, languages: Sequence[Language]) -> list[dict[str, Any]]:
    instance = view.instance
    lots = {total.sector: total.lots for total in view.totals}
    keys = []
    for sector, (colour, letter) in letters_of(each.sector_id for each in instance.policy.sectors).items():
        if lots[sector]:
            names = {language: instance.policy.sector(sector).name(language) for language in languages}
            fill, ink = PALETTE[colour]
            keys.append({"fill": fill, "ink": ink, "letter": letter, "name": names, "lots": str(lots[sector])})
    left = [lot for lot in instance.lots if lot.lot_id not in view.plan.tenant]
    free = sum(lot.status == "available" for lot in left)
    for key, fill, count in (("free", FREE, free), ("closed", CLOSED, len(left) - free)):
        if count:
            names = {language: say(language, key) for language in languages}
            keys.append({"fill": fill, "ink": INK, "letter": "", "name": names, "lots": str(count)})
    return keys


def _who(row: Row) -> dict[str, Any]:
    return {"id": row.applicant_id, "name": row.name}


def _reason(row: Row, rows: Mapping[Language, Mapping[str, Row]]) -> Texts:
    return {language: known[row.applicant_id].reason for language, known in rows.items()}
