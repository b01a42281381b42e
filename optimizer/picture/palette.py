"""Colours, letters and words of the map."""

from __future__ import annotations

from collections.abc import Mapping

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

PALETTE = (
    ("#e8c468", "#3b2f0b"),
    ("#3b6fb6", "#ffffff"),
    ("#7fd0c7", "#0b3b36"),
    ("#f0a58f", "#4a1d10"),
    ("#8c8c8c", "#ffffff"),
    ("#a4572a", "#ffffff"),
    ("#c9dc87", "#2f3b0b"),
    ("#5b2a86", "#ffffff"),
    ("#d6659b", "#ffffff"),
    ("#2c3e50", "#ffffff"),
    ("#b7a6dd", "#2a1d4a"),
    ("#2e8b57", "#ffffff"),
    ("#a9d3f2", "#0f2f4a"),
    ("#8b1e3f", "#ffffff"),
)
"""Fill and ink, far apart in lightness where hues are near, so that neighbours differ to colour-blind eyes too."""

FREE, CLOSED, GROUND, LINE, INK, SOFT = "#ffffff", "#d9d8d2", "#f3f1ea", "#9a9a94", "#20241f", "#6b6f68"

WORDS: Mapping[str, Mapping[str, str]] = {
    "value": {"en": "Value {value} points", "fr": "Valeur {value} points"},
    "proved": {
        "en": "proved: no plan is worth more",
        "fr": "prouvé : aucun plan ne vaut plus",
    },
    "gap": {"en": "proved within {gap} of the best possible", "fr": "prouvé à {gap} près du meilleur possible"},
    "unproved": {"en": "no proof", "fr": "sans preuve"},
    "granted": {
        "en": "{lots} of {all_lots} lots granted to {tenants} projects",
        "fr": "{lots} lots sur {all_lots} attribués à {tenants} projets",
    },
    "sectors": {"en": "Sectors", "fr": "Secteurs"},
    "lots": {"en": "lots", "fr": "lots"},
    "free": {"en": "Free", "fr": "Libre"},
    "closed": {"en": "Not offered", "fr": "Non proposé"},
    "site": {"en": "One site of several lots", "fr": "Un site de plusieurs lots"},
    "north": {"en": "N", "fr": "N"},
}


def letter_of(at: int) -> str:
    """A to Z, then AA, AB and so on."""
    return LETTERS[at] if at < len(LETTERS) else LETTERS[at // len(LETTERS) - 1] + LETTERS[at % len(LETTERS)]
