"""The report of a benchmark run, RESULTS.md."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.growth import FIGURES, laws, table
from benchmarks.public_cases import FOLDER, WHERE
from benchmarks.solvers import OURS
from benchmarks.verdict import gap_of, is_proved

Run = dict[str, Any]
PREFACE = (
    "Written by `python -m benchmarks`. Each run has its own process and the same two cores, one after another.",
    "Bounds of lotwise are recomputed by its checker from a certificate; bounds of the peers are what they claim.",
    "Values are recounted by the audit, in points. Times count all after the files were read. SCIP has one thread.",
    "Timefold is not among the peers: its package for Python is no longer developed and needs Java, which this project",
    "does not install.",
)
VERSIONED = ("lotwise", "ortools", "highspy", "pyscipopt", "numba", "numpy")


def machine() -> dict[str, str]:
    """What the measurements were taken on and with."""
    said = {"processor": _processor(), "cores": str(os.cpu_count()), "memory": _memory(), "system": platform.system()}
    for name in VERSIONED:
        try:
            said[name] = version(name)
        except PackageNotFoundError:
            said[name] = "not installed"
    return said | {"python": platform.python_version()}


def write_report(path: Path, document: dict[str, Any], figures: list[tuple[str, str]], faults: list[str]) -> None:
    """Write the report; figures lie in `results` beside it."""
    runs: list[Run] = document["measurements"]
    lines = ["# Results of the last benchmark", "", *PREFACE, ""]
    lines += [
        "Machine and versions: " + ", ".join(f"{name} {said}" for name, said in document["machine"].items()) + ".",
        "",
        "## Faults",
        "",
        *([f"- {fault}" for fault in faults] or ["None: every promise was kept."]),
        "",
    ]
    lines += _solvers(runs) + _growth(runs) + _cases(runs)
    if figures:
        lines += ["## Figures", ""]
        lines += [line for title, name in figures for line in (f"![{title}](results/{name})", "")]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _solvers(runs: list[Run]) -> list[str]:
    rows = []
    for run in runs:
        if "instance" not in run:
            continue
        head = [run["instance"], f"{run['budget']}", f"{run['seed']}", run["solver"]]
        if "fault" in run:
            rows.append([*head, f"failed: {run['fault']}", "", "", "", ""])
            continue
        gap = gap_of(run)
        value = "plan refused" if run["breaches"] else "no plan"
        rows.append(
            [
                *head,
                value if run["value"] is None else f"{run['value'] / 1000:,.0f}",
                "" if run["bound"] is None else f"{run['bound'] / 1000:,.0f}",
                "" if gap is None else f"{gap:.3%}" + (" proved" if run["solver"] == OURS else " claimed"),
                f"{run['seconds']:.1f}",
                f"{run['peak_mb']}",
            ]
        )
    names = ["instance", "budget, s", "seed", "solver", "value", "bound", "gap", "s", "MB"]
    return ["## Solvers", "", *_table(names, rows), ""] if rows else []


def _growth(runs: list[Run]) -> list[str]:
    rows = table(runs)
    if not rows:
        return []
    said = [
        f"{name}: not fitted" if law is None else f"{name}: {law[0]:.3g} · lots^{law[1]:.2f}"
        for name, law in laws(runs).items()
    ]
    names = ["lots", "applicants", *FIGURES, "gap proved"]
    return ["## Growth", "", *_table(names, rows), "", "Power laws fitted: " + "; ".join(said) + ".", ""]


def _cases(runs: list[Run]) -> list[str]:
    pairs: dict[str, dict[str, Run]] = {}
    for run in runs:
        if "case" in run:
            pairs.setdefault(run["case"], {})[run["solver"]] = run
    if not pairs:
        return ["## Public cases", "", f"Left out: {FOLDER} named no folder. {WHERE}", ""]
    rows = []
    for name, pair in pairs.items():
        ours, peer = pair[OURS], pair.get("plain HiGHS", {})
        rows.append([name, _proof_said(ours), _seconds(ours), _claim_said(peer), _seconds(peer)])
    names = ["case", "lotwise", "s", "plain HiGHS", "s"]
    note = (
        "Times begin with the program in memory and, for lotwise, its compiled code loaded from the cache on disk; they"
        " end with the bound recomputed from the proof in whole numbers."
    )
    return ["## Public cases", "", note, "", *_table(names, rows), ""]


def _proof_said(run: Run) -> str:
    if "fault" in run:
        return str(run["fault"])
    return f"{run['value']:,} proved" if is_proved(run) else f"{run['value']} of at most {run['bound']}"


def _claim_said(run: Run) -> str:
    if not run or "fault" in run:
        return str(run.get("fault", ""))
    gap = gap_of(run)
    if run["value"] is None:
        return "no point"
    return f"{run['value']:,}" + ("" if gap is None else f", gap claimed {gap:.3%}")


def _seconds(run: Run) -> str:
    return f"{run['seconds']:.2f}" if "seconds" in run else ""


def _table(names: list[str], rows: list[list[str]]) -> list[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(each) + " |" for each in (names, ["---"] * len(names), *cells)]


def _processor() -> str:
    said = Path("/proc/cpuinfo")
    if said.exists():
        for line in said.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    return (
        f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB" if hasattr(os, "sysconf") else ""
    )
