"""Reading back the document of an instance that was read with all checks before, without looking for faults again.

A store keeps the text that `writing.document_text` wrote of a checked instance, under the hash of that text.  While
the hash holds, neither shapes nor columns need be judged a second time, which takes most of the time of reading.  Every
part is still valid by birth, and so is what holds between the parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from instances.applicant import Applicant
from instances.faults import InstanceError, Place
from instances.fields import Misread, tenths
from instances.instance import Instance
from instances.outlines import UNIT, Misdrawn
from instances.policy_file import PolicyReader
from instances.reading import read_instance
from instances.tables import LISTS
from instances.zone import Lot, Neighbours, Outline

ODD = (KeyError, TypeError, ValueError, AttributeError, InstanceError, Misread, Misdrawn)


def read_back(text: bytes) -> Instance:
    """The instance whose document `writing.document_text` wrote, equal to what `read_instance` makes of it.

    A document that is written otherwise is read with all checks; then raises InstanceError.
    """
    try:
        return _instance(json.loads(text))
    except ODD:
        return read_instance(text)


def read_stored(text: bytes, sha256: str) -> Instance:
    """The instance of a text that was stored under its hash.

    While the hash holds it is read back; if not, somebody altered the store, and everything is looked at again: then
    raises InstanceError with every fault.
    """
    return read_back(text) if hashlib.sha256(text).hexdigest() == sha256 else read_instance(text)


def _instance(document: Mapping[str, Any]) -> Instance:
    policy = PolicyReader(Place()).read(document["policy"])
    if policy is None:
        raise ValueError("policy")
    return Instance(
        tuple(_lot(feature) for feature in document["zone"]["features"]),
        tuple(_pair(item) for item in document["neighbours"]),
        tuple(_applicant(item) for item in document["applicants"]),
        policy,
    )


def _lot(feature: Mapping[str, Any]) -> Lot:
    values = dict(feature["properties"])
    water = _tenths(values.pop("water_m3_day"))
    return Lot(**values, water_hl_day=water, outline=_outline(feature["geometry"]))


def _outline(geometry: Mapping[str, Any] | None) -> Outline:
    if geometry is None:
        return ()
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = (polygons,)
    return tuple(
        tuple(tuple((round(x * UNIT), round(y * UNIT)) for x, y in ring[:-1]) for ring in rings) for rings in polygons
    )


def _pair(item: Mapping[str, Any]) -> Neighbours:
    return Neighbours(item["lot_a"], item["lot_b"], _tenths(item["length_m"]), item["kind"])


def _applicant(item: Mapping[str, Any]) -> Applicant:
    values = dict(item)
    water = _tenths(values.pop("water_m3_day"))
    for name in LISTS & values.keys():
        values[name] = tuple(values[name])
    if "filed_on" in values:
        values["filed_on"] = date.fromisoformat(values["filed_on"])
    return Applicant(**values, water_hl_day=water)


def _tenths(value: Any) -> int:
    """Tenths as `fields.tenths_value` writes them.  Raises ValueError for what it would not write."""
    if type(value) is int:
        return 10 * value
    if type(value) is not float:
        return tenths(value)
    number = round(10 * value)
    if number / 10 != value:
        raise ValueError(value)
    return number
