"""The map of a plan: every lot in the colour and letter of its tenant's sector, as SVG or PNG.

Matplotlib is imported only when a picture is drawn, and always without a display.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from instances.faults import Language
from instances.instance import Instance
from instances.zone import Lot
from optimizer.picture.drawing import Caption, Drawing
from optimizer.plan import Plan

__all__ = ["MOST_PANELS", "Caption", "PictureError", "picture", "write_picture"]

MOST_PANELS = 12


class PictureError(ValueError):
    """The map cannot be drawn; `code` is too_many_zones, unknown_zone or no_outlines."""

    def __init__(self, code: str, found: str) -> None:
        self.code, self.found = code, found
        super().__init__(f"{code}: {found}")


def write_picture(
    path: Path, instance: Instance, plan: Plan, caption: Caption, language: Language = "en", zone: str = ""
) -> None:
    """Draw the map into a file; its suffix, .svg or .png, is the format.  Equal input gives equal bytes.

    language: en or fr; for ar the letters and the sector ids are drawn, with French words.  zone: only that zone.
    Raises PictureError: more than 12 zones without `zone`, a stranger as zone, lots without outlines.
    """
    content = picture(instance, plan, caption, language, zone, path.suffix.removeprefix(".").lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


def picture(
    instance: Instance, plan: Plan, caption: Caption, language: Language = "en", zone: str = "", kind: str = "svg"
) -> bytes:
    """The content of the picture file of that kind, svg or png; see write_picture."""
    panels = _panels(instance, zone)
    import matplotlib as mpl

    mpl.use("Agg")
    settings: dict[Any, Any] = {
        "svg.hashsalt": "lotwise",
        "font.family": "DejaVu Sans",
        "path.simplify": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(settings):
        figure = Drawing(instance, plan, caption, language).figure(panels)
        content = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(content, format=kind, dpi=160, metadata=metadata)
    return content.getvalue()


def _panels(instance: Instance, zone: str) -> dict[str, list[Lot]]:
    panels: dict[str, list[Lot]] = {}
    for lot in instance.lots:
        if lot.outline and zone in ("", lot.zone):
            panels.setdefault(lot.zone, []).append(lot)
    if not panels:
        raise PictureError("unknown_zone" if zone else "no_outlines", zone or instance.name)
    if len(panels) > MOST_PANELS:
        raise PictureError("too_many_zones", str(len(panels)))
    return dict(sorted(panels.items()))
