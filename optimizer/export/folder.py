"""The folder of a plan: every file whole or absent, never half written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from optimizer.canonical_json import canonical_json
from optimizer.export.document import plan_json
from optimizer.export.plan_csv import plan_csv
from optimizer.export.plan_geojson import plan_geojson
from optimizer.export.plan_xlsx import plan_xlsx
from optimizer.outcome import Outcome

FORMATS: dict[str, Callable[[Outcome], bytes]] = {
    "plan.csv": plan_csv,
    "plan.xlsx": plan_xlsx,
    "plan.geojson": plan_geojson,
    "plan.json": plan_json,
}
FILES = ("instance.json", "certificate.json", *FORMATS)


def save(outcome: Outcome, folder: Path) -> tuple[Path, ...]:
    """Write the files of the outcome into the folder, which is made when missing; returns their paths.

    Files: instance.json, certificate.json (only with a certificate), plan.csv, plan.xlsx, plan.geojson, plan.json.
    All are first written in full beside their places and then renamed, plan.json last, so that a cut run leaves each
    file either old or new.  A certificate of an earlier run is removed when this outcome has none.
    Raises ValueError when the outcome holds no plan, OSError when the folder cannot be written.
    """
    from instances.writing import write_instance

    if outcome.plan is None:
        raise ValueError(f"an outcome of kind {outcome.kind!r} has no plan to write")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".writing-") as temporary:
        beside = Path(temporary)
        write_instance(outcome.instance, beside / "instance.json")
        if outcome.certificate is not None:
            (beside / "certificate.json").write_bytes(canonical_json(outcome.certificate))
        for name, content in FORMATS.items():
            (beside / name).write_bytes(content(outcome))
        written = [name for name in FILES if (beside / name).exists()]
        for name in written:
            _settle(beside / name)
        if outcome.certificate is None:
            (folder / "certificate.json").unlink(missing_ok=True)
        for name in written:
            (beside / name).replace(folder / name)
    return tuple(folder / name for name in written)


def _settle(path: Path) -> None:
    """Ask the disk to hold the content before the name moves."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
