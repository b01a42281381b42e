"""When the benchmark fails: what lotwise promised and a run did not keep, and plans of peers that break a rule."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from benchmarks.solvers import OURS

Run = dict[str, Any]
SAME = 1e-6
"""Relative difference within which two gaps or claims count as one: solvers work in floating point."""

ENOUGH_FOR_HIGHS = 1e-4
"""At this gap HiGHS stops by itself and calls its point optimal."""


def gap_of(run: Run) -> float | None:
    """(bound - value) / value, None without either."""
    value, bound = run.get("value"), run.get("bound")
    return None if value is None or bound is None or value == 0 else max(bound - value, 0.0) / abs(value)


def faults_of(runs: list[Run]) -> list[str]:
    """One sentence for each promise that was not kept."""
    faults = [f"{_name(run)}: {run['fault']}" for run in runs if "fault" in run and run["solver"] == OURS]
    faults += [
        f"{_name(run)}: its plan breaks a rule: {run['breaches'][0]}"
        for run in runs
        if run.get("breaches") and run["value"] is None
    ]
    rivals: dict[tuple[Any, ...], list[Run]] = defaultdict(list)
    for run in runs:
        if "instance" in run:
            rivals[run["instance"], run["budget"], run["seed"]].append(run)
    for group in rivals.values():
        faults += _beaten(group)
    return faults + _cases(runs)


def _beaten(group: list[Run]) -> list[str]:
    ours = next((run for run in group if run["solver"] == OURS), None)
    if ours is None or "fault" in ours:
        return []
    faults = []
    best = max((run["value"] for run in group if run.get("value") is not None), default=None)
    for run in group:
        if run is ours or run.get("value") is None:
            continue
        if ours["value"] is None or run["value"] > ours["value"]:
            faults.append(f"{_name(ours)}: {run['solver']} found {run['value']}, lotwise {ours['value']}")
        gap, mine = gap_of(run), gap_of(ours)
        is_refuted = run["bound"] is not None and best is not None and run["bound"] < best * (1 - SAME)
        if gap is not None and not is_refuted and (mine is None or mine > gap + SAME):
            said = "nothing" if mine is None else f"{mine:.4%}"
            faults.append(f"{_name(ours)}: {run['solver']} claims a gap of {gap:.4%}, lotwise proves {said}")
    return faults


def _cases(runs: list[Run]) -> list[str]:
    """lotwise proves each public case, is no slower than HiGHS, and takes at most a second for a labelling.

    A case that neither closed within the limit is no fault.
    """
    faults = []
    cases: dict[str, dict[str, Run]] = defaultdict(dict)
    for run in runs:
        if "case" in run:
            cases[run["case"]][run["solver"]] = run
    for name, pair in cases.items():
        ours, peer = pair[OURS], pair.get("plain HiGHS", {})
        if "fault" in ours:
            continue
        gap = gap_of(peer)
        peer_seconds = peer["seconds"] if gap is not None and gap <= ENOUGH_FOR_HIGHS else None
        if is_proved(ours):
            if ours["optimum"] is not None and ours["value"] != ours["optimum"]:
                faults.append(f"{name}: proved {ours['value']}, but the optimum is said to be {ours['optimum']}")
            if peer_seconds is not None and ours["seconds"] > max(peer_seconds, 0.1):
                faults.append(f"{name}: {ours['seconds']} s, HiGHS {peer_seconds} s")
        elif peer_seconds is not None:
            faults.append(f"{name}: not proved, while HiGHS took {peer_seconds} s")
        if ours["kind"] == "labelling" and (not is_proved(ours) or ours["seconds"] > 1.0):
            faults.append(f"{name}: a labelling takes at most 1 s, not {ours['seconds']} s")
    return faults


def is_proved(run: Run) -> bool:
    """Whether value and bound are the same whole number."""
    return run.get("value") is not None and run["value"] == run["bound"]


def _name(run: Run) -> str:
    what = run.get("instance") or run.get("case") or f"{run.get('lots')} lots"
    return f"{what}, {run['solver']}, {run['budget']} s, seed {run['seed']}"
