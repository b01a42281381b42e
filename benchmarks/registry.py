"""The registry of instances: the bundled one, generated families with seeds of their own, folders named by the user."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from instances.generate import generate
from instances.instance import Instance
from instances.library import path as bundled
from instances.reading import read_instance

FOLDERS = "LOTWISE_INSTANCES"
"""Environment variable: a folder of instance folders to measure besides the registered ones."""


def _generated(family: str, lots: int, seed: int, zones: int = 1) -> Callable[[], Instance]:
    return partial(generate, lots=lots, applicants=5 * lots // 2, seed=seed, zones=zones, family=family)


INSTANCES: dict[str, Callable[[], Instance]] = {
    "ait-kamra-168": lambda: read_instance(bundled("ait-kamra-168")),
    "zoned-42": _generated("zoned", 42, 11),
    "open-42": _generated("open", 42, 12),
    "plots-42": _generated("plots", 42, 13),
    "zoned-168": _generated("zoned", 168, 21),
    "open-168": _generated("open", 168, 22),
    "plots-316": _generated("plots", 316, 23),
    "region-1680": _generated("zoned", 1680, 24, zones=10),
}
SMALL = ("ait-kamra-168", "zoned-42", "open-42", "plots-42")
GROWTH = {42: 1, 84: 1, 168: 1, 336: 2, 840: 5, 1_680: 10, 4_200: 25, 8_400: 50, 16_800: 100}
"""Lots -> zones of the instances on which growth is measured."""
GROWTH_SEED = 31


def growth_instance(lots: int) -> Instance:
    """The instance of so many lots on which growth is measured: zoned, five applicants for two lots."""
    return _generated("zoned", lots, GROWTH_SEED, GROWTH[lots])()


def folders(given: list[Path]) -> dict[str, Callable[[], Instance]]:
    """Instances in the folders given, or in folders of the folder that the environment names."""
    named = os.environ.get(FOLDERS)
    found = [*given, *(sorted(Path(named).iterdir()) if named else [])]
    return {f"{path.name} (folder)": partial(read_instance, path) for path in found if (path / "policy.toml").exists()}
