"""Lots as terrains of the French standard, there and back."""

from dataclasses import replace
from datetime import date

import pytest

from instances.faults import Place
from instances.generate import generate
from instances.layers import LAYERS
from instances.terrains import GRANTED, STAGES, STATUS
from instances.zone import STATUSES
from instances.zone_features import read_features, terrain_of

DAY = date(2026, 11, 25)
LOTS = generate(lots=6, applicants=8, seed=2).lots
REQUIRED = (
    "terr_id",
    "site_id",
    "terr_surf_brute",
    "terr_identif_date",
    "terr_actu_date",
    "terr_maitrise_fonc",
    "terr_stade_amngt",
    "terr_stade_comm",
    "terr_etat_occup",
    "terr_usage",
)
"""As the published schema says, but for the geometry, which is the feature's."""


def test_lots_come_back_but_for_what_the_standard_does_not_hold():
    part = read_features([terrain_of(lot, "", DAY) for lot in LOTS], Place("zone.geojson"))
    assert part.faults == []
    assert part.lots == tuple(replace(lot, block="", subzone="", price_mad_m2=0) for lot in LOTS)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_comes_back(status):
    lot = replace(LOTS[0], status=status)
    (back,) = read_features([terrain_of(lot, "", DAY)], Place("zone.geojson")).lots
    assert back.status == status
    assert STATUS[STAGES[status]] == status


def test_a_granted_lot_is_not_for_sale_any_more():
    feature = terrain_of(LOTS[0], "Argan press", DAY)
    assert (feature["properties"]["terr_stade_comm"], feature["properties"]["terr_acquereur"]) == (
        GRANTED,
        "Argan press",
    )
    (back,) = read_features([feature], Place("zone.geojson")).lots
    assert back.status == "reserved"


def test_every_required_field_is_there():
    properties = terrain_of(LOTS[0], "", DAY)["properties"]
    assert all(properties[name] not in (None, "") for name in REQUIRED)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("terr_stade_comm", "inconnu", "unknown_choice"),
        ("terr_surf_brute", "large", "not_a_number"),
        ("terr_surf_brute", -1, "out_of_range"),
        ("terr_surf_brute", float("nan"), "not_a_number"),
        ("terr_surf_brute", [1], "not_a_number"),
        ("terr_new", 1, "unknown_field"),
    ],
)
def test_what_means_nothing_to_a_round_is_refused_at_its_lot(name, value, code):
    feature = terrain_of(LOTS[0], "", DAY)
    feature["properties"][name] = value
    part = read_features([feature], Place("zone.geojson"))
    assert [(each.code, each.where.key) for each in part.faults] == [(code, LOTS[0].lot_id)]


def test_fields_of_later_versions_of_the_standard_are_left_aside():
    feature = terrain_of(LOTS[0], "", DAY)
    feature["properties"]["terr_url_cartofriches"] = "cartofriches"
    assert read_features([feature], Place("zone.geojson")).faults == []


def test_power_is_still_asked_for():
    feature = terrain_of(LOTS[0], "", DAY)
    del feature["properties"]["power_kw"]
    assert {each.code for each in read_features([feature], Place("zone.geojson")).faults} & {
        "missing_value",
        "missing_column",
    }


def test_the_layer_is_found_by_its_name():
    assert "terrain_eco" in LAYERS
