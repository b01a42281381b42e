"""The same instance in files whose rows, columns, features and keys stand in another order."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from random import Random
from typing import Any

LISTS_OF_IDS = ("zones", "preferred_lots", "beside_lots", "pinned_lots", "earlier_lots")
"""Columns of applicants.csv whose ids have no order."""


def shuffle_folder(source: Path, target: Path, seed: int) -> None:
    """Write the instance of the folder `source` into `target`, everything that has no order in one drawn from the seed.

    Shuffled are: features, their properties and their lists of sectors; rows and columns of both tables, the ids within
    a cell, the two lots of a neighbour pair; the tables of policy.toml and the keys of each.
    """
    draw = Random(seed)
    target.mkdir(parents=True, exist_ok=True)
    zone = json.loads((source / "zone.geojson").read_text(encoding="utf-8"))
    _write(target / "zone.geojson", json.dumps(_zone(zone, draw), ensure_ascii=False))
    for name in ("applicants.csv", "neighbours.csv"):
        if (source / name).exists():
            _write(target / name, _table((source / name).read_text(encoding="utf-8"), draw))
    _write(target / "policy.toml", _policy((source / "policy.toml").read_text(encoding="utf-8"), draw))


def _zone(zone: dict[str, Any], draw: Random) -> dict[str, Any]:
    features = []
    for feature in _shuffled(zone["features"], draw):
        properties = dict(_shuffled(list(feature["properties"].items()), draw))
        for key, value in properties.items():
            if isinstance(value, list):
                properties[key] = _shuffled(value, draw)
        features.append(dict(_shuffled(list({**feature, "properties": properties}.items()), draw)))
    return dict(_shuffled(list({**zone, "features": features}.items()), draw))


def _table(text: str, draw: Random) -> str:
    rows = _shuffled(list(csv.DictReader(io.StringIO(text))), draw)
    for row in rows:
        for column in LISTS_OF_IDS:
            if row.get(column):
                row[column] = "|".join(_shuffled(row[column].split("|"), draw))
        if "lot_a" in row and draw.random() < 0.5:
            row["lot_a"], row["lot_b"] = row["lot_b"], row["lot_a"]
    written = io.StringIO()
    table = csv.DictWriter(written, _shuffled(list(rows[0]), draw) if rows else [], lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _policy(text: str, draw: Random) -> str:
    """TOML wants the keys of no table first; a table is its header and the lines down to the next header."""
    first, *tables = re.split(r"^(?=\[)", text, flags=re.M)
    lines = [each for each in first.splitlines() if each.strip()]
    parts = ["\n".join(_shuffled(lines, draw))]
    for table in _shuffled(tables, draw):
        header, *inside = [each for each in table.splitlines() if each.strip()]
        parts.append("\n".join([header, *_shuffled(inside, draw)]))
    return "\n\n".join(parts) + "\n"


def _shuffled(things: list[Any], draw: Random) -> list[Any]:
    return draw.sample(things, len(things))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
