"""The policy in words: what each thing is worth, and what no plan may do, as sentences a committee can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from api.pages.numbers import tenths_text, whole_text
from api.pages.phrases import say
from instances.faults import Language
from instances.instance import Instance
from instances.policy import Policy


@dataclass(frozen=True, slots=True)
class Worth:
    """One thing that earns points, and how many direct jobs it is worth, in hundredths; None when jobs earn nothing."""

    what: Markup
    points: int
    hundredth_jobs: int | None


class PolicyWords:
    """The sentences of one policy in one language."""

    def __init__(self, instance: Instance, language: Language) -> None:
        self.instance, self.policy, self.language = instance, instance.policy, language
        self._t = partial(say, language)

    def worths(self) -> list[Worth]:
        """What earns points, those that earn nothing left out."""
        policy = self.policy
        listed = (
            ("policy.job_direct", policy.job_direct),
            ("policy.job_indirect", policy.job_indirect),
            ("policy.preferred_lot", policy.preferred_lot),
            ("policy.border_metre", policy.border_metre),
            ("policy.street_metre", policy.street_metre),
        )
        job = policy.job_direct
        return [Worth(self._t(key), each, 100 * each // job if job else None) for key, each in listed if each]

    def rules(self) -> Iterator[Markup]:
        """What every plan must keep, one sentence each."""
        policy, whole = self.policy, self._whole
        if policy.objective != (("value", 0),):
            yield self._t("stages.policy", stages=self._t("policy.comma").join(self._stages()))
        if policy.min_score:
            yield self._t("policy.min_score", score=whole(policy.min_score))
        yield self._t("policy.max_lots", lots=whole(policy.max_lots))
        for limit in policy.limits:
            where = self._t("policy.in_zone", zone=limit.zone) if limit.zone else self._t("policy.in_all")
            if limit.power_kw is not None:
                yield self._t("policy.power", where=where, power=whole(limit.power_kw))
            if limit.water_hl_day is not None:
                water = tenths_text(limit.water_hl_day, self.language)
                yield self._t("policy.water", where=where, water=water)
        yield from self._quotas()
        yield from self._separations()
        yield self._t("policy.lottery", seed=whole(policy.lottery_seed))

    def affinities(self) -> list[tuple[str, str, int]]:
        """Pairs of sectors whose nearness is worth something: both names, and the percent."""
        name = self._sector
        return [(name(each.sector_a), name(each.sector_b), each.percent) for each in self.policy.affinity]

    def _stages(self) -> Iterator[Markup]:
        for goal, loss in self.policy.objective:
            said = self._t(f"stages.goal_{goal}")
            yield self._t("stages.policy_loss", goal=said, percent=self._whole(loss)) if loss else said

    def _quotas(self) -> Iterator[Markup]:
        for quota in self.policy.quotas:
            who = group_text(quota.group, self.language) if quota.group else self._sector(quota.sector)
            if quota.min_lot_share_percent is not None:
                yield self._t("policy.at_least", who=who, share=self._whole(quota.min_lot_share_percent))
            if quota.max_lot_share_percent is not None:
                yield self._t("policy.at_most", who=who, share=self._whole(quota.max_lot_share_percent))

    def _separations(self) -> Iterator[Markup]:
        """One sentence for each nuisance that one sector emits and another cannot bear."""
        if not self.policy.separation:
            return
        kinds = "both" if len(self.policy.separation) > 1 else self.policy.separation[0]
        nuisances = {each for sector in self.policy.sectors for each in sector.emits}
        for nuisance in sorted(nuisances):
            emitters = self._names(lambda sector: sector.emits, nuisance)
            sensitive = self._names(lambda sector: sector.sensitive_to, nuisance)
            if sensitive:
                values = {"nuisance": self._nuisance(nuisance), "emitters": emitters, "sensitive": sensitive}
                yield self._t(f"policy.apart_{kinds}", **values)

    def _names(self, of: object, nuisance: str) -> str:
        assert callable(of)
        named = [sector.name(self.language) for sector in self.policy.sectors if nuisance in of(sector)]
        return self._t("policy.comma").join(named)

    def _nuisance(self, nuisance: str) -> Markup | str:
        key = f"nuisance.{nuisance}"
        return self._t(key) if key in NUISANCES else nuisance

    def _sector(self, sector_id: str) -> str:
        return self.policy.sector(sector_id).name(self.language)

    def _whole(self, number: int) -> Markup:
        return whole_text(number, self.language)


def group_text(group: str, language: Language) -> Markup | str:
    """The name of a group of applicants, or what the policy calls it."""
    return say(language, f"group.{group}") if group in GROUPS else say(language, "policy.of_group", group=group)


GROUPS = frozenset({"sme", "cooperative", "large"})
"""The groups that have a name in every language."""
NUISANCES = frozenset(f"nuisance.{each}" for each in ("dust", "odour", "noise", "effluent", "traffic"))
"""The nuisances that have a name in every language; others are shown as the policy calls them."""


def hectare_hundredths(instance: Instance) -> int:
    """The area of all lots in hundredths of a hectare."""
    return sum(lot.area_m2 for lot in instance.lots) // 100


def worth_policy(policy: Policy, millipoints: int) -> int | None:
    """How many tenths of a direct job so many millipoints are worth; None when the policy gives jobs nothing."""
    return millipoints // (100 * policy.job_direct) if policy.job_direct else None
