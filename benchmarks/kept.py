"""The measurements of a benchmark as they are kept on disk: after each run, so that one that was cut off can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

Run = dict[str, Any]
WHATS = ("case", "instance", "lots")
"""What is measured: the first that a run names, for it may tell more of it."""


class OtherMachine(Exception):
    """What is kept was measured on another machine or with other versions; says what differs."""


def named_task(task: Mapping[str, Any]) -> Run:
    """What a run says of its task: a case by its name, and nothing of folders."""
    named = {name: each for name, each in task.items() if name != "folders"}
    return {**named, "case": Path(task["case"]).stem} if "case" in task else named


@dataclass
class Kept:
    """The runs measured so far, in order of what was measured, budget and seed; written again with each one."""

    path: Path
    machine: Mapping[str, str]
    runs: list[Run] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, machine: Mapping[str, str], goes_on: bool) -> Self:
        """Nothing, or to go on what the file holds, if there is one.  Raises OtherMachine."""
        if not goes_on or not path.exists():
            return cls(path, machine)
        document = json.loads(path.read_text(encoding="utf-8"))
        names = sorted(machine.keys() | document["machine"].keys())
        differ = [name for name in names if machine.get(name) != document["machine"].get(name)]
        if differ:
            said = "; ".join(
                f"{name}: {document['machine'].get(name)} then, {machine.get(name)} now" for name in differ
            )
            raise OtherMachine(f"{path.name} was measured otherwise, so begin anew without --go-on ({said})")
        return cls(path, machine, document["measurements"])

    def has(self, task: Mapping[str, Any]) -> bool:
        """Whether the task was measured, without a fault."""
        wanted = _asked(named_task(task))
        return any(_asked(run) == wanted and "fault" not in run for run in self.runs)

    def add(self, run: Run) -> None:
        """Keep a run, in the place of an earlier one of the same task."""
        others = [each for each in self.runs if _asked(each) != _asked(run)]
        whats = list(dict.fromkeys(_what(each) for each in [*others, run]))
        self.runs = sorted([*others, run], key=lambda each: (whats.index(_what(each)), each["budget"], each["seed"]))
        self.path.write_text(json.dumps(self.document, indent=1) + "\n", encoding="utf-8")

    @property
    def document(self) -> dict[str, Any]:
        """Machine and measurements."""
        return {"machine": dict(self.machine), "measurements": self.runs}


def _asked(run: Mapping[str, Any]) -> tuple[Any, ...]:
    return *_what(run), run["solver"], run["budget"], run["seed"]


def _what(run: Mapping[str, Any]) -> tuple[str, Any]:
    return next((name, run[name]) for name in WHATS if name in run)
