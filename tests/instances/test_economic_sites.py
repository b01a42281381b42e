"""Zones as sites of the French standard: what their lots say together."""

from dataclasses import replace
from datetime import date

from instances.economic_sites import sites_of
from instances.zone import Lot

DAY = date(2026, 11, 25)
SQUARE = (((0, 0), (10, 0), (10, 10), (0, 10)),)
LOTS = (
    Lot("L1", 12_000, zone="south", outline=(SQUARE,)),
    Lot("L2", 3_500, zone="south"),
    Lot("L3", 4_500, zone="south", status="reserved"),
    Lot("L4", 1_000, zone="south", status="withdrawn"),
    Lot("L5", 800, zone="south", status="allocated"),
    Lot("L6", 7_000, zone="north"),
)
REQUIRED = (
    "site_id", "pole_id", "site_nom", "site_type", "site_vocadomi", "site_etat", "site_surf_brute", "site_surf_utile",
    "site_identif_date", "site_actu_date", "site_epci_nom", "site_epci_siren", "site_comm_nom", "site_comm_insee",
    "site_moa_type",
)  # fmt: skip
"""As the published schema says, but for the geometry, which is the feature's."""
AREAS = ("site_surf_utile", "site_surf_comm_dispo", "site_surf_projet", "site_uf_nbre")


def facts(lots=LOTS, granted=()):
    return {each["properties"]["site_id"]: each["properties"] for each in sites_of(lots, granted, DAY)}


def areas(found):
    return tuple(found[name] for name in AREAS)


def test_each_zone_is_a_site_with_the_areas_of_its_lots():
    found = facts()
    assert list(found) == ["north", "south"]
    assert areas(found["north"]) == (0.7, 0.7, 0.0, 1)
    assert areas(found["south"]) == (2.18, 1.55, 0.45, 5)


def test_what_a_plan_grants_is_free_no_more():
    assert areas(facts(granted={"L1", "L6"})["south"]) == (2.18, 0.35, 1.65, 5)
    assert areas(facts(granted={"L1", "L6"})["north"]) == (0.7, 0.0, 0.7, 1)


def test_a_granted_lot_that_was_reserved_is_counted_once():
    assert areas(facts(granted={"L3"})["south"]) == (2.18, 1.55, 0.45, 5)


def test_every_required_field_is_there_and_says_when_it_is_not_known():
    for found in facts().values():
        assert all(found[name] not in (None, "") for name in REQUIRED)
        assert (found["pole_id"], found["site_actu_date"]) == ("inconnu", "2026-11-25")


def test_the_outline_is_of_many_polygons_whatever_their_number():
    one = sites_of(LOTS[:1], (), DAY)[0]["geometry"]
    assert (one["type"], len(one["coordinates"])) == ("MultiPolygon", 1)
    moved = replace(LOTS[1], outline=((tuple((x + 20, y) for x, y in SQUARE[0]),),))
    two = sites_of((LOTS[0], moved), (), DAY)[0]["geometry"]
    assert (two["type"], len(two["coordinates"])) == ("MultiPolygon", 2)
    assert sites_of(LOTS[5:], (), DAY)[0]["geometry"] is None
