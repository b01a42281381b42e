"""Good files spoilt a little: bytes put in, taken out, doubled, and words with a meaning put in the wrong place."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass
from typing import Literal

Kind = Literal["put", "cut", "double", "flip", "word", "swap"]
KINDS: tuple[Kind, ...] = ("put", "cut", "double", "flip", "word", "swap")
WORDS = (
    b"null", b"NaN", b"-1", b"1e400", b"9" * 30, b'""', b"[]", b"{}", b"\xff\xfe", b"\x00", b"|", b",", b"\n", b"=1+1",
    b"true", b"0.1", b"Infinity", b"\xe2\x80\xae", b"\xd9\xa3", b"&a;", b"<", b"[[", b"]]", b'"', b"'", b"\r", b"\t",
    b"..", b"../", b"PK\x03\x04", b"-0", b"1e-400", b"2026-02-30", b"\\u0000", b"\\ud800", b"L1", b"A1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """One change.  at, to: places as shares of the data in millionths; content: what is put in; length: bytes taken."""

    kind: Kind
    at: int
    to: int = 0
    length: int = 1
    content: bytes = b""


def spoilt(data: bytes, edits: list[Edit]) -> bytes:
    """The data with the edits made one after the other."""
    for edit in edits:
        at, to = (place * len(data) // 1_000_000 for place in (edit.at, edit.to))
        end = at + edit.length
        if edit.kind in ("put", "word"):
            data = data[:at] + edit.content + data[at:]
        elif edit.kind == "cut":
            data = data[:at] + data[end:]
        elif edit.kind == "double":
            data = data[:end] + data[at:]
        elif edit.kind == "flip":
            data = data[:at] + bytes(each ^ (1 << (edit.to % 8)) for each in data[at:end]) + data[end:]
        else:
            data = data[:to] + data[at:end] + data[to:]
    return data


def drawn_edits(chance: random.Random) -> list[Edit]:
    """A few edits of any kind."""
    return [
        Edit(
            kind := chance.choice(KINDS),
            chance.randrange(1_000_000),
            chance.randrange(1_000_000),
            min(int(chance.expovariate(0.1)) + 1, 500),
            chance.choice(WORDS) if kind == "word" else chance.randbytes(chance.randint(1, 4)),
        )
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8)))
    ]


def inside(archive: bytes, edits: list[Edit]) -> bytes:
    """A zip in which one entry is spoilt and packed again, so that its checksum is right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad:
        entries = good.infolist()
        chosen = entries[sum(edit.to for edit in edits) % len(entries)]
        for info in entries:
            data = good.read(info)
            bad.writestr(info.filename, spoilt(data, edits) if info is chosen else data)
    return buffer.getvalue()
