"""Growth: the power law nearest to figures measured at several sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.verdict import gap_of

Run = dict[str, Any]
FIGURES = ("first plan, s", "first proof, s", "whole run, s", "peak memory, MB")


def figures_of(run: Run) -> dict[str, float | None]:
    """What growth is measured on: seconds to the first plan and to the first bound, of the run, and its memory."""
    return {
        "first plan, s": run["values"][0][0] if run.get("values") else None,
        "first proof, s": run["bounds"][0][0] if run.get("bounds") else None,
        "whole run, s": run.get("seconds"),
        "peak memory, MB": run.get("peak_mb"),
    }


def growth_runs(runs: list[Run]) -> list[Run]:
    """The runs that measure growth, by size."""
    found = [run for run in runs if "instance" not in run and "case" not in run and "fault" not in run]
    return sorted(found, key=lambda run: run["lots"])


def power_law(lots: list[int], figures: list[float]) -> tuple[float, float] | None:
    """(factor, exponent) of factor * lots ** exponent, by least squares on logarithms; None for fewer than two."""
    points = [(size, figure) for size, figure in zip(lots, figures, strict=True) if figure > 0]
    if len({size for size, _ in points}) < 2:
        return None
    exponent, intercept = np.polyfit(*np.log(np.array(points, dtype=float)).T, 1)
    return float(np.exp(intercept)), float(exponent)


def laws(runs: list[Run]) -> dict[str, tuple[float, float] | None]:
    """The power law of each figure."""
    found = {}
    for name in FIGURES:
        points = [(run["lots"], figures_of(run)[name]) for run in growth_runs(runs)]
        known = [(size, figure) for size, figure in points if figure is not None]
        found[name] = power_law([size for size, _ in known], [figure for _, figure in known])
    return found


def table(runs: list[Run]) -> list[list[str]]:
    """Rows of lots, the figures, and the gap proved."""
    rows = []
    for run in growth_runs(runs):
        gap = gap_of(run)
        said = ["" if figure is None else f"{figure:,.1f}" for figure in figures_of(run).values()]
        rows.append([f"{run['lots']:,}", f"{run['applicants']:,}", *said, "" if gap is None else f"{gap:.2%}"])
    return rows
