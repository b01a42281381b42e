"""Where ours and the stranger's checker meet: an instance written to a file, and one plan looked at by both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from instances.instance import Instance
from instances.writing import write_instance
from tests import tiny
from tests.optimizer.stranger import Disagreement, Zone, read, value_of


def zone_of(instance: Instance, folder: Path) -> Zone:
    """The instance as the stranger reads it."""
    path = folder / "instance.json"
    write_instance(instance, path)
    return Zone(read(path))


def agree_on(zone: Zone, instance: Instance, plan: Mapping[str, tuple[str, ...]]) -> None:
    """The same goals to the last unit for a plan that is feasible, and refused by both if it is not."""
    try:
        assert value_of(zone, plan) == tiny.goals(instance, plan)
        is_feasible = True
    except Disagreement:
        is_feasible = False
    assert is_feasible == tiny.is_feasible(instance, plan)
