"""The map of a plan: every lot by its tenant's sector, by jobs, and by what changed against another plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup

from api.pages.lot_drawing import Look, letters_of, lots_svg, ties_path
from api.pages.phrases import phrases
from api.pages.plan_view import PlanView
from instances.faults import Language
from optimizer.plan import Plan

Change = Literal["same", "new", "other", "freed", "free"]
CHANGES: tuple[Change, ...] = ("same", "new", "other", "freed")
SVG_LOTS_MOST = 3_000
"""Above so many lots the map is a canvas: a browser is slow with so many links in one picture."""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: the class that it stands for, its letter, its name, and how many lots have it."""

    classes: str
    letter: str
    name: str
    lots: int


class PlanMap:
    """The map of one plan in one language."""

    def __init__(self, view: PlanView, language: Language, against: Plan | None = None) -> None:
        self.view, self.language, self.against = view, language, against
        self._sectors = letters_of(sector.sector_id for sector in view.zone.policy.sectors)
        self._words = phrases(language)
        self._names = {sector.sector_id: sector.name(language) for sector in view.zone.policy.sectors}

    def svg(self) -> Markup:
        """The lots."""
        return lots_svg(self.view.map, self.look)

    def ties(self) -> str:
        """What joins the lots of a site."""
        return ties_path(self.view.map, self.view.zone, self.view.plan)

    def look(self, lot_id: str) -> Look:
        """How a lot looks in every way of colouring."""
        return Look(*self._shown(lot_id), f"/plans/{self.view.summary.id}/lots/{quote(lot_id)}")

    def _shown(self, lot_id: str) -> tuple[str, str, str]:
        """The classes, the letter and the label of a lot."""
        view = self.view
        tenant = view.plan.tenant.get(lot_id)
        change = f" c-{self.change(lot_id)}" if self.against is not None else ""
        if tenant is None:
            status = view.zone.lot[lot_id].status
            word = self._words["map.free" if status == "available" else "map.closed"]
            return f"{'free' if status == 'available' else 'closed'}{change}", "", f"{lot_id}: {word}"
        applicant = view.zone.applicant[tenant]
        colour, letter = self._sectors[applicant.sector]
        label = f"{lot_id}: {self._names[applicant.sector]}, {applicant.name or tenant}"
        return f"s{colour} j{view.shade(lot_id)}{change}", letter, label

    def change(self, lot_id: str) -> Change:
        """What became of a lot since the other plan."""
        assert self.against is not None, "there is another plan"
        now, before = self.view.plan.tenant.get(lot_id), self.against.tenant.get(lot_id)
        if now == before:
            return "free" if now is None else "same"
        if now is None:
            return "freed"
        return "new" if before is None else "other"

    def sectors(self) -> list[Key]:
        """The legend by sector, those with most lots first."""
        lots = {total.sector: total.lots for total in self.view.totals}
        keys = [
            Key(f"s{colour}", letter, self._names[sector], lots[sector])
            for sector, (colour, letter) in self._sectors.items()
        ]
        return sorted(keys, key=lambda key: -key.lots) + self._left()

    def jobs(self) -> list[tuple[Key, tuple[int, int]]]:
        """The legend by jobs: each shade with its range of direct jobs for each hectare."""
        counted = Counter(self.view.shade(lot) for lot in self.view.plan.tenant)
        return [(Key(f"j{at}", "", "", counted[at]), both) for at, both in enumerate(self.view.ranges)]

    def changes(self) -> list[Key]:
        """The legend by changes; empty without another plan."""
        if self.against is None:
            return []
        counted = Counter(self.change(lot.lot_id) for lot in self.view.zone.lots)
        return [Key(f"c-{each}", "", self._words[f"map.change_{each}"], counted[each]) for each in CHANGES]

    def _left(self) -> list[Key]:
        left = [lot for lot in self.view.zone.lots if lot.lot_id not in self.view.plan.tenant]
        free = sum(lot.status == "available" for lot in left)
        keys = [Key("free", "", self._words["map.free"], free)]
        return keys + ([Key("closed", "", self._words["map.closed"], len(left) - free)] if len(left) > free else [])

    def drawn(self) -> dict[str, object]:
        """What a canvas needs of all lots, as plain values: id, path, middle, room, classes, letter and label."""
        return {
            "width": self.view.map.width,
            "height": self.view.map.height,
            "lots": [(*shape, *self._shown(shape.lot_id)) for shape in self.view.map.shapes],
        }
