"""A small zone and an outcome written by hand, for tests of what comes after the optimizer."""

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Policy, Sector
from instances.zone import Lot, Neighbours
from optimizer.explain import Reason
from optimizer.outcome import Claim, Limits, Outcome, Proof
from optimizer.plan import Plan

WEST, SOUTH, SIDE = -39_360_000, 351_720_000, 4_000


def square(column: int, row: int) -> tuple[tuple[tuple[tuple[int, int], ...], ...], ...]:
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return ((((x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)),),)


def small_instance(**policy: object) -> Instance:
    lots = (
        Lot("L1", 1000, 100, 50, "Z1", "B1", "food", outline=square(0, 0)),
        Lot("L2", 1200, 100, 50, "Z1", "B1", "food", outline=square(1, 0)),
        Lot("L3", 900, 100, 50, "Z1", "B1", "stone", outline=square(2, 0)),
        Lot("L4", 800, 100, 50, "Z1", "B2", "stone", status="reserved", outline=square(0, 2)),
    )
    neighbours = (Neighbours("L1", "L2", 364), Neighbours("L2", "L3", 364))
    applicants = (
        Applicant("A1", "bakery", 2000, 2500, 2, 20, 5, 10, 10, 90, 900, "Boulangerie Al Amal", "sme"),
        Applicant("A2", "marble", 800, 950, 1, 9, 3, 20, 20, 70, 400, "=cmd()", "sme"),
        Applicant("A3", "bakery", 800, 1300, 1, 6, 1, 10, 10, 80, 300, "مخبزة النور", "cooperative"),
        Applicant("A4", "marble", 800, 1300, 1, 6, 1, 10, 10, 30, 300, "-Marbre [bold]", "large"),
    )
    sectors = (
        Sector("bakery", "Bakery", "Boulangerie", "المخابز"),
        Sector("marble", "Marble", "Marbre", "الرخام"),
    )
    settings: dict[str, object] = {"min_score": 50, "max_lots": 2, "border_metre": 6, "lottery_seed": 7}
    return Instance(lots, neighbours, applicants, Policy("small", sectors, **(settings | policy)))  # type: ignore[arg-type]


def small_outcome(**changes: object) -> Outcome:
    reasons = {
        "A1": Reason("granted", (("lots", "L1, L2"),)),
        "A2": Reason("granted", (("lots", "L3"),)),
        "A3": Reason("sites_taken", (("sites", "2"),)),
        "A4": Reason("score_too_low", (("min_score", "50"), ("score", "30"))),
    }
    values: dict[str, object] = {
        "instance": small_instance(),
        "kind": "plan",
        "limits": Limits(seconds=5),
        "claim": Claim("gap", 3_300_000),
        "plan": Plan({"A1": ("L2", "L1"), "A2": ("L3",)}),
        "value_millipoints": 3_220_000,
        "goals_millipoints": {"jobs": 3_220_000, "preferred": 0, "clustering": 0},
        "waitlist": ("A3",),
        "reasons": reasons,
        "proof": Proof(3_250_000, "0" * 64),
        "certificate": {"format": "made for a test", "rows": [1, 2, 3]},
        "versions": {"lotwise": "0.1.0", "python": "3.11.7"},
    }
    return Outcome(**(values | changes))  # type: ignore[arg-type]
