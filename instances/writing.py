"""Writing an instance to a folder, a zip or one JSON document, so that reading gives the same instance again."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Literal, get_args

from instances.instance import Instance
from instances.neighbours_table import neighbours_items, neighbours_text
from instances.policy_file import policy_document, policy_text
from instances.tables import applicants_items, applicants_text, applicants_xlsx
from instances.zone_features import collection_of

ZoneFormat = Literal["geojson", "gpkg", "zip"]
ApplicantsFormat = Literal["csv", "xlsx", "json"]
NEW_YEAR = (1980, 1, 1, 0, 0, 0)
"""Every entry of a zip bears this date, so that the same instance always gives the same bytes."""


def write_instance(
    instance: Instance,
    path: Path | str,
    zone_format: ZoneFormat = "geojson",
    applicants_format: ApplicantsFormat = "csv",
) -> None:
    """Write an instance: to one JSON document when path ends in .json, to a zip for .zip, else to a folder.

    The folder is made when it is missing; files of another format that hold the same part are removed from it, for an
    instance has only one of each.  zone_format "zip" is a zipped shapefile.  Reading gives an equal instance with the
    same fingerprint.  Raises ValueError for an unknown format, OSError when a file cannot be written.
    """
    path = Path(path)
    if zone_format not in get_args(ZoneFormat) or applicants_format not in get_args(ApplicantsFormat):
        raise ValueError(f"unknown format: zone {zone_format!r}, applicants {applicants_format!r}")
    if path.suffix.lower() == ".json":
        path.write_text(document_text(instance), encoding="utf-8")
        return
    files = instance_files(instance, zone_format, applicants_format)
    if path.suffix.lower() == ".zip":
        path.write_bytes(_zipped(files))
        return
    path.mkdir(parents=True, exist_ok=True)
    for stem, kinds in (("zone", get_args(ZoneFormat)), ("applicants", get_args(ApplicantsFormat))):
        for kind in kinds:
            (path / f"{stem}.{kind}").unlink(missing_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)


def document(instance: Instance) -> dict[str, Any]:
    """The instance as one JSON document: plain values under zone, neighbours, applicants and policy."""
    return {
        "zone": collection_of(instance.lots, instance.name),
        "neighbours": neighbours_items(instance.neighbours),
        "applicants": applicants_items(instance.applicants),
        "policy": policy_document(instance.policy),
    }


def document_text(instance: Instance) -> str:
    """The one JSON document as text."""
    return json.dumps(document(instance), ensure_ascii=False, separators=(",", ":")) + "\n"


def instance_files(
    instance: Instance, zone_format: ZoneFormat = "geojson", applicants_format: ApplicantsFormat = "csv"
) -> dict[str, bytes]:
    """The four files of an instance, by name."""
    applicants = instance.applicants
    tables = {
        "csv": lambda: applicants_text(applicants).encode(),
        "xlsx": lambda: applicants_xlsx(applicants),
        "json": lambda: (json.dumps(applicants_items(applicants), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    return {
        f"zone.{zone_format}": _zone(instance, zone_format),
        "neighbours.csv": neighbours_text(instance.neighbours).encode(),
        f"applicants.{applicants_format}": tables[applicants_format](),
        "policy.toml": policy_text(instance.policy).encode(),
    }


def _zone(instance: Instance, zone_format: ZoneFormat) -> bytes:
    collection = collection_of(instance.lots, instance.name)
    if zone_format == "geojson":
        return (json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    from instances.layers import write_layer

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"zone.{zone_format}"
        write_layer(collection["features"], path)
        return path.read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, NEW_YEAR), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
