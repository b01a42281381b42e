"""The figure: panels of lots, a title band and a legend."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from instances.faults import Language
from instances.instance import Instance
from instances.zone import Lot
from optimizer.picture.outlines import Box, Shape, projected, tie
from optimizer.picture.outlines import box as box_of
from optimizer.picture.outlines import middle as middle_of
from optimizer.picture.outlines import path as path_of
from optimizer.picture.palette import CLOSED, FREE, GROUND, INK, LINE, PALETTE, SOFT, WORDS, letter_of
from optimizer.plan import Plan
from optimizer.wording import percent, points, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Caption:
    """What the title line says of the plan.  gap_millionths is None when nothing was proved."""

    value_millipoints: int
    gap_millionths: int | None


class Drawing:
    """One picture in the making: what is drawn how, from the same instance and plan."""

    def __init__(self, instance: Instance, plan: Plan, caption: Caption, language: Language) -> None:
        self.instance, self.plan, self.caption = instance, plan, caption
        self.asked, self.language = language, language if language == "en" else "fr"
        sectors = [sector.sector_id for sector in instance.policy.sectors]
        self.look = {sector: PALETTE[at % len(PALETTE)] for at, sector in enumerate(sectors)}
        self.letter = {sector: letter_of(at) for at, sector in enumerate(sectors)}

    def _says(self, word: str, **values: str) -> str:
        return WORDS[word][self.language].format_map(values)

    def _name(self, sector: str) -> str:
        return sector if self.asked == "ar" else self.instance.policy.sector(sector).name(self.asked)

    def figure(self, panels: dict[str, list[Lot]]) -> Figure:
        """A title band above, the panels left, the legend right; the page takes the shape of the zone."""
        from matplotlib.figure import Figure

        columns = ceil(len(panels) ** 0.5) if len(panels) > 1 else 1
        lines = ceil(len(panels) / columns)
        shapes = {zone: projected(lots) for zone, lots in panels.items()}
        boxes = {zone: box_of(shape.values()) for zone, shape in shapes.items()}
        aspect = max((box[3] - box[1]) / (box[2] - box[0]) for box in boxes.values()) * lines / columns
        map_width, legend_width, band = 11.0, 3.5, 1.05
        map_height = min(max(map_width * aspect, 4.6), 12.0)
        width, height = map_width + legend_width, map_height + band + 0.35
        figure = Figure(figsize=(width, height), facecolor="white")
        figure.text(0.35 / width, 1 - 0.48 / height, self._title(panels), fontsize=19, weight="bold", color=INK)
        figure.text(0.35 / width, 1 - 0.82 / height, self._subtitle(), fontsize=11, color=SOFT)
        wide, high = (map_width - 0.5) / columns, map_height / lines
        for at, zone in enumerate(sorted(panels, key=_natural)):
            left, top = 0.25 + wide * (at % columns), band + high * (at // columns)
            place = (left / width, 1 - (top + high) / height, wide * 0.98 / width, high * 0.98 / height)
            axes = figure.add_axes(place)
            self._panel(
                axes, panels[zone], shapes[zone], boxes[zone], zone if len(panels) > 1 else "", wide * 0.98, high * 0.98
            )
        self._north(figure, map_width - 0.45, height - band + 0.28)
        legend = figure.add_axes((map_width / width, 0.2 / height, (legend_width - 0.3) / width, map_height / height))
        self._legend(legend, [lot for lots in panels.values() for lot in lots], map_height)
        return figure

    def _title(self, panels: dict[str, list[Lot]]) -> str:
        name = self.instance.name
        alone = next(iter(panels)) if len(panels) == 1 else ""
        return f"{name} · {alone}" if alone and len({lot.zone for lot in self.instance.lots}) > 1 else name

    def _subtitle(self) -> str:
        language: Language = "en" if self.language == "en" else "fr"
        gap = self.caption.gap_millionths
        proof = "unproved" if gap is None else "gap" if gap else "proved"
        parts = (
            self._says("value", value=points(self.caption.value_millipoints, language)),
            self._says(proof, gap=percent(gap or 0, language)),
            self._says(
                "granted",
                lots=whole(len(self.plan.tenant), language),
                all_lots=whole(len(self.instance.lots), language),
                tenants=whole(len(self.plan.assignments), language),
            ),
        )
        return "   ·   ".join(parts)

    def _panel(
        self, axes: Axes, lots: list[Lot], shapes: dict[str, Shape], box: Box, zone: str, wide: float, high: float
    ) -> None:
        """The lots of one zone in so many inches, and a scale bar; streets are the gaps between lots."""
        from matplotlib.patches import PathPatch

        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_facecolor(GROUND)
        for spine in axes.spines.values():
            spine.set_visible(False)
        width, height = box[2] - box[0], box[3] - box[1]
        metres_per_inch = max(1.06 * width / wide, (1.06 * height + 0.05 * width) / high)
        spare_x = (wide * metres_per_inch - width) / 2
        spare_y = (high * metres_per_inch - height - 0.04 * width) / 2
        axes.set_xlim(box[0] - spare_x, box[2] + spare_x)
        axes.set_ylim(box[1] - 0.04 * width - spare_y, box[3] + spare_y)
        points_per_metre = 72 / metres_per_inch
        centres = {}
        for lot in lots:
            fill, ink, letter = self._fill(lot)
            edge = LINE if letter == "" else "white"
            path = path_of(shapes[lot.lot_id])
            axes.add_patch(PathPatch(path, facecolor=fill, edgecolor=edge, linewidth=0.7, joinstyle="round"))
            middle, room = middle_of(shapes[lot.lot_id])
            centres[lot.lot_id] = middle
            self._label(axes, lot.lot_id, letter, ink, middle, room * points_per_metre)
        self._join_sites(axes, shapes, centres, points_per_metre)
        self._scale(axes, box)
        if zone:
            axes.annotate(zone, (0, 1), (6, -6), xycoords="axes fraction", textcoords="offset points", fontsize=11,
                          weight="bold", color=INK, va="top")  # fmt: skip

    def _fill(self, lot: Lot) -> tuple[str, str, str]:
        tenant = self.plan.tenant.get(lot.lot_id)
        if tenant is None:
            return (FREE if lot.status == "available" else CLOSED), SOFT, ""
        sector = self.instance.applicant[tenant].sector
        return *self.look[sector], self.letter[sector]

    def _label(self, axes: Axes, lot: str, letter: str, ink: str, middle: tuple[float, float], room: float) -> None:
        """Letter above id, as large as the lot has room for, and none that nobody could read."""
        size = min(room * 0.42, 11.0)
        if letter and size >= 2.5:
            axes.annotate(letter, middle, (0, size * 0.28), textcoords="offset points", color=ink, fontsize=size,
                          weight="bold", ha="center", va="center")  # fmt: skip
        small = min(size * 0.52, room * 1.3 / max(len(lot), 1), 5.5)
        if small >= 1.6:
            axes.annotate(lot, middle, (0, -size * 0.48 if letter else 0), textcoords="offset points", color=ink,
                          fontsize=small, ha="center", va="center")  # fmt: skip

    def _join_sites(
        self, axes: Axes, shapes: dict[str, Shape], centres: dict[str, tuple[float, float]], points_per_metre: float
    ) -> None:
        """A tie across each border inside one site, so that the site is seen as one."""
        tenant = self.plan.tenant
        for pair in self.instance.neighbours:
            if pair.kind != self.instance.policy.across or pair.lot_a not in centres or pair.lot_b not in centres:
                continue
            holder = tenant.get(pair.lot_a)
            if holder is None or holder != tenant.get(pair.lot_b):
                continue
            start, end = centres[pair.lot_a], centres[pair.lot_b]
            thick = min(max(points_per_metre * 2.5, 0.8), 3.5)
            ends = tie(shapes[pair.lot_a], start, end)
            ink = self.look[self.instance.applicant[holder].sector][1]
            axes.plot(*zip(*ends, strict=True), color=ink, linewidth=thick, solid_capstyle="round")

    def _scale(self, axes: Axes, box: Box) -> None:
        width = box[2] - box[0]
        metres = next(step for step in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**9) if step * 9 >= width)
        x, y = box[0], box[1] - 0.022 * width
        axes.plot([x, x + metres], [y, y], color=INK, linewidth=2.2, solid_capstyle="butt")
        text = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
        axes.annotate(text, (x + metres, y), (5, 0), textcoords="offset points", fontsize=8, color=INK, va="center")

    def _north(self, figure: Figure, x: float, y: float) -> None:
        """An arrow above the panels, so many inches from the left and from the foot of the page."""
        from matplotlib.patches import FancyArrow

        inches = figure.dpi_scale_trans
        arrow = FancyArrow(x, y, 0, 0.2, width=0.016, head_width=0.12, head_length=0.14, color=INK, transform=inches)
        figure.add_artist(arrow)
        figure.text(x, y - 0.1, self._says("north"), fontsize=9, weight="bold", color=INK, ha="center", va="center",
                    transform=inches)  # fmt: skip

    def _legend(self, axes: Axes, lots: list[Lot], inches: float) -> None:
        """One line per sector with its letter, its colour and its number of lots, then what is left over."""
        axes.set_axis_off()
        axes.set_xlim(0, 10)
        axes.set_ylim(inches, 0)
        counts: Counter[str] = Counter()
        left: Counter[bool] = Counter()
        for lot in lots:
            tenant = self.plan.tenant.get(lot.lot_id)
            if tenant is None:
                left[lot.status == "available"] += 1
            else:
                counts[self.instance.applicant[tenant].sector] += 1
        lines = [(self._name(sector), *self.look[sector], self.letter[sector], counts[sector]) for sector in self.look]
        lines += [(self._says("free"), FREE, SOFT, "", left[True])]
        lines += [(self._says("closed"), CLOSED, SOFT, "", left[False])] if left[False] else []
        step = min(0.36, (inches - 0.9) / (len(lines) + 2))
        axes.text(0, 0.25, self._says("sectors"), fontsize=11, weight="bold", color=INK, va="center")
        axes.text(9.6, 0.25, self._says("lots"), fontsize=9, color=SOFT, ha="right", va="center")
        self._legend_lines(axes, lines, step)

    def _legend_lines(self, axes: Axes, lines: list[tuple[str, str, str, str, int]], step: float) -> None:
        from matplotlib.patches import FancyBboxPatch

        for at, (name, fill, ink, letter, count) in enumerate(lines):
            y = 0.65 + at * step
            box = FancyBboxPatch((0.12, y - step * 0.3), 1.0, step * 0.6, "round,pad=0,rounding_size=0.06",
                                 facecolor=fill, edgecolor=fill if letter else LINE, linewidth=0.8)  # fmt: skip
            axes.add_patch(box)
            size = min(9.5, step * 26)
            axes.text(0.62, y, letter, fontsize=size, weight="bold", color=ink, ha="center", va="center")
            axes.text(1.5, y, name, fontsize=size, color=INK, va="center")
            axes.text(9.6, y, str(count), fontsize=size, color=INK if count else SOFT, ha="right", va="center")
        if any(len(site) > 1 for site in self.plan.assignments.values()):
            y = 0.75 + len(lines) * step
            axes.plot([0.25, 1.0], [y, y], color=INK, linewidth=3, solid_capstyle="round")
            axes.text(1.5, y, self._says("site"), fontsize=9, color=SOFT, va="center")


def _natural(name: str) -> list[tuple[int, str]]:
    """Z2 before Z10: runs of digits sort as numbers."""
    return [(int(run), "") if run.isdigit() else (-1, run) for run in re.split(r"([0-9]+)", name)]
