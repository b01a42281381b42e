"""The rules that every plan must meet and the goals that make its value, in the order of the specification."""

from __future__ import annotations

from optimizer.rules import (
    changes,
    clustering,
    jobs,
    limits,
    pins,
    placement,
    preference,
    quotas,
    separation,
    stability,
)
from optimizer.rules.rule import Breach, Goal, Rule

RULES: tuple[Rule, ...] = (placement, pins, separation, limits, quotas, changes)
GOALS: tuple[Goal, ...] = (jobs, preference, clustering, stability)

__all__ = ["GOALS", "RULES", "Breach", "Goal", "Rule"]
