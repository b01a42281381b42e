"""A curve drawn: the plans found, and above them the line that no plan exceeds."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from instances.faults import Language

LABELS = {
    "tradeoff": {
        "en": ("jobs, points", "clustering, points"),
        "fr": ("emplois, points", "regroupement, points"),
    },
    "changes": {
        "en": ("changes allowed", "value, points"),
        "fr": ("changements permis", "valeur, points"),
    },
}
SERIES = {"en": ("plans found", "no plan is above"), "fr": ("plans trouvés", "aucun plan n'est au-dessus")}


@dataclass(frozen=True, slots=True)
class CurveMark:
    """A point: where it stands, what was found there, and what no plan exceeds (None: nothing proved).

    at: millipoints of jobs, or a number of changes; found, most: millipoints.
    """

    at: int
    found: int
    most: int | None


def write_curve(
    path: Path, kind: Literal["tradeoff", "changes"], marks: Sequence[CurveMark], language: Language = "en"
) -> None:
    """Draw the curve into a file; its suffix, .svg or .png, is the format.  Equal input gives equal bytes.

    language: en or fr; for ar the words are French, as on the map.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    words = "en" if language == "en" else "fr"
    ordered = sorted(marks, key=lambda mark: mark.at)
    unit = 1000 if kind == "tradeoff" else 1
    file_kind = path.suffix.removeprefix(".").lower()
    with mpl.rc_context({"svg.hashsalt": "lotwise", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.add_subplot()
        proved = [mark for mark in ordered if mark.most is not None]
        above = [(mark.most or 0) / 1000 for mark in proved]
        axes.plot([mark.at / unit for mark in proved], above, "v--", color="#8a4b08", label=SERIES[words][1])
        found = [mark.found / 1000 for mark in ordered]
        axes.plot([mark.at / unit for mark in ordered], found, "o-", color="#0b5fa5", label=SERIES[words][0])
        across, up = LABELS[kind][words]
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.grid(alpha=0.3)
        axes.legend()
        content = io.BytesIO()
        metadata = {"Date": None} if file_kind == "svg" else {"Software": None}
        figure.savefig(content, format=file_kind, dpi=160, metadata=metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())
