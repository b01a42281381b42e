"""Figures of the benchmark: value and bound over time, a performance profile, growth."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "lotwise"

from matplotlib import pyplot as plt  # noqa: E402

from benchmarks.growth import FIGURES, figures_of, growth_runs, laws  # noqa: E402
from benchmarks.solvers import SOLVERS  # noqa: E402

Run = dict[str, Any]
WORST_SHORTFALL = 1.0


def draw_figures(runs: list[Run], folder: Path) -> list[tuple[str, str]]:
    """(title, file name) of each figure drawn into the folder."""
    for old in folder.glob("*.svg"):
        old.unlink()
    drawn = []
    by_instance: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if "instance" in run:
            by_instance[run["instance"]].append(run)
    for instance, group in by_instance.items():
        found = [run for run in group if "fault" not in run]
        for what, title in (("values", "value"), ("bounds", "bound")):
            name = f"{title}-{re.sub(r'[^a-z0-9]+', '-', instance.lower()).strip('-')}.svg"
            if _over_time(found, what, f"{instance}: {title} over time", folder / name):
                drawn.append((f"{instance}: {title} over time", name))
    if by_instance and _profile(list(by_instance.values()), folder / "profile.svg"):
        drawn.append(("Performance profile: share of runs within a shortfall of the best value", "profile.svg"))
    if len(growth_runs(runs)) > 1:
        _growth(runs, folder / "growth.svg")
        drawn.append(("Growth of time and memory", "growth.svg"))
    return drawn


def _over_time(runs: list[Run], what: str, title: str, path: Path) -> bool:
    """One line a solver and seed, at its largest budget; lines end where the run did."""
    longest = max((run["budget"] for run in runs), default=0)
    colours = {name: f"C{number}" for number, name in enumerate(SOLVERS)}
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    has_lines, named = False, set()
    for run in runs:
        points = run[what] + ([[run["seconds"], run[what][-1][1]]] if run[what] else [])
        if run["budget"] != longest or not points:
            continue
        times, amounts = zip(*points, strict=True)
        label = None if run["solver"] in named else run["solver"]
        axes.step(times, np.array(amounts) / 1000, where="post", color=colours[run["solver"]], label=label, linewidth=1)
        named.add(run["solver"])
        has_lines = True
    if has_lines:
        axes.set(xscale="log", xlabel="seconds", ylabel="points", title=title)
        best = max((run["value"] for run in runs if run["value"] is not None), default=None)
        if what == "bounds" and best:
            axes.set_ylim(0.98 * best / 1000, 2.2 * best / 1000)
        axes.legend(fontsize=8)
        _save(figure, path)
    plt.close(figure)
    return has_lines


def _profile(groups: list[list[Run]], path: Path) -> bool:
    """For each solver the share of its runs whose value is within a shortfall of the best at that budget and seed.

    A run that failed, or found no plan, falls short by everything.
    """
    shortfalls: dict[str, list[float]] = defaultdict(list)
    for runs in groups:
        for budget, seed in sorted({(run["budget"], run["seed"]) for run in runs}):
            rivals = [run for run in runs if (run["budget"], run["seed"]) == (budget, seed)]
            best = max(run.get("value") or 0 for run in rivals)
            for run in rivals:
                if best:
                    shortfalls[run["solver"]].append(1 - (run.get("value") or 0) / best)
    if not shortfalls:
        return False
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    steps = np.concatenate([[0.0], np.logspace(-5, np.log10(WORST_SHORTFALL), 200)])
    for number, name in enumerate(SOLVERS):
        if shortfalls[name]:
            shares = [(np.array(shortfalls[name]) <= step + 1e-12).mean() for step in steps]
            axes.step(100 * np.maximum(steps, 1e-5), shares, where="post", color=f"C{number}", label=name)
    axes.set(xscale="log", xlabel="shortfall from the best value, percent", ylabel="share of runs", ylim=(0, 1.02))
    axes.legend(fontsize=8)
    _save(figure, path)
    plt.close(figure)
    return True


def _growth(runs: list[Run], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    found = laws(runs)
    for number, name in enumerate(FIGURES):
        points = [(run["lots"], figures_of(run)[name]) for run in growth_runs(runs)]
        known = [(size, amount) for size, amount in points if amount]
        if not known:
            continue
        sizes, amounts = (np.array(column, dtype=float) for column in zip(*known, strict=True))
        law = found[name]
        label = name if law is None else f"{name}: lots^{law[1]:.2f}"
        axes.plot(sizes, amounts, "o", color=f"C{number}", label=label, markersize=4)
        if law is not None:
            axes.plot(sizes, law[0] * sizes ** law[1], "-", color=f"C{number}", linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="lots")
    axes.legend(fontsize=8)
    _save(figure, path)
    plt.close(figure)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
