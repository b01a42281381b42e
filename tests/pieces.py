"""Strategies that draw certificates by pieces for tiny instances, as documents, with claims true or false."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.certificate import LARGEST
from tests import tiny
from tests.good_prices import SCALE, good_prices
from tests.optimizer.stranger_pieces import Pieces

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Document = dict[str, Any]


def document_of(instance: Instance, pieces: list[list[Any]], **fields: Any) -> Document:
    """A certificate's document without prices, unless given; it claims nothing."""
    document = {
        "format": "lotwise-certificate-3", "instance": instance.fingerprint(), "plan_sha256": "0" * 64,
        "value_millipoints": 0, "bound_millipoints": 0, "scale": 1,
        "applicants": [], "rows": [], "borders": [], "lots": [], "pieces": pieces,
    }  # fmt: skip
    return document | fields


def with_true_mosts(zone: Any, document: Document) -> Document:
    """The same with what the best filling of each piece brings, by going through all of them."""
    pieces = Pieces(zone, document)
    return document | {"pieces": [[lots, pieces.best_filling(n)] for n, (lots, _) in enumerate(document["pieces"])]}


def without_mosts(document: Document) -> Document:
    """The same, claiming that no piece brings anything."""
    return document | {"pieces": [[lots, 0] for lots, _ in document["pieces"]]}


def parts(instance: Instance) -> list[list[str]]:
    """The finest pieces that no site straddles, pinned lots in none."""
    held = {lot for each in instance.applicants for lot in each.pinned_lots}
    found = [{lot.lot_id} for lot in instance.lots if lot.lot_id not in held]
    for sites in tiny.placements(instance).values():
        for site in sites:
            if not held & set(site):
                touched = [part for part in found if part & set(site)]
                found = [part for part in found if part not in touched] + [set().union(*touched)]
    return sorted(sorted(part) for part in found)


@st.composite
def cuts(draw: Draw, instance: Instance, straddles: bool = False) -> list[list[str]]:
    """The instance cut into pieces in any order; straddles: sites may straddle them, lots be in two or none."""
    found = parts(instance)
    if straddles:
        lots = [lot.lot_id for lot in instance.lots]
        return draw(st.lists(st.lists(st.sampled_from(lots), min_size=1, max_size=4), max_size=3))
    numbers = [draw(st.integers(0, draw(st.sampled_from([0, 1, len(found)])))) for _ in found]
    joined = [[lot for part, at in zip(found, numbers, strict=True) if at == n for lot in part] for n in set(numbers)]
    return [draw(st.permutations(lots)) for lots in draw(st.permutations(joined))]


@st.composite
def prices(draw: Draw, instance: Instance) -> Document:
    """Prices of the size of what is at stake, or anything at all, on names that exist."""
    scale = draw(st.sampled_from([1, 7, 1024, 2**20]))
    policy = instance.policy
    stake = 400_000 * scale
    amount = st.one_of(st.integers(1, stake), st.integers(1, stake // 20), st.integers(1, 2**53 - 1))
    signed = st.one_of(st.integers(-stake, stake), st.integers(-stake // 20, stake // 20), st.just(1 - 2**53))
    ends = [
        (*lots, sector.sector_id)
        for pair in instance.neighbours
        for lots in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a))
        for sector in policy.sectors
    ]
    rows = [("limit", limit.zone, unit) for limit in policy.limits for unit in ("power_kw", "water_hl_day")
            if getattr(limit, unit) is not None]  # fmt: skip
    rows += [("quota", quota.name, side) for quota in policy.quotas for side in ("min", "max")
             if getattr(quota, f"{side}_lot_share_percent") is not None]  # fmt: skip
    names = [(each.applicant_id,) for each in instance.applicants if not each.pinned_lots]
    lots = [(lot.lot_id,) for lot in instance.lots]

    def some(keys: list[tuple[str, ...]], price: st.SearchStrategy[int]) -> list[list[Any]]:
        listed = draw(st.dictionaries(st.sampled_from(keys), price, max_size=8)) if keys else {}
        return [[*key, each] for key, each in listed.items()]

    return {"scale": scale, "applicants": some(names, amount), "rows": some(rows, amount),
            "borders": some(ends, signed), "lots": some(lots, signed)}  # fmt: skip


def fitting_prices(instance: Instance) -> Document:
    """Prices that prove much: those of the linear relaxation, moved to where pieces have theirs."""
    rows, borders = {}, {}
    for key, price in good_prices(instance).items():
        if key[0] in ("limit", "quota"):
            rows[key] = price
        elif key[0] == "link":
            borders[key[1:]] = borders.get(key[1:], 0) + price
        elif key[0] == "separation":
            for end, sectors in ((key[1:3], key[3]), (key[2:0:-1], key[4])):
                for sector in sectors.split("|"):
                    borders[*end, sector] = borders.get((*end, sector), 0) - price
    return {"scale": SCALE, "rows": [[*key, price] for key, price in rows.items()],
            "borders": [[*key, price] for key, price in borders.items()]}  # fmt: skip


@st.composite
def documents(draw: Draw, instance: Instance, zone: Any) -> Document:
    """A certificate by pieces of any prices, most of the time with true claims."""
    given = draw(st.one_of(prices(instance), st.just(instance).map(fitting_prices)))
    document = with_true_mosts(zone, document_of(instance, [[lots, 0] for lots in draw(cuts(instance))], **given))
    for piece in document["pieces"]:
        claimed = piece[1] + draw(st.sampled_from([0, 0, 0, 0, 1, -1, 10_000 * document["scale"]]))
        piece[1] = min(max(0, claimed), LARGEST)
    return document


def words(instance: Instance) -> st.SearchStrategy[object]:
    """What a liar may write where something else stood."""
    named = [each.lot_id for each in instance.lots] + [each.applicant_id for each in instance.applicants]
    named += [each.sector_id for each in instance.policy.sectors] + ["limit", "quota", "power_kw", "min", "Z1", ""]
    return st.one_of(st.integers(-3, 8), st.integers(-(2**40), 2**40), st.sampled_from(named), st.none())
