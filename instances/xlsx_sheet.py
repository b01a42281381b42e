"""The one sheet of a workbook that is read: found, looked through cell by cell, and put into a workbook of its own.

The library that reads values makes room for a rectangle up to the last cell, and ends the process when there is none.
So it gets nothing but a sheet that was looked through by a parser that is as strict as it can be.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from instances.bundle import entry_data
from instances.faults import Fault, InstanceError, Place, fault
from instances.record import MOST_FAULTS

MOST_CELLS = 5_000_000
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f"{{{RELATIONS}}}id"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KEPT = ("xl/sharedStrings.xml", "xl/styles.xml")
"""Text and formats of cells; whatever else a workbook holds is left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its XML, and whether its days count from 1904."""

    name: str
    xml: bytes
    from_1904: bool


def sheet_of(archive: zipfile.ZipFile, where: Place) -> Sheet:
    """The sheet "applicants", or else the first.  Raises InstanceError unreadable_file."""
    try:
        book = ElementTree.fromstring(entry_data(archive, archive.getinfo("xl/workbook.xml"), where))
        links = ElementTree.fromstring(entry_data(archive, archive.getinfo("xl/_rels/workbook.xml.rels"), where))
        sheets = {each.get("name", ""): each.get(RELATION) for each in book.iter() if each.tag.endswith("}sheet")}
        targets = {each.get("Id"): each.get("Target", "") for each in links}
        name = "applicants" if "applicants" in sheets else next(iter(sheets))
        target = targets[sheets[name]]
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        from_1904 = any(
            each.get("date1904") in ("1", "true") for each in book.iter() if each.tag.endswith("}workbookPr")
        )
        return Sheet(name, entry_data(archive, archive.getinfo(path), where), from_1904)
    except (LookupError, StopIteration, ValueError, ElementTree.ParseError) as error:
        # An encoding that does not exist is a LookupError, one that the parser cannot take a ValueError.
        if isinstance(error, InstanceError):
            raise
        raise InstanceError([fault("unreadable_file", where, f"{type(error).__name__}: {error}")]) from None


def alone(archive: zipfile.ZipFile, sheet: Sheet, where: Place) -> bytes:
    """A workbook that holds this sheet and no other, with the text and the formats of its cells."""
    name = quoteattr(sheet.name)
    dates = int(sheet.from_1904)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{dates}"/>'
        f'<sheets><sheet name={name} sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="styles.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet.xml,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for path, content in parts.items():
            made.writestr(path, content)
        names = {info.filename.lower(): info for info in archive.infolist()}
        for path in KEPT:
            if path.lower() in names:
                made.writestr(path, entry_data(archive, names[path.lower()], where))
    return buffer.getvalue()


def _relations(**targets: str) -> str:
    links = "".join(
        f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'


def cell_faults(sheet: Sheet, where: Place) -> list[Fault]:
    """Formulas, error cells, and a sheet that is too large: then only that.  Raises InstanceError unreadable_file."""
    walk = _Walk(sheet.name, where)
    # The library takes bytes for UTF-8 whatever the file says; a parser told the same sees the same cells.
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = walk.text, walk.refuse
    try:
        parser.Parse(sheet.xml, True)
    except expat.ExpatError as error:
        raise InstanceError([fault("unreadable_file", where, str(error))]) from None
    if walk.widest * walk.tallest > MOST_CELLS:
        return [fault("sheet_too_large", where, f"{walk.tallest} × {walk.widest}", most=MOST_CELLS)]
    if len(walk.faults) > MOST_FAULTS:
        walk.faults.append(fault("too_many_faults", where, most=MOST_FAULTS))
    return walk.faults


@dataclass(slots=True)
class _Walk:
    """Where the parser is in the sheet, and what it met."""

    sheet: str
    file: Place
    faults: list[Fault] = field(default_factory=list)
    widest: int = 0
    tallest: int = 0
    cell: str = ""
    is_error: bool = False
    shown: str = ""

    def start(self, name: str, values: dict[str, str]) -> None:
        """An element begins."""
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._enter(values)
        elif kind == "row":
            self.tallest = max(self.tallest + 1, self._whole(values.get("r", "0")))
        elif kind == "f" and self.cell and len(self.faults) <= MOST_FAULTS:
            self.faults.append(fault("formula_cell", self._place()))
            self.cell = ""

    def end(self, name: str) -> None:
        """An element ends."""
        if name.rpartition(":")[2] == "c":
            if self.is_error and self.cell and len(self.faults) <= MOST_FAULTS:
                self.faults.append(fault("excel_error", self._place(), self.shown or "#"))
            self.cell, self.is_error, self.shown = "", False, ""

    def text(self, data: str) -> None:
        """What an error cell shows."""
        if self.is_error:
            self.shown = (self.shown + data)[:20]

    def refuse(self, *_: object) -> None:
        """A sheet has no document type: that would be a place to define what multiplies."""
        raise InstanceError([fault("unreadable_file", self.file, "DOCTYPE")])

    def _enter(self, values: dict[str, str]) -> None:
        place = values.get("r")
        if place is None:
            # Without a place it follows the one before; its row has been counted.
            self.widest, self.cell = self.widest + 1, "?"
        else:
            spot = CELL.fullmatch(place)
            if spot is None:
                raise InstanceError([fault("unreadable_file", self.file, f"cell {place[:20]}")])
            self.widest = max(self.widest, _number(spot[1]))
            self.tallest = max(self.tallest, int(spot[2]))
            self.cell = place
        self.is_error = values.get("t") == "e"

    def _whole(self, digits: str) -> int:
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise InstanceError([fault("unreadable_file", self.file, f"row {digits[:20]}")])
        return int(digits)

    def _place(self) -> Place:
        return Place(self.file.file, "cell", f"{self.sheet}!{self.cell}")


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
