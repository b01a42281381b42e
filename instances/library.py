"""The bundled instances, by name."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from instances.faults import InstanceError, Place, fault

DATA = Path(str(resources.files("instances"))) / "data"


def names() -> tuple[str, ...]:
    """Names of the bundled instances, sorted."""
    return tuple(sorted(folder.name for folder in DATA.iterdir() if (folder / "policy.toml").is_file()))


def path(name: str) -> Path:
    """The folder of a bundled instance, with the files of an instance and a README.md of its sources.

    Raises InstanceError("unknown_instance"), whose hint lists the names, for any other name.
    """
    if name not in names():
        raise InstanceError([fault("unknown_instance", Place(), name, names=" | ".join(names()))])
    return DATA / name
