"""A script in the place of the process that solves or checks."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let attempts start the script; each writes its process id as a line of `pids` in the folder first."""
    path = folder / "stand_in"
    note = f"print(os.getpid(), file=open({str(folder / 'pids')!r}, 'a'), flush=True)"
    path.write_text(f"#!{sys.executable}\nimport json, os, pathlib, sys, time\n{note}\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr("api.attempt.sys", SimpleNamespace(executable=str(path)))


def started(folder: Path) -> int:
    """How many processes were started in the folder."""
    found = folder / "pids"
    return len(found.read_text().splitlines()) if found.exists() else 0
