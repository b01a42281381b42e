"""Files that the geographic library may open: it tells the format by the content, and some formats name other files.

A file called .gpkg that is a virtual layer could read what lies on the disk, or ask another machine.  So the content
is looked at first: a GeoPackage is an SQLite file whose layers are tables, a shapefile is unpacked here and begins
with its own mark.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

from instances.bundle import checked_archive, entry_data, read_file
from instances.faults import InstanceError, Place, fault

SQLITE_MARK, SHAPE_MARK = b"SQLite format 3\x00", b"\x00\x00\x27\x0a"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
PLAIN_VIEW = re.compile(r"""create view [\w"]+ as select [\w\s,."]+ from gpkg_\w+( as \w+)?;?""", re.IGNORECASE)
"""Some programs add views of the GeoPackage's own lists; they select and do nothing else."""


@contextmanager
def openable(path: Path) -> Iterator[Path]:
    """A path that may be opened: the GeoPackage or shapefile itself, or the folder where a zipped one was unpacked.

    Raises InstanceError: unreadable_file, file_too_large, no_polygon_layer, and what `checked_archive` raises.
    """
    where, suffix = Place(path.name), path.suffix.lower()
    if suffix == ".zip":
        with tempfile.TemporaryDirectory() as folder, checked_archive(read_file(path), where) as archive:
            _unpack(archive, Path(folder), where)
            yield Path(folder)
        return
    mark = SHAPE_MARK if suffix == ".shp" else SQLITE_MARK
    with path.open("rb") as stream:
        if stream.read(len(mark)) != mark:
            raise _unreadable(where, "not a shapefile" if suffix == ".shp" else "not a GeoPackage")
    if suffix != ".shp":
        _refuse_views(path, where)
    yield path


def _unpack(archive: zipfile.ZipFile, folder: Path, where: Place) -> None:
    """Write the parts of the shapefiles in the archive, and nothing else, side by side into the folder."""
    entries = [(PurePosixPath(info.filename), info) for info in archive.infolist() if not info.is_dir()]
    shapes = {path.stem for path, _ in entries if path.suffix.lower() == ".shp" and not path.name.startswith(".")}
    if not shapes:
        raise InstanceError([fault("no_polygon_layer", where, " | ".join(path.name for path, _ in entries[:20]))])
    for path, info in entries:
        suffix = path.suffix.lower()
        if path.stem not in shapes or suffix not in PARTS or "__MACOSX" in path.parts:
            continue
        data = entry_data(archive, info, where)
        if suffix == ".shp" and not data.startswith(SHAPE_MARK):
            raise _unreadable(where, f"{path.name}: not a shapefile")
        target = folder / (path.stem + suffix)
        if target.exists():
            raise InstanceError([fault("file_twice", where, info.filename, other=target.name)])
        try:
            target.write_bytes(data)
        except (OSError, ValueError) as error:
            raise _unreadable(where, f"{path.name}: {type(error).__name__}") from None


def _refuse_views(path: Path, where: Place) -> None:
    """A view can be a query that never ends, and nobody would see it on the map."""
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            views = connection.execute(wanted).fetchall()
    except (sqlite3.Error, ValueError) as error:
        raise _unreadable(where, str(error)) from None
    for name, query in views:
        if not PLAIN_VIEW.fullmatch(" ".join(str(query).split())):
            raise _unreadable(where, f"view {name}")


def _unreadable(where: Place, found: str) -> InstanceError:
    return InstanceError([fault("unreadable_file", where, found)])
