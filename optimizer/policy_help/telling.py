"""Policy help for one plan: everything that is known exactly, as a document and as sentences in three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from instances.faults import Language
from instances.fields import tenths_text
from instances.instance import Instance
from optimizer.certificates import AnyCertificate
from optimizer.conflict.sentences import rule
from optimizer.plan import Plan
from optimizer.policy_help.prices import Worth, worths
from optimizer.policy_help.sensitivity import Sensitivity, sensitivities
from optimizer.wording import points, whole


@dataclass(frozen=True)
class PolicyHelp:
    """What is known exactly.  seen: how many other plans were looked at; better: those worth more already.  worths:
    empty without a certificate."""

    border_metre: int
    job_direct: int
    seen: int
    better: tuple[str, ...]
    sensitivities: tuple[Sensitivity, ...]
    worths: tuple[Worth, ...]

    def document(self) -> dict[str, Any]:
        """The help as JSON values; a metre of border in hundredths of a direct job, rounded down."""
        return {
            "metre_in_job_hundredths": self.metre_in_job_hundredths,
            "seen": self.seen,
            "better": list(self.better),
            "weights": [asdict(each) for each in self.sensitivities],
            "rules": [asdict(each) | {"binds": each.binds} for each in self.worths],
        }

    @property
    def metre_in_job_hundredths(self) -> int | None:
        """What a metre of border between tenants of one sector is worth, by the weights; None where jobs are not."""
        return 100 * self.border_metre // self.job_direct if self.job_direct else None


def policy_help(
    instance: Instance,
    plan: Plan,
    certificate: AnyCertificate | None,
    others: Mapping[str, Plan] | None = None,
) -> PolicyHelp:
    """Everything known exactly about the policy's numbers, beginning from this plan.

    certificate: one that the checker accepts for the instance.  others: plans seen, by a name for people.
    """
    bound = None if certificate is None else certificate.bound_millipoints
    found, better = sensitivities(instance, plan, bound, others or {})
    prices = () if certificate is None else tuple(worths(instance, plan, certificate))
    policy = instance.policy
    return PolicyHelp(policy.border_metre, policy.job_direct, len(others or {}), tuple(better), tuple(found), prices)


def sentences(told: PolicyHelp, language: Language = "en") -> list[str]:
    """The help, one sentence each."""
    return list(_sentences(told, language))


def say(name: str, language: Language, /, **values: object) -> str:
    """A sentence of the catalogue."""
    return catalogue()[name][language].format_map(values)


def _sentences(told: PolicyHelp, language: Language) -> Iterator[str]:
    if told.border_metre and told.job_direct:
        metres = -(-told.job_direct // told.border_metre)
        hundredths = whole(told.metre_in_job_hundredths or 0, language)
        yield say("metre", language, hundredths=hundredths, metres=whole(metres, language))
    else:
        yield say("metre_nothing", language)
    yield from (say("better", language, plan=plan) for plan in told.better)
    for each in told.sensitivities:
        yield from _of_weight(each, told.seen, language)
    yield from (_of_rule(each, language) for each in told.worths)
    if not told.worths and all(each.within_millipoints is None for each in told.sensitivities):
        yield say("no_proof", language)


def _of_weight(each: Sensitivity, seen: int, language: Language) -> Iterator[str]:
    named = {"weight": say(each.weight, language), "now": whole(each.now, language)}
    for side, turn in (("below", each.below), ("above", each.above)):
        if turn is not None:
            yield say(side, language, **named, to=whole(turn.weight, language), plan=turn.plan)
    if seen and each.below is None and each.above is None:
        yield say("unseen", language, **named)
    if each.within_millipoints is not None and each.least is not None:
        ends = {"least": whole(each.least, language), "within": points(each.within_millipoints, language)}
        if each.most is None:
            yield say("range_open", language, **named, **ends)
        else:
            yield say("range", language, **named, **ends, most=whole(each.most, language))


def _of_rule(each: Worth, language: Language) -> str:
    is_water = each.part == "water_hl_day"
    shown = [tenths_text(number) if is_water else whole(number, language) for number in (each.used, each.most)]
    name = rule({"kind": each.kind, "name": each.name, "part": each.part}, language)
    values = {"rule": name[:1].upper() + name[1:], "used": shown[0], "most": shown[1], "share": each.share_percent}
    values |= {"price": points(each.price_millipoints, language), "at_most": points(each.at_most_millipoints, language)}
    return say(each.kind if each.binds else f"{each.kind}_loose", language, **values)


def trial_sentences(found: Sequence[Any], language: Language = "en") -> list[str]:
    """What trials found, one sentence each.  found: of `trial.trials`."""
    told = []
    for each in found:
        named = {"weight": say(each.weight, language), "to": whole(each.to, language)}
        if each.gain_millipoints > 0:
            gain = points(each.gain_millipoints, language)
            told.append(say("trial", language, **named, gain=gain, moved=whole(each.moved, language)))
        else:
            told.append(say("trial_nothing", language, **named))
    return told


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Sentences by name, one text per language."""
    return tomllib.loads((Path(__file__).parent / "help.toml").read_text(encoding="utf-8"))
