"""The QR code of an address, as an SVG file by itself."""

from __future__ import annotations

from io import BytesIO

import segno


def code_svg(address: str) -> str:
    """Black squares on white with the quiet border that readers need."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, scale=4, light="#fff")
    return drawn.getvalue().decode()
