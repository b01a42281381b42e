"""A certificate as a proof that outsiders' checkers read: the format of VIPR, version 1.0.

Every step of docs/certificate.md becomes a derivation from the rows of the assembled program.  It is one proof by
contradiction: assume a value above the claim, go through the tree, and find 0 <= -1 in every leaf.  For small
instances; the file has one line for every row, every choice left out and every node.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.assemble import assemble
from optimizer.certificate import Certificate, CertificateError
from optimizer.export.derivations import Derivations, Terms
from optimizer.export.vipr_rows import ProgramRows
from optimizer.plan import Plan
from optimizer.row_names import BRANCH, Key
from optimizer.tree import Node, Split

ONE = Fraction(1)


def vipr_text(instance: Instance, plan: Plan, certificate: Certificate) -> str:
    """The proof that the plan's value and the certificate's claim enclose the best value.

    The plan must be feasible.  Raises CertificateError when the certificate does not prove its claim, or prices a row
    that does not follow from the rows of the program one by one.
    """
    columns, program = assemble(instance)
    proof = _Proof(instance, certificate, ProgramRows(instance, columns, Derivations(program)))
    proof.prove()
    derivations = proof.rows.derivations
    given, derived = derivations.text()
    count = len(program.names)
    worth = [(column, value) for column, value in enumerate(program.values) if value]
    chosen = proof.rows.point(plan)
    value = program.value(chosen)
    return "\n".join(
        [
            "VER 1.0",
            f"VAR {count}",
            " ".join(f"x{column}" for column in range(count)),
            f"INT {count}",
            " ".join(str(column) for column in range(count)),
            "OBJ max",
            " ".join([str(len(worth)), *(f"{column} {each}" for column, each in worth)]),
            given,
            f"RTP range {value} {certificate.bound_millipoints}",
            "SOL 1",
            " ".join(["plan", str(len(chosen)), *(f"{column} 1" for column in chosen)]),
            derived,
            "",
        ]
    )


@dataclass
class _Case:
    """What is known at a node: prices, x_j <= 0 by column, "must be granted" by applicant, the rows of the path."""

    prices: dict[Key, int]
    zeros: dict[int, int]
    granted: dict[str, int]
    path: dict[Key, int]

    def copy(self) -> _Case:
        return _Case(dict(self.prices), dict(self.zeros), dict(self.granted), dict(self.path))


class _Proof:
    def __init__(self, instance: Instance, certificate: Certificate, rows: ProgramRows) -> None:
        self.instance, self.rows, self.log = instance, rows, rows.derivations
        self.claim, self.scale = certificate.bound_millipoints, certificate.scale
        self.tree = certificate.tree or (Node({}),)
        self.prices = dict(certificate.prices)
        self.worth: Terms = {column: Fraction(each) for column, each in enumerate(rows.values) if each}

    def prove(self) -> None:
        """Derive that the value is at most the claim."""
        above = {column: -each for column, each in self.worth.items()}
        self.above = self.log.assume(above, Fraction(-self.claim - 1), True)
        pinned = {each.applicant_id for each in self.instance.applicants if each.is_pinned}
        granted = {name: self.log.rows["pin", name] for name in sorted(pinned)}
        found = self._node(0, _Case(self.prices, {}, granted, {}))
        within = self.log.assume(self.worth, Fraction(self.claim), False)
        self.log.join(self.worth, Fraction(self.claim), ((within, within), (found, self.above)))

    def _node(self, number: int, case: _Case) -> int:
        """The number of the absurdity that the node comes to."""
        node = self.tree[number]
        case.prices |= node.prices
        self._uncover(case)
        stuck = self._stuck(case)
        if stuck is not None:
            return stuck
        self._drop(case)
        found = self._closed(case)
        if found is not None:
            return found
        if node.split is None:
            said = f"Leaf {number} does not prove {self.claim} millipoints; claim what the certificate proves."
            raise CertificateError("bound_too_low", said)
        counted = self.rows.counted(node.split)
        ends = []
        for is_below in (True, False):
            sign = 1 if is_below else -1
            most = Fraction(node.split.most if is_below else -node.split.most - 1)
            terms = {column: sign * each for column, each in counted.items()}
            assumed = self.log.assume(terms, most, not is_below)
            inner = case.copy()
            inner.path[BRANCH, str(number)] = assumed
            self._restrict(node.split, is_below, assumed, inner)
            ends.append((self._node(node.split.below if is_below else node.split.above, inner), assumed))
        return self.log.join({}, -ONE, (ends[0], ends[1]))

    def _restrict(self, split: Split, is_below: bool, assumed: int, case: _Case) -> None:
        """Step 2: what a case leaves out at once."""
        rows = self.rows
        if is_below and split.most == 0:
            for column, each in rows.counted(split).items():
                self._zero(case, column, {assumed: 1 / each})
        elif not is_below and split.most + 1 == len(split.names):
            if split.kind == "granted":
                for name in split.names:
                    others = {rows.of_applicant(each): ONE for each in split.names if each != name}
                    case.granted.setdefault(name, self._grant(name, {assumed: ONE, **others}, case))
            else:
                on_lots = {self.log.rows["lot", lot]: ONE for lot in split.names if ("lot", lot) in self.log.rows}
                for column, placement in enumerate(rows.columns.placements):
                    if placement.applicant.sector not in split.sectors and set(placement.lots) & set(split.names):
                        case.zeros.setdefault(column, rows.derive({column: ONE}, {assumed: ONE, **on_lots}, case.zeros))

    def _zero(self, case: _Case, column: int, multipliers: Terms, is_rounded: bool = False) -> None:
        if column not in case.zeros:
            case.zeros[column] = self.rows.derive({column: ONE}, multipliers, case.zeros, is_rounded)

    def _grant(self, name: str, multipliers: Terms, case: _Case, is_rounded: bool = False) -> int:
        terms = dict.fromkeys(self.rows.sites[name], -ONE)
        return self.rows.derive(terms, multipliers, case.zeros, is_rounded)

    def _uncover(self, case: _Case) -> None:
        """Step 3: a link whose end nobody can hold is 0."""
        covering = self.rows.columns.covering
        for (pair, one, two), column in self.rows.columns.link.items():
            for lot, other, sector in ((pair.lot_a, pair.lot_b, one), (pair.lot_b, pair.lot_a, two)):
                if all(each in case.zeros for each in covering[lot, sector]):
                    self._zero(case, column, {self.log.rows["link", lot, other, sector]: ONE})

    def _stuck(self, case: _Case) -> int | None:
        for name, granted in case.granted.items():
            if all(column in case.zeros for column in self.rows.sites[name]):
                turned = -ONE if self.log.known[granted].is_equal else ONE
                return self.rows.derive({}, {granted: turned}, case.zeros)
        return None

    def _priced(self, case: _Case) -> tuple[Terms, Terms]:
        """Multipliers of the priced rows, and the gain that is left of each placement and link, in millipoints."""
        multipliers: Terms = {}
        for key, price in case.prices.items():
            if price:
                row = case.path[key] if key[0] == BRANCH else self.rows.row(key)
                multipliers[row] = Fraction(price, self.scale)
        paid = self.log.sum(multipliers).terms
        left = self.rows.choices
        return multipliers, {column: self.worth.get(column, Fraction(0)) - paid.get(column, 0) for column in left}

    def _bests(self, case: _Case, gains: Terms) -> tuple[dict[str, Fraction], dict[Neighbours, Fraction]]:
        """Step 4: the best of each applicant and of each pair."""
        best = {}
        for name, sites in self.rows.sites.items():
            open_gains = [gains[column] for column in sites if column not in case.zeros]
            best[name] = max(open_gains if name in case.granted else [*open_gains, Fraction(0)])
        pairs: dict[Neighbours, Fraction] = defaultdict(Fraction)
        for (pair, *_), column in self.rows.columns.link.items():
            if column not in case.zeros:
                pairs[pair] = max(pairs[pair], gains[column])
        return best, pairs

    def _chosen(
        self, case: _Case, priced: Terms, best: dict[str, Fraction], pairs: dict[Neighbours, Fraction]
    ) -> Terms:
        """All that step 4 adds up, as multipliers of constraints: prices, and the best of each owner."""
        added = defaultdict(Fraction, priced)
        for name, most in best.items():
            if most > 0:
                added[self.rows.of_applicant(name)] += most
            elif most < 0:
                granted = case.granted[name]
                added[granted] += most if self.log.known[granted].is_equal else -most
        for pair, most in pairs.items():
            if most:
                added[self.rows.of_pair(pair)] += most
        return added

    def _drop(self, case: _Case) -> None:
        """Steps 4 to 6: leave out what loses more than the slack."""
        priced, gains = self._priced(case)
        best, pairs = self._bests(case, gains)
        chosen = self._chosen(case, priced, best, pairs)
        slack = self.log.sum(chosen).most - self.claim - 1
        if slack < 0:
            return
        losses = {column: best[name] - gains[column] for name, sites in self.rows.sites.items() for column in sites}
        losses |= {column: pairs[pair] - gains[column] for (pair, *_), column in self.rows.columns.link.items()}
        before = case.copy()
        for column, loss in losses.items():
            if column not in before.zeros and loss > slack:
                used = {number: each / loss for number, each in chosen.items()} | {self.above: 1 / loss}
                case.zeros[column] = self.rows.derive({column: ONE}, used, before.zeros, True)
        for name, most in best.items():
            if name not in before.granted and most > slack:
                used = {number: each / most for number, each in chosen.items()} | {self.above: 1 / most}
                used[self.rows.of_applicant(name)] -= ONE
                case.granted[name] = self._grant(name, used, before, True)
        self._uncover(case)

    def _closed(self, case: _Case) -> int | None:
        priced, gains = self._priced(case)
        chosen = self._chosen(case, priced, *self._bests(case, gains))
        if self.log.sum(chosen).most >= self.claim + 1:
            return None
        return self.rows.derive({}, chosen | {self.above: ONE}, case.zeros)
