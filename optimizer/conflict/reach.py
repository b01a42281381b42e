"""How many lots some applicants can hold at most: two bounds in whole numbers, each with what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Lots = tuple[str, ...]
Sites = Mapping[str, Sequence[Lots]]
"""Applicant id -> the sites that it may hold."""


@dataclass(frozen=True, slots=True)
class Cut:
    """At most `most` lots: those in `scarce`, and as many more as the applicants in `few` can hold at their largest.

    Every site of an applicant outside `few` lies within `scarce`.
    """

    most: int
    few: frozenset[str]
    scarce: frozenset[str]


def cut_of(sites: Sites, few: frozenset[str]) -> Cut:
    """The bound that these applicants give: exact and true whichever they are."""
    scarce = frozenset(lot for each, offered in sites.items() if each not in few for lots in offered for lot in lots)
    return Cut(len(scarce) + sum(largest(sites[each]) for each in sorted(few)), few, scarce)


def largest(offered: Sequence[Lots]) -> int:
    """Lots of the largest of these sites."""
    return max((len(lots) for lots in offered), default=0)


def smallest_cut(sites: Sites, enough: int) -> Cut | None:
    """A cut under `enough` lots, the smallest there is; None where applicants and lots could be matched so far.

    Matches lots to applicants along augmenting paths; where no path is left, what was reached is the cut (Koenig,
    Hall).  Whoever is matched might still break up its site: the bound is on lots alone.
    """
    wants: dict[str, list[str]] = {}
    for each in sorted(sites):
        for lot in sorted({lot for lots in sites[each] for lot in lots}):
            wants.setdefault(lot, []).append(each)
    room = {each: largest(offered) for each, offered in sites.items()}
    held: dict[str, list[str]] = {each: [] for each in sites}
    matched, reached = 0, frozenset[str]()
    for lot in sorted(wants):
        found = _augmented(lot, wants, room, held)
        if found is None:
            matched += 1
            if matched >= enough:
                return None
        else:
            reached |= found
    return cut_of(sites, reached)


def _augmented(
    lot: str, wants: Mapping[str, Sequence[str]], room: Mapping[str, int], held: dict[str, list[str]]
) -> frozenset[str] | None:
    """Match one more lot, moving others along; or the applicants that were reached, all full, when that fails."""
    came: dict[str, str] = {}
    queue = [lot]
    moved_from: dict[str, str] = {}
    for here in queue:
        for each in wants[here]:
            if each in came:
                continue
            came[each] = here
            if len(held[each]) < room[each]:
                _shift(each, came, moved_from, held)
                return None
            for other in held[each]:
                if other not in moved_from and other != lot:
                    moved_from[other] = each
                    queue.append(other)
    return frozenset(came)


def _shift(to: str, came: Mapping[str, str], moved_from: Mapping[str, str], held: dict[str, list[str]]) -> None:
    while True:
        lot = came[to]
        held[to].append(lot)
        if lot not in moved_from:
            return
        to = moved_from[lot]
        held[to].remove(lot)


def most_within(needs: Mapping[str, tuple[int, int]], spare: int) -> int:
    """Lots that applicants can hold whose needs together stay within `spare`, at most.

    needs: applicant id -> (what it needs, lots of its largest site).  Who needs more than the spare gets nothing; the
    others fill it in order of need per lot, the last in part, which gives no less than any choice of whole applicants.
    """
    total = Fraction(0)
    within = [(need, lots) for need, lots in needs.values() if need <= spare and lots]
    for need, lots in sorted(within, key=lambda each: Fraction(each[0], each[1])):
        if need > spare:
            total += Fraction(lots * spare, need)
            break
        total += lots
        spare -= need
    return int(total)
