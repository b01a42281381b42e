"""The files of an instance, wherever they lie: in a folder, in a zip, or in one JSON document.

An archive is never unpacked to disk as a whole: its names and sizes are checked first, and every entry is read with
a limit.
"""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath

from instances.faults import Fault, InstanceError, Place, fault
from instances.record import nearest
from instances.text import LARGEST_FILE

ROLES = {
    "zone": ("zone.geojson", "zone.gpkg", "zone.zip"),
    "neighbours": ("neighbours.csv",),
    "applicants": ("applicants.csv", "applicants.xlsx", "applicants.json"),
    "policy": ("policy.toml",),
}
NAMES = tuple(name for names in ROLES.values() for name in names)
OPTIONAL = frozenset({"neighbours"})
MOST_ENTRIES = 1000
LONGEST_ENTRY = 400
LARGEST_TOTAL = 256 * 2**20
LARGEST_RATIO = 200
"""A packed entry over a mebibyte that grows more is taken for a bomb; real tables and maps grow 5 to 40 times."""
NEAR = 0.75


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name for people, and its content or the path where it lies."""

    name: str
    path: Path | None = None
    content: bytes | None = None

    def data(self) -> bytes:
        """The bytes of the file.  Raises InstanceError: file_too_large, unreadable_file."""
        if self.content is not None:
            return self.content
        assert self.path is not None, "a source has a path or a content"
        return read_file(self.path)


@dataclass(slots=True)
class Bundle:
    """The sources by role ("zone", "neighbours", "applicants", "policy") and what was wrong in finding them."""

    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def settle(self, found: dict[str, Source], others: list[str]) -> Bundle:
        """Sort files by role: a role filled twice, one not filled, and names that look mistyped are faults."""
        for role, names in ROLES.items():
            present = [name for name in names if name in found]
            if len(present) > 1:
                self.faults.append(fault("file_twice", Place(present[1]), present[1], other=present[0]))
            if present:
                self.sources[role] = found[present[0]]
            elif role not in OPTIONAL:
                self.faults.append(fault("missing_file", Place(names[0]), " | ".join(names)))
        for name in others:
            like = nearest(name, NAMES)
            if _is_near(name, like):
                self.faults.append(fault("unknown_file", Place(name), name, nearest=like))
        return self


def read_file(path: Path) -> bytes:
    """The bytes of a file of bearable size.  Raises InstanceError: missing_file, file_too_large, unreadable_file."""
    checked_size(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InstanceError([fault("unreadable_file", Place(path.name), type(error).__name__)]) from None


def checked_size(path: Path) -> None:
    """Raise InstanceError unless the path is a file of bearable size; see `read_file`."""
    where = Place(path.name)
    try:
        found = path.stat()
    except FileNotFoundError:
        raise InstanceError([fault("missing_file", where, path.name)]) from None
    except (OSError, ValueError) as error:
        raise InstanceError([fault("unreadable_file", where, type(error).__name__)]) from None
    if not stat.S_ISREG(found.st_mode):
        raise InstanceError([fault("unreadable_file", where, stat.filemode(found.st_mode))])
    if found.st_size > LARGEST_FILE:
        raise InstanceError([fault("file_too_large", where, found.st_size, most=LARGEST_FILE)])


def folder_bundle(folder: Path) -> Bundle:
    """The files of a folder; files of other names are left alone unless they look like a mistyped name."""
    found, others = {}, []
    for entry in sorted(folder.iterdir()):
        if entry.name in NAMES:
            found[entry.name] = Source(entry.name, path=entry)
        elif entry.is_file():
            others.append(entry.name)
    return Bundle().settle(found, others)


def zip_bundle(data: bytes, name: str) -> Bundle:
    """The files of a zip, at its top or inside one folder.

    Raises InstanceError: what `checked_archive` raises.
    """
    found, others = {}, []
    with checked_archive(data, Place(name)) as archive:
        for info in archive.infolist():
            path = PurePosixPath(info.filename)
            if info.is_dir() or path.parts[0] == "__MACOSX" or path.name.startswith("."):
                continue
            if path.name not in NAMES:
                others.append(path.name)
            elif path.name in found:
                raise InstanceError([fault("file_twice", Place(name), info.filename, other=path.name)])
            else:
                found[path.name] = Source(path.name, content=entry_data(archive, info, Place(name)))
    return Bundle().settle(found, others)


def checked_archive(data: bytes, where: Place) -> zipfile.ZipFile:
    """A zip whose entries have safe names, are readable without a password, and unpack to a bearable size.

    Raises InstanceError: unreadable_file, zip_too_large, zip_path, zip_encrypted.
    """
    end = data.rfind(b"PK\x05\x06")
    listing = int.from_bytes(data[end + 12 : end + 16], "little")
    if end >= 0 and listing > MOST_ENTRIES * LONGEST_ENTRY:
        raise InstanceError([fault("zip_too_large", where, f"{listing} bytes of names", most=MOST_ENTRIES)])
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InstanceError([fault("unreadable_file", where, str(error))]) from None
    entries = archive.infolist()
    faults = [fault("zip_path", where, info.filename) for info in entries[:MOST_ENTRIES] if _is_unsafe(info)]
    faults += [fault("zip_encrypted", where, info.filename) for info in entries[:MOST_ENTRIES] if info.flag_bits & 1]
    total = sum(info.file_size for info in entries)
    swelling = [
        info
        for info in entries
        if info.file_size > 2**20 and info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
    ]
    largest = max((info.file_size for info in entries), default=0)
    if len(entries) > MOST_ENTRIES:
        faults.append(fault("zip_too_large", where, f"{len(entries)} entries", most=MOST_ENTRIES))
    elif swelling or total > LARGEST_TOTAL or largest > LARGEST_FILE:
        faults.append(fault("zip_too_large", where, f"{total} bytes", most=f"{LARGEST_FILE} / {LARGEST_TOTAL} bytes"))
    if faults:
        raise InstanceError(faults)
    return archive


def entry_data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: Place) -> bytes:
    """The bytes of an entry, never more than its header announced.  Raises InstanceError: unreadable_file."""
    try:
        with archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except Exception as error:  # zlib.error, lzma.LZMAError and the like share no base but Exception
        raise InstanceError([fault("unreadable_file", where, f"{info.filename}: {error}")]) from None
    if len(data) > info.file_size:
        raise InstanceError([fault("zip_too_large", where, info.filename, most=info.file_size)])
    return data


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    return is_link or name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts or not name.strip("/")


def _is_near(name: str, like: str) -> bool:
    stem, other = Path(name).stem.lower(), Path(like).stem.lower()
    return SequenceMatcher(None, stem, other).ratio() >= NEAR
