"""Fairness: who could envy whom with reason, the plan beside the score order, and how the draw told equals apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.canonical_json import canonical_json, sha256_hex
from optimizer.fitting_sites import FittingSites, fitting_sites
from optimizer.plan import Plan, lottery_rank
from optimizer.rules import changes
from optimizer.rules.jobs import worth
from optimizer.rules.placement import unmet_needs
from optimizer.score_order import score_order_plan
from optimizer.standing import Standing

Lots = tuple[str, ...]
MOST_TIES = 1_000
"""So many ties are listed at most."""


@dataclass(frozen=True, slots=True)
class Envy:
    """An applicant asked for a lot, some site with it fits it, and somebody of lower score holds it.

    lots: what it could hold had the other nothing; of several sites, the one best for the plan.  keeps_rules: whether
    the plan would still be feasible after that; cost_millipoints: how much less it would be worth.
    """

    applicant_id: str
    holder_id: str
    lot: str
    lots: Lots
    keeps_rules: bool
    cost_millipoints: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two applicants that could change places at no cost: the draw preferred the first, which holds the lots.

    Places in the draw count from 1.
    """

    granted_id: str
    waiting_id: str
    lots: Lots
    granted_place: int
    waiting_place: int


@dataclass(frozen=True, slots=True)
class Draw:
    """All that the draw is made of: anybody can redo it.

    The rank of an applicant is the SHA-256 of "seed:applicant_id" read as a number.  roster_sha256: of the canonical
    JSON of {"roster": applicants in canonical form}.  order: applicant ids by rank.
    """

    seed: int
    roster_sha256: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One of the two plans set side by side."""

    value_millipoints: int
    granted: int
    lots: int
    jobs_direct: int
    envies: int
    lowest_granted_score: int | None
    """Of the plan alone, not of anybody in it: the least score that holds a site without a pin."""


@dataclass(frozen=True)
class Fairness:
    """The view of one plan.  only_here, only_there: who is granted by the plan alone, by the score order alone."""

    envies: tuple[Envy, ...]
    ties: tuple[Tie, ...]
    draw: Draw
    plan: Side
    score_order: Side
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def fairness(instance: Instance, plan: Plan) -> Fairness:
    """The view of a feasible plan."""
    fitting = fitting_sites(instance)
    envies, other = tuple(justified_envies(instance, plan, fitting)), score_order_plan(instance, fitting)
    return Fairness(
        envies,
        tuple(ties(instance, plan)),
        draw(instance),
        _side(instance, plan, len(envies)),
        _side(instance, other, sum(1 for _ in justified_envies(instance, other, fitting))),
        tuple(sorted(plan.assignments.keys() - other.assignments.keys())),
        tuple(sorted(other.assignments.keys() - plan.assignments.keys())),
    )


def justified_envies(instance: Instance, plan: Plan, fitting: FittingSites | None = None) -> Iterator[Envy]:
    """Every applicant without a preferred lot, every lot it prefers, held without a pin by somebody of lower score.

    Only where a site with the lot fits the applicant and needs nothing but lots that are idle, the holder's, or its
    own.  In order of applicant and lot.  The plan is feasible.  fitting: the sites that fit each
    applicant, when they are at hand.
    """
    fitting, standing = fitting_sites(instance) if fitting is None else fitting, Standing(instance, plan)
    for applicant in instance.applicants:
        held = plan.assignments.get(applicant.applicant_id, ())
        if applicant.is_pinned or not set(held).isdisjoint(applicant.preferred_lots):
            continue
        for lot in applicant.preferred_lots:
            holder = plan.tenant.get(lot)
            if holder is None or instance.applicant[holder].is_pinned:
                continue
            if instance.applicant[holder].score >= applicant.score:
                continue
            allowed = {holder, applicant.applicant_id, None}
            could = [
                lots
                for lots in fitting.sites_of(applicant.applicant_id)
                if lot in lots and all(plan.tenant.get(each) in allowed for each in lots)
            ]
            if could:
                yield _envy(standing, plan, (applicant.applicant_id, holder, lot), could)


def _envy(standing: Standing, plan: Plan, who: tuple[str, str, str], could: list[Lots]) -> Envy:
    instance, (applicant_id, holder, lot) = standing.instance, who
    applicant, leaving = instance.applicant[applicant_id], []
    given_up = 0
    for each in (holder, applicant_id):
        if each in plan.assignments:
            leaving.append((instance.applicant[each], plan.assignments[each]))
            standing.take_back(*leaving[-1])
            given_up += standing.brings(*leaving[-1])
    breaks, cost, lots = min(
        (not _keeps_rules(standing, plan, holder, applicant, each), given_up - standing.brings(applicant, each), each)
        for each in could
    )
    for tenant, held in reversed(leaving):
        standing.grant(tenant, held)
    return Envy(applicant_id, holder, lot, lots, not breaks, cost)


def _keeps_rules(standing: Standing, plan: Plan, gone: str, applicant: Applicant, lots: Lots) -> bool:
    """Whether the plan is feasible when the applicant has these lots, which fit it, and the one that is gone nothing.

    The grants of both were taken back.
    """
    instance = standing.instance
    if next(standing.to(applicant, lots), None) is not None:
        return False
    if not changes.concerns(instance):
        return True
    others = {each: held for each, held in plan.assignments.items() if each != gone}
    return next(changes.breaches(instance, Plan({**others, applicant.applicant_id: lots})), None) is None


def ties(instance: Instance, plan: Plan) -> Iterator[Tie]:
    """Who waits and could take the place of somebody that holds a site, at no cost and with no rule broken.

    In the order of the draw; a tie in which the draw would prefer the one who waits is listed too: a plan is settled
    by the draw only as far as that was proved or could be found by exchanges.
    """
    places = {each: place for place, each in enumerate(draw(instance).order, start=1)}
    standing, found = Standing(instance, plan), 0
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for each in sorted(plan.assignments, key=places.__getitem__):
        applicant = instance.applicant[each]
        if not applicant.is_pinned:
            alike[applicant.sector, worth(instance, applicant)].append(each)
    for waiting in sorted(instance.applicants, key=lambda each: places[each.applicant_id]):
        if waiting.applicant_id in plan.assignments:
            continue
        for holder in alike[waiting.sector, worth(instance, waiting)]:
            tenant, lots = instance.applicant[holder], plan.assignments[holder]
            if any(unmet_needs(instance, waiting, lots)):
                continue
            standing.take_back(tenant, lots)
            is_tie = standing.brings(waiting, lots) == standing.brings(tenant, lots) and _keeps_rules(
                standing, plan, holder, waiting, lots
            )
            standing.grant(tenant, lots)
            if is_tie:
                yield Tie(holder, waiting.applicant_id, lots, places[holder], places[waiting.applicant_id])
                found += 1
                if found == MOST_TIES:
                    return


def draw(instance: Instance) -> Draw:
    """The published draw of an instance's roster."""
    order = sorted(instance.applicant, key=lambda each: lottery_rank(instance, each))
    return Draw(instance.policy.lottery_seed, roster_sha256(instance), tuple(order))


def roster_sha256(instance: Instance) -> str:
    """The hash of the roster that is published before the draw, in hexadecimal."""
    return sha256_hex(canonical_json({"roster": instance.canonical()["applicants"]}))


def _side(instance: Instance, plan: Plan, envies: int) -> Side:
    counted = audit(instance, plan)
    granted = [instance.applicant[each] for each in plan.assignments]
    return Side(
        counted.value_millipoints,
        len(granted),
        sum(len(lots) for lots in plan.assignments.values()),
        sum(each.jobs_direct for each in granted),
        envies,
        min((each.score for each in granted if not each.is_pinned), default=None),
    )
