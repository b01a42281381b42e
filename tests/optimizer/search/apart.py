"""Zones that have nothing in common but the applicants who would take a site in either of them."""

from itertools import pairwise

from hypothesis import strategies as st

from instances.instance import Instance
from instances.policy import Limit, Policy
from instances.zone import Neighbours
from tests.zones import BREAD, STONE, WOOD, asks, lot

ZONES = ("Z1", "Z2", "Z3")


@st.composite
def zones_apart(draw, most_lots=4, applicants=9):
    """Up to so many lots in a row in each of three zones, and who asks for them, with a limit for all together."""
    lots, pairs = [], []
    for zone in ZONES:
        row = [lot(f"{zone}-{number}", zone=zone) for number in range(draw(st.integers(1, most_lots)))]
        lots += row
        pairs += [Neighbours(one.lot_id, two.lot_id, 100, "border") for one, two in pairwise(row)]
    people = [
        asks(
            f"a{number}",
            draw(st.sampled_from(("bread", "stone", "wood"))),
            jobs_direct=draw(st.integers(1, 9)),
            power_kw=draw(st.integers(0, 5)),
            max_lots=draw(st.integers(1, 2)),
            zones=tuple(sorted(draw(st.sets(st.sampled_from(ZONES), max_size=2)))),
        )
        for number in range(applicants)
    ]
    rules = Policy(
        "apart", sectors=(BREAD, STONE, WOOD), separation=("border",), border_metre=draw(st.integers(0, 9)),
        max_lots=2, limits=(Limit("", power_kw=draw(st.integers(5, 30))),),
    )  # fmt: skip
    return Instance(tuple(lots), tuple(pairs), tuple(people), rules)
