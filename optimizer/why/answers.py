"""Answers told: the facts of an answer, and who would lose, move or gain."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.plan import Plan
from optimizer.why.fact import Fact, Value, fact
from optimizer.why.question import Answer, Field, Jobs


@dataclass(frozen=True, slots=True)
class Displaced:
    """Whom one plan treats differently from another, sorted: who loses its site, moves, or gains one."""

    lose: tuple[str, ...]
    move: tuple[str, ...]
    gain: tuple[str, ...]


def displaced(before: Plan, after: Plan, but_for: str = "") -> Displaced:
    """Everybody whose lots differ between the plans; `but_for` is left out."""
    old, new = before.assignments, after.assignments
    names = sorted((old.keys() | new.keys()) - {but_for})
    return Displaced(
        tuple(each for each in names if each not in new),
        tuple(each for each in names if each in old and each in new and old[each] != new[each]),
        tuple(each for each in names if each not in old),
    )


def cost_facts(answer: Answer, plan: Plan) -> tuple[Fact, ...]:
    """The interval, and who would make room.  plan: the one that was asked about."""
    if answer.status != "asked":
        return (fact(f"cost_{answer.status}"),)
    told = [_interval(answer)]
    if answer.found is not None:
        told.append(fact("would_hold", lots=answer.found.assignments[answer.applicant_id]))
        others = displaced(plan, answer.found, answer.applicant_id)
        for code, names in (("would_lose", others.lose), ("would_move", others.move), ("would_gain", others.gain)):
            if names:
                told.append(fact(code, applicants=names))
    return tuple(told)


def _interval(answer: Answer) -> Fact:
    least, most = answer.least_millipoints, answer.most_millipoints
    is_proved = least is not None and least > 0
    if most is None:
        return fact("cost_at_least", least_millipoints=least or 0) if is_proved else fact("cost_unknown")
    if most < 0:
        return fact("cost_gain", gain_millipoints=-most)
    if is_proved:
        return fact("cost_between", least_millipoints=least or 0, most_millipoints=most)
    return fact("cost_at_most", most_millipoints=most)


def jobs_facts(jobs: Jobs) -> tuple[Fact, ...]:
    """From how many direct jobs on it would be in."""
    told = (("jobs_out", jobs.out_below), ("jobs_found", jobs.found_from), ("jobs_sure", jobs.sure_from))
    return tuple(fact(code, jobs=count) for code, count in told if count is not None)


def threshold_fact(field: Field, asked: int, found: int | None) -> Fact | None:
    """With which smaller figure it would be in; None when none was found."""
    if found is None:
        return None
    code = {"area_min_m2": "area_min_found", "power_kw": "power_found", "water_hl_day": "water_found"}[field]
    values: dict[str, Value] = {"asked": asked, "found": found}
    if field == "water_hl_day":
        values = {"asked_hl_day": asked, "found_hl_day": found}
    return fact(code, **values)
