"""The data of the letters: what became of each applicant, in the language that it is written to in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from api.minutes.code import code_svg
from api.minutes.decision import Decision
from api.minutes.words import say, words
from instances.faults import Language
from optimizer.export.rows import Row
from optimizer.wording import whole


def letters_data(decision: Decision, language: Language, only: Collection[str] | None = None) -> dict[str, Any]:
    """What the sheet shows: a letter to each applicant, in order of their ids, or to those named alone."""
    view, its_round = decision.view, decision.round
    assert its_round is not None, "letters tell of a decision"
    rows = [row for row in view.rows(language) if only is None or row.applicant_id in only]
    at = decision.decided_at or its_round.changed_at
    return {
        "languages": [language],
        "words": {language: dict(words(language))},
        "title": f"{view.instance.name} – {its_round.name}",
        "zone": view.instance.name,
        "round": its_round.name,
        "date": at.date().isoformat(),
        "foot": f"{its_round.id} · {view.summary.id}",
        "address": decision.address,
        "code": code_svg(decision.address),
        "certificate": view.summary.certificate_sha256,
        "letters": [_letter(decision, row, language) for row in rows],
    }


def _letter(decision: Decision, row: Row, language: Language) -> dict[str, Any]:
    instance = decision.view.instance
    sector = instance.policy.sector(row.sector).name(language)
    lots, area = row.lots.replace("|", ", "), whole(row.area_m2 or 0, language)
    facts = [{"key": "sector", "value": sector}]
    if row.outcome == "granted":
        facts += [{"key": "lots", "value": lots}, {"key": "area", "value": area}]
        jobs = whole(row.jobs_direct, language)
        text = say(language, "letter_granted_text", lots=lots, area=area, sector=sector, jobs=jobs)
    elif row.outcome == "waitlist":
        text = say(language, "letter_waitlist_text", place=row.waitlist_place)
    else:
        text = say(language, "letter_refused_text")
    return {
        "id": row.applicant_id,
        "name": row.name,
        "outcome": row.outcome,
        "facts": facts,
        "text": text,
        "reason": None if row.outcome == "granted" and row.reason_code == "granted" else row.reason,
        "lottery": say(
            language,
            "letter_lottery",
            place=whole(row.lottery_place, language),
            applicants=whole(len(instance.applicants), language),
        ),
    }
