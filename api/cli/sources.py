"""What the arguments FOLDER and DIR name: an instance to read, or a plan that solve wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import Code, Refused
from instances.instance import Instance
from optimizer.plan import Plan

Folder = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Instance: a folder, .zip or .json file, or a bundled name.")
]
PlanFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that lotwise solve wrote.")]


def instance_path(folder: str) -> Path:
    """The path that FOLDER names; a path that exists comes before a bundled name."""
    from instances import library

    if Path(folder).exists():
        return Path(folder)
    if folder in library.names():
        return library.path(folder)
    raise Refused(Code.USAGE, "no_such_instance", path=folder, names=", ".join(library.names()))


@dataclass(frozen=True)
class Saved:
    """A folder that solve wrote: the instance, the plan, and plan.json as it stands there."""

    instance: Instance
    plan: Plan
    document: dict[str, Any]

    @property
    def gap_millionths(self) -> int | None:
        """The gap that plan.json says was proved; None without a proof."""
        proof = self.document["proof"]
        return None if proof is None else round(proof["gap"] * 1_000_000)


def saved(folder: Path) -> Saved:
    """The plan and the instance in a folder.  Raises Refused when they are missing, malformed or of two instances."""
    for name in ("plan.json", "instance.json"):
        if not (folder / name).is_file():
            raise Refused(Code.USAGE, "no_plan_here", path=folder, file=name)
    instance = _instance((folder / "instance.json").read_bytes())
    document = plan_document(folder / "plan.json")
    if document["instance"]["fingerprint"] != instance.fingerprint():
        raise Refused(Code.DISAGREES, "other_instance", path=folder)
    plan = Plan({each: tuple(lots) for each, lots in document["assignments"].items()})
    strangers = sorted(
        (plan.assignments.keys() - instance.applicant.keys()) | (plan.tenant.keys() - instance.lot.keys())
    )
    if strangers:
        raise Refused(Code.FAULTS, "malformed_plan", path=folder / "plan.json", found=", ".join(strangers[:5]))
    return Saved(instance, plan, document)


@lru_cache(maxsize=4)
def _instance(content: bytes) -> Instance:
    """Folders that are compared mostly hold the same instance: it is read once."""
    from instances.reading import read_instance

    return read_instance(content, "instance.json")


def plan_document(path: Path) -> dict[str, Any]:
    """The content of a plan.json.  Raises Refused when it is not JSON or lacks a key."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        keys = ("instance", "assignments", "waitlist", "value_millipoints", "goals_millipoints", "unique", "proof")
        missing = [key for key in keys if key not in document]
    except (ValueError, TypeError) as error:
        raise Refused(Code.FAULTS, "malformed_plan", path=path, found=str(error)) from error
    if missing:
        raise Refused(Code.FAULTS, "malformed_plan", path=path, found=", ".join(missing))
    return document
