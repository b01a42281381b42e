"""The relaxation of a piece, judged by every filling of a few tenants: it allows those that keep the rules, with the
links that they earn, and nothing else in whole numbers."""

from itertools import combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.piece_rows import piece_rows
from optimizer.search.pieces import pieces_of
from tests import drawn, tiny
from tests.optimizer.search.views import View

MOST_TENANTS, MOST_GROUPS = 3, 14


def lots_of(piece, group):
    site = piece.group_site[group]
    return set(piece.lots[piece.site_lots[piece.site_start[site] : piece.site_start[site + 1]]].tolist())


def holders(piece, filling):
    """(lot -> group that holds it), or None where two hold the same."""
    held = {}
    for group in filling:
        for lot in lots_of(piece, group):
            if lot in held:
                return None
            held[lot] = group
    return held


def breaks_separation(ground, piece, held):
    for edge in piece.edge.tolist():
        one, two = held.get(int(ground.edge_from[edge])), held.get(int(ground.edge_to[edge]))
        is_asked = ground.is_apart[edge] and one is not None and two is not None and one != two
        if is_asked and ground.hostile[piece.group_sector[one], piece.group_sector[two]]:
            return True
    return False


def earned(ground, piece, held):
    """(millipoints that the tenants earn by their borders inside the piece, the ends (edge, sector) at which)."""
    total, ends = 0, set()
    for edge in piece.edge.tolist():
        one, two = held.get(int(ground.edge_from[edge])), held.get(int(ground.edge_to[edge]))
        if one is None or two is None or one == two or ground.edge_from[edge] > ground.edge_to[edge]:
            continue
        s, t = int(piece.group_sector[one]), int(piece.group_sector[two])
        worth = int(ground.rate[edge] * ground.affinity[s, t])
        if worth:
            total += worth
            ends.add(((edge, s), (int(ground.back[edge]), t)))
    return total, ends


@tiny.examples(30)
@given(st.data())
def test_it_allows_fillings_that_keep_the_rules_and_the_links_that_they_earn(data):
    view = View(data.draw(drawn.instances()))
    ground, pieces = view.ground, pieces_of(view.ground, view.classes)
    assume(pieces)
    piece = data.draw(st.sampled_from(pieces))
    groups = len(piece.group_class)
    rows = piece_rows(ground, view.classes, piece)
    lots, ends = len(piece.lots), list(zip(rows.end_edge.tolist(), rows.end_sector.tolist(), strict=True))
    upper = np.concatenate([np.ones(lots), np.zeros(len(ends)), np.ones(rows.separations)])
    matrix = np.zeros((len(upper), len(rows.start) - 1))
    for column in range(matrix.shape[1]):
        own = slice(rows.start[column], rows.start[column + 1])
        assert (np.diff(rows.row[own]) > 0).all(), "each row once, in order"
        matrix[rows.row[own], column] = rows.coefficient[own]
    links = [{ends[row - lots] for row in np.flatnonzero(matrix[:, groups + link])} for link in range(len(rows.points))]
    chosen = data.draw(st.lists(st.integers(0, groups - 1), min_size=1, max_size=MOST_GROUPS, unique=True))
    for count in range(MOST_TENANTS + 1):
        for filling in combinations(chosen, count):
            held = holders(piece, filling)
            x = np.zeros(matrix.shape[1])
            x[list(filling)] = 1.0
            is_kept = bool((matrix @ x <= upper).all())
            assert is_kept == (held is not None and not breaks_separation(ground, piece, held))
            if not is_kept:
                continue
            worth, earning = earned(ground, piece, held)
            for link, its_ends in enumerate(links):
                x[groups + link] = float(any(its_ends == set(each) for each in earning))
                alone = x * (np.arange(len(x)) < groups)
                alone[groups + link] = 1.0
                assert bool((matrix @ alone <= upper).all()) == (x[groups + link] == 1.0)
            assert (matrix @ x <= upper).all()
            assert round(1000 * float(rows.points @ x[groups:])) == worth


@tiny.examples(20)
@given(st.data())
def test_a_separation_is_paid_for_at_both_its_ends(data):
    view = View(data.draw(drawn.instances()))
    pieces = pieces_of(view.ground, view.classes)
    assume(pieces)
    piece = data.draw(st.sampled_from(pieces))
    rows, classes, wanted = piece_rows(view.ground, view.classes, piece), view.classes, set()
    inside = [number for number, edge in enumerate(classes.edge.tolist()) if edge in set(piece.edge.tolist())]
    assert rows.separations == len(inside)
    for row, number in enumerate(inside, len(piece.lots) + len(rows.end_edge)):
        edge = int(classes.edge[number])
        for end, bits in ((edge, classes.here[number]), (int(view.ground.back[edge]), classes.there[number])):
            wanted |= {(end, sector, row) for sector in range(len(view.sectors)) if (int(bits) >> sector) & 1}
    found = list(zip(rows.apart_edge.tolist(), rows.apart_sector.tolist(), rows.apart_row.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(found) == wanted
