"""A strategy that draws valid instances of odd names, numbers of every size and outlines with holes."""

from hypothesis import strategies as st

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Affinity, Limit, Policy, Quota, Sector
from instances.zone import LARGEST, Lot, Neighbours

names = st.text("Aaz é'\"\\=+-@;,#[]مل\u200f09", max_size=9).map(str.strip)
numbers = st.integers(0, 1000) | st.integers(0, LARGEST)
shares = st.integers(0, 100)
SECTORS, LOTS = ("s1", "s 2", "ç.3"), ("L1", "L 2", "ق3", "=L4")
kinds = st.sampled_from(("border", "street"))


def outlines(column):
    x, y = -39_300_000 + 4000 * column, 351_700_000
    box = ((x, y), (x + 3001, y), (x + 3001, y + 3003), (x, y + 2999))
    far = tuple((a, b + 10_000) for a, b in box)
    hole = ((x + 1000, y + 1000), (x + 1000, y + 2000), (x + 2000, y + 2000))
    return st.sampled_from(((), ((box,),), ((box, hole),), ((box,), (far,))))


@st.composite
def instances(draw):
    sectors = tuple(
        Sector(sector, *(draw(names) for _ in range(3)), tuple(draw(st.sets(st.sampled_from(("dust", "é d"))))))
        for sector in SECTORS
    )
    limit = st.builds(Limit, st.just(""), numbers, st.none() | numbers) | st.builds(
        Limit, st.just("Z1"), st.none(), numbers
    )
    quota = st.builds(Quota, st.just("q'\"1"), st.just("sme"), st.just(""), st.none(), shares)
    stages = (("value", 0),), (("jobs", 3), ("clustering", 0)), (("preferred", 0),)
    policy = Policy(
        draw(names.map(lambda name: f"p{name}")),
        sectors,
        draw(numbers),
        draw(numbers),
        draw(st.sampled_from(stages)),
        draw(numbers),
        draw(st.integers(1, 9)),
        draw(kinds),
        *(draw(numbers) for _ in range(5)),
        limits=tuple(draw(st.lists(limit, max_size=2, unique_by=lambda each: each.zone))),
        quotas=tuple(draw(st.lists(quota, max_size=1))),
        affinity=draw(st.sampled_from(((), (Affinity("s1", "ç.3", 7),)))),
        separation=tuple(draw(st.sets(kinds))),
    )
    lots = tuple(
        Lot(
            lot,
            draw(st.integers(1, LARGEST)),
            draw(numbers),
            draw(numbers),
            draw(st.sampled_from(("Z1", "ز 2"))) if column else "Z1",
            draw(names),
            draw(names),
            draw(st.sampled_from(("available", "reserved", "withdrawn"))),
            tuple(draw(st.sets(st.sampled_from(SECTORS)))),
            draw(numbers),
            draw(outlines(column)),
        )
        for column, lot in enumerate(LOTS)
    )
    pairs = tuple(Neighbours(LOTS[0], other, draw(numbers), draw(kinds)) for other in LOTS[1:])
    chosen = st.sets(st.sampled_from(LOTS)).map(tuple)
    applicants = tuple(
        Applicant(
            applicant,
            draw(st.sampled_from(SECTORS)),
            0,
            draw(numbers),
            water_hl_day=draw(numbers),
            name=draw(names),
            group=draw(names),
            preferred_lots=draw(chosen),
            filed_on=draw(st.none() | st.dates()),
        )
        for applicant in ("a1", "-a 2")
    )
    return Instance(lots, pairs, applicants, policy)
