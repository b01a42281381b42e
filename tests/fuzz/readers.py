"""Every reader with a good file of its kind, and what it may raise besides giving a value back."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from instances.faults import LANGUAGES, InstanceError, Place
from instances.layers import read_layer, write_layer
from instances.reading import inspect
from instances.tables import applicants_items, applicants_text, applicants_xlsx, read_applicants
from instances.writing import document_text, write_instance
from instances.zone_features import feature_of, read_features
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.check import check_folder
from tests.outcomes import small_instance

CERTIFICATES = Path(__file__).parent.parent / "certificates"


@dataclass(frozen=True)
class Reader:
    """read: takes bytes; raises only what `allowed` lists.  is_archive: whether entries can be spoilt by themselves."""

    good: Callable[[], bytes]
    read: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...] = (InstanceError,)
    is_archive: bool = False


@cache
def files() -> Mapping[str, bytes]:
    """The files of a small instance."""
    with tempfile.TemporaryDirectory() as folder:
        write_instance(small_instance(), Path(folder))
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def zipped(contents: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def layer(suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"zone{suffix}"
        write_layer([feature_of(lot) for lot in small_instance().lots], path)
        return path.read_bytes()


def judged(data: bytes, name: str = "a.zip") -> None:
    """Read it all, and say every fault in every language."""
    reading = inspect(data, name)
    assert (reading.instance is None) == any(not each.is_warning for each in reading.faults)
    for each in reading.faults:
        assert all(each.text(language) for language in LANGUAGES)


def beside(name: str) -> Callable[[bytes], None]:
    """A reader of one file among the good others."""
    return lambda data: judged(zipped({**files(), name: data}))


def read_drawn(suffix: str) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"zone{suffix}"
            path.write_bytes(data)
            return read_features(read_layer(path), Place(path.name))

    return read


def checked(name: str) -> Callable[[bytes], object]:
    """The check of a folder in which one file is spoilt: it answers, whatever is in there."""

    def read(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            for good, source in (("plan.json", "plan.json"), ("certificate.json", "valid/as_in_the_docs.json")):
                shutil.copy(CERTIFICATES / source, Path(folder) / good)
            (Path(folder) / name).write_bytes(data)
            return check_folder(CERTIFICATES / "instance", Path(folder))

    return read


def read_certificate(data: bytes) -> object:
    try:
        return any_certificate_from(json.loads(data))
    except (ValueError, RecursionError) as error:
        if isinstance(error, CertificateError):
            raise
        return None


READERS: Mapping[str, Reader] = {
    "applicants.csv": Reader(
        lambda: applicants_text(small_instance().applicants).encode(), lambda data: read_applicants(data, "a.csv")
    ),
    "applicants.xlsx": Reader(
        lambda: applicants_xlsx(small_instance().applicants),
        lambda data: read_applicants(data, "a.xlsx"),
        is_archive=True,
    ),
    "applicants.json": Reader(
        lambda: json.dumps(applicants_items(small_instance().applicants)).encode(),
        lambda data: read_applicants(data, "a.json"),
    ),
    "zone.geojson": Reader(lambda: files()["zone.geojson"], beside("zone.geojson")),
    "neighbours.csv": Reader(lambda: files()["neighbours.csv"], beside("neighbours.csv")),
    "policy.toml": Reader(lambda: files()["policy.toml"], beside("policy.toml")),
    "zone.gpkg": Reader(lambda: layer(".gpkg"), read_drawn(".gpkg")),
    "zone.zip": Reader(lambda: layer(".zip"), read_drawn(".zip"), is_archive=True),
    "bundle.zip": Reader(lambda: zipped(files()), judged, is_archive=True),
    "document.json": Reader(lambda: document_text(small_instance()).encode(), lambda data: judged(data, "a.json")),
    "certificate.json": Reader(
        lambda: (CERTIFICATES / "valid/as_in_the_docs.json").read_bytes(), read_certificate, (CertificateError,)
    ),
    "tree.json": Reader(
        lambda: (CERTIFICATES / "valid/tree_by_hand.json").read_bytes(), read_certificate, (CertificateError,)
    ),
    "pieces.json": Reader(
        lambda: (CERTIFICATES / "valid/pieces_by_hand.json").read_bytes(), read_certificate, (CertificateError,)
    ),
    "cases.json": Reader(
        lambda: (CERTIFICATES / "valid/cases_by_hand.json").read_bytes(), read_certificate, (CertificateError,)
    ),
    "checked certificate": Reader(
        lambda: (CERTIFICATES / "valid/as_in_the_docs.json").read_bytes(), checked("certificate.json"), ()
    ),
    "checked plan": Reader(lambda: (CERTIFICATES / "plan.json").read_bytes(), checked("plan.json"), ()),
}
