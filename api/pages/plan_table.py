"""The table of a plan: sorted and filtered here, a page at a time, so that a browser never holds thousands of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from optimizer.export.rows import Result

ON_A_PAGE = 60
OUTCOMES = ("granted", "waitlist", "refused")


class Entry(NamedTuple):
    """An applicant in the table: what it is sorted and found by.  Fields are those of the Row with the same names."""

    applicant_id: str
    name: str
    sector: str
    outcome: Result
    lots: str
    area_m2: int | None
    jobs_direct: int
    score: int
    waitlist_place: int | None


PLACES = {outcome: place * 10**9 for place, outcome in enumerate(OUTCOMES)}
"""Before the place on the waitlist; nobody has so many applicants."""
SORTS: dict[str, Callable[[Entry], Any]] = {
    "applicant": lambda row: row.applicant_id,
    "name": lambda row: row.name.casefold(),
    "sector": lambda row: row.sector,
    "outcome": lambda row: PLACES[row.outcome] + (row.waitlist_place or 0),
    "lots": lambda row: (row.lots == "", row.lots),
    "area": lambda row: row.area_m2 or 0,
    "jobs": lambda row: row.jobs_direct,
    "score": lambda row: row.score,
}
"""What each column is sorted by; of equals, the order of ids says which is first."""
COUNTED = frozenset({"area", "jobs", "score"})
"""Sorted by the largest first when nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for, and in which order.  Strangers among the values ask for nothing special."""

    words: str = ""
    outcome: str = ""
    sector: str = ""
    sort: str = "outcome"
    is_turned: bool = False
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The query of the same table with some things changed."""
        values = {
            "q": self.words,
            "outcome": self.outcome,
            "sector": self.sector,
            "sort": self.sort,
            "turned": "1" if self.is_turned else "",
            "page": "",
        } | changes
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def by(self, column: str) -> str:
        """The query that sorts by a column, or turns its order round when it is sorted by it already."""
        return self.address(sort=column, turned="" if column != self.sort or self.is_turned else "1")


def wanted_of(q: str, outcome: str, sector: str, sort: str, turned: str, page: int) -> Wanted:
    """The query of an address."""
    return Wanted(
        q.strip(),
        outcome if outcome in OUTCOMES else "",
        sector,
        sort if sort in SORTS else "outcome",
        turned == "1",
        page,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the entries asked for, how many there are in all, and on how many pages."""

    entries: list[Entry]
    count: int
    page: int
    pages: int


def found(entries: list[Entry], wanted: Wanted) -> Found:
    """Of entries sorted by id those asked for."""
    words = wanted.words.casefold()
    kept = [
        row
        for row in entries
        if (not wanted.outcome or row.outcome == wanted.outcome)
        and (not wanted.sector or row.sector == wanted.sector)
        and (not words or words in row.applicant_id.casefold() or words in row.name.casefold() or words in _lots(row))
    ]
    is_falling = wanted.is_turned != (wanted.sort in COUNTED)
    if is_falling:
        # So that equals are in the falling order of their ids too.
        kept.reverse()
    kept.sort(key=SORTS[wanted.sort], reverse=is_falling)
    pages = max(1, -(-len(kept) // ON_A_PAGE))
    page = min(max(wanted.page, 1), pages)
    return Found(kept[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], len(kept), page, pages)


def _lots(row: Entry) -> str:
    return row.lots.casefold()
