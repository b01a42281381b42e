"""The press: a process that sets one sheet with typst and ends, so that the service itself never holds a typesetter.

Standard input is one JSON object: `sheet`, the name of a template beside this file; `data`, what it shows; and
`memory_mb`.  Standard output is the PDF.  The same input gives the same bytes: a sheet knows no clock, no random
number and no typeface but the one that is installed with it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SHEETS = ("minutes", "letters")


def main() -> None:
    """Set the sheet that standard input describes."""
    job = json.loads(sys.stdin.buffer.read())
    memory_bytes = job["memory_mb"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    sys.stdout.buffer.write(pressed(job["sheet"], job["data"]))


def pressed(sheet: str, data: dict[str, Any]) -> bytes:
    """The sheet as PDF/A-2b; as a plain PDF when a text has letters that the typeface lacks, which PDF/A forbids."""
    import typst

    try:
        made: bytes = typst.compile(**_asked(sheet, data), format="pdf", pdf_standards="a-2b")
    except typst.TypstError:
        made = typst.compile(**_asked(sheet, data), format="pdf")
    return made


def pictures(sheet: str, data: dict[str, Any]) -> list[bytes]:
    """Every page as PNG, to look at."""
    import typst

    made: bytes | list[bytes] = typst.compile(**_asked(sheet, data), format="png", ppi=110.0)
    return made if isinstance(made, list) else [made]


def _asked(sheet: str, data: dict[str, Any]) -> Any:
    import fontpkg_ibm_plex_sans_arabic

    assert sheet in SHEETS, sheet
    typeface = Path(fontpkg_ibm_plex_sans_arabic.__file__).parent / "files"
    return {
        "input": str(FOLDER / f"{sheet}.typ"),
        "root": str(FOLDER),
        "font_paths": [str(typeface)],
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
    }


if __name__ == "__main__":
    # A typesetter of many threads is no use to a service that has other work.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    main()
