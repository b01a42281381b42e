"""The map of a plan as an SVG file by itself, for paper: lots by sector, sites tied together, a scale bar."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from api.pages.lot_drawing import letters_of, ties_path
from api.pages.plan_view import PlanView
from optimizer.picture.palette import CLOSED, FREE, INK, LINE, PALETTE

FAMILY = "IBM Plex Sans Arabic"
LABELLED_LOTS_MOST = 3_000
"""With more lots than that on a page nobody could read an id in one."""


def zone_svg(view: PlanView) -> str:
    """The drawing.  Texts stand in it as texts: whatever an id holds cannot become a part of the drawing."""
    shapes, plan, instance = view.map, view.plan, view.instance
    letters = letters_of(sector.sector_id for sector in instance.policy.sectors)
    root = Tree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {shapes.width} {shapes.height}",
        width=str(shapes.width), height=str(shapes.height),
    )  # fmt: skip
    line = str(max(shapes.width // 1200, 2))
    is_labelled = len(instance.lots) <= LABELLED_LOTS_MOST
    for shape in shapes.shapes:
        tenant = plan.tenant.get(shape.lot_id)
        if tenant is None:
            is_open = instance.lot[shape.lot_id].status == "available"
            fill, ink, letter = (FREE if is_open else CLOSED), INK, ""
        else:
            number, letter = letters[instance.applicant[tenant].sector]
            fill, ink = PALETTE[number]
        path = {"d": shape.path, "fill": fill, "stroke": LINE, "stroke-width": line, "fill-rule": "evenodd"}
        Tree.SubElement(root, "path", path)
        if is_labelled:
            big, small = min(shape.room * 45 // 100, 220), min(shape.room * 24 // 100, 120)
            if letter:
                _text(root, letter, shape.x, shape.y + big // 4, big, ink, "600")
            _text(root, shape.lot_id, shape.x, shape.y + shape.room * 38 // 100, small, ink)
    ties = ties_path(shapes, instance, plan)
    if ties:
        wide = max(shapes.width // 500, 4)
        for width, colour in ((2 * wide, "#ffffff"), (wide, INK)):
            drawn = {"d": ties, "fill": "none", "stroke": colour, "stroke-width": str(width)}
            Tree.SubElement(root, "path", drawn)
    for zone, x, y in shapes.captions:
        _text(root, zone, x, y, shapes.width // 50, INK, "600", "start")
    _scale(root, view)
    return Tree.tostring(root, encoding="unicode")


def _scale(root: Tree.Element, view: PlanView) -> None:
    shapes = view.map
    left, length = shapes.width // 40, shapes.scale_m * 10
    low, tick = shapes.height - 40, max(shapes.width // 300, 4)
    bar = f"M{left} {low - tick}v{tick}h{length}v{-tick}"
    Tree.SubElement(root, "path", {"d": bar, "fill": "none", "stroke": INK, "stroke-width": str(max(tick // 2, 2))})
    size = max(shapes.width // 60, 12)
    _text(root, f"{shapes.scale_m} m", left + length + size // 2, low, size, INK, "400", "start")


def _text(
    root: Tree.Element, text: str, x: int, y: int, size: int, ink: str, weight: str = "400", anchor: str = "middle"
) -> None:
    facts = {
        "x": str(x), "y": str(y), "font-size": str(max(size, 1)), "fill": ink, "text-anchor": anchor,
        "font-family": FAMILY, "font-weight": weight,
    }  # fmt: skip
    Tree.SubElement(root, "text", facts).text = text
