"""Pictures of a comparison: bars by goal, shares of the sectors, and the map of what differs between two plans."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from instances.faults import Language
from instances.instance import Instance
from optimizer.compare.difference import FATES, fates
from optimizer.compare.figures import Figures
from optimizer.compare.table import title
from optimizer.picture.outlines import path, projected
from optimizer.picture.palette import INK, LINE, PALETTE, SOFT
from optimizer.plan import Plan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GOALS = ("jobs", "preferred", "clustering")
COLOURS = {
    "same": "#d9d8d2", "same_sector": "#e8c468", "other_sector": "#a4572a", "gained": "#2e8b57", "lost": "#8b1e3f",
    "free": "#ffffff",
}  # fmt: skip
HATCHES = {"same_sector": "//", "other_sector": "xx", "gained": "++", "lost": "--"}
"""What changed is hatched too, for those who do not tell the colours apart."""


def points_chart(compared: Sequence[Figures], language: Language = "en", kind: str = "svg") -> bytes:
    """Points by goal as stacked bars, a line at the proved bound of each; svg or png.  Equal input, equal bytes."""
    language = _drawable(language)
    with _quiet():
        figure, axes = _axes(len(compared))
        base: list[float] = [0.0] * len(compared)
        for at, goal in enumerate(GOALS):
            points = [each.goals_millipoints.get(goal, 0) / 1000 for each in compared]
            name = title(f"{goal}_millipoints", language).partition(" (")[0]
            axes.bar(range(len(compared)), points, bottom=base, color=PALETTE[at][0], edgecolor=LINE, label=name)
            base = [low + more for low, more in zip(base, points, strict=True)]
        for at, each in enumerate(compared):
            if each.bound_millipoints is not None:
                axes.plot([at - 0.4, at + 0.4], [each.bound_millipoints / 1000] * 2, color=INK, linewidth=1.5)
        return _saved(figure, axes, compared, kind)


def shares_chart(compared: Sequence[Figures], language: Language = "en", kind: str = "svg") -> bytes:
    """Lots of each sector as stacked bars; svg or png.  Equal input, equal bytes."""
    sectors = sorted({sector for each in compared for sector in each.lots_by_sector})
    with _quiet():
        figure, axes = _axes(len(compared))
        base: list[float] = [0.0] * len(compared)
        for at, sector in enumerate(sectors):
            lots = [each.lots_by_sector.get(sector, 0) for each in compared]
            colour = PALETTE[at % len(PALETTE)][0]
            axes.bar(range(len(compared)), lots, bottom=base, color=colour, edgecolor="white", label=sector)
            base = [low + more for low, more in zip(base, lots, strict=True)]
        return _saved(figure, axes, compared, kind)


def difference_map(
    first: tuple[Instance, Plan], second: tuple[Instance, Plan], language: Language = "en", kind: str = "svg"
) -> bytes:
    """Every lot that both instances have, by what became of it; svg or png.  Raises ValueError without outlines."""
    language = _drawable(language)
    found = fates(first, second)
    lots = [lot for lot in first[0].lots if lot.outline and lot.lot_id in found]
    if not lots:
        raise ValueError("no lot has an outline")
    with _quiet():
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch, PathPatch

        figure = Figure(figsize=(11, 8), facecolor="white")
        axes = figure.add_axes((0.02, 0.02, 0.96, 0.9))
        axes.set_axis_off()
        for lot_id, shape in projected(lots).items():
            fate = found[lot_id]
            look: dict[str, Any] = {"facecolor": COLOURS[fate], "edgecolor": LINE, "hatch": HATCHES.get(fate)}
            axes.add_patch(PathPatch(path(shape), linewidth=0.7, **look))
        axes.autoscale_view()
        axes.set_aspect("equal")
        legend = [
            Patch(
                facecolor=COLOURS[fate],
                edgecolor=LINE,
                hatch=HATCHES.get(fate),
                label=f"{title(fate, language)}: {sum(each == fate for each in found.values())}",
            )
            for fate in FATES
        ]
        figure.legend(handles=legend, loc="upper center", ncols=3, frameon=False, labelcolor=INK)
        return _bytes(figure, kind)


def _drawable(language: Language) -> Language:
    """Arabic letters would not be joined: such pictures speak French, like the map."""
    return "fr" if language == "ar" else language


@contextmanager
def _quiet() -> Iterator[None]:
    import matplotlib as mpl

    mpl.use("Agg")
    settings: dict[Any, Any] = {"svg.hashsalt": "lotwise", "font.family": "DejaVu Sans", "text.parse_math": False}
    with mpl.rc_context(settings):
        yield


def _axes(count: int) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(6.0, 2.5 + 1.1 * count), 5), facecolor="white", layout="constrained")
    return figure, figure.add_subplot()


def _saved(figure: Figure, axes: Any, compared: Sequence[Figures], kind: str) -> bytes:
    axes.set_xticks(range(len(compared)), [each.label for each in compared], rotation=30, ha="right", color=INK)
    axes.tick_params(colors=SOFT)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    return _bytes(figure, kind)


def _bytes(figure: Figure, kind: str) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format=kind, dpi=130, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return content.getvalue()
