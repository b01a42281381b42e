"""The report of a drawing: overlaps, gaps, slivers and crossed outlines, each with its lots and its size."""

from random import Random

import pytest
from drawn_lots import box, bundled_lots, lot

from instances.faults import LANGUAGES
from instances.geometry import coverage_faults
from instances.zone import Lot


def report(*lots):
    return [
        (each.code, each.where.key, dict(each.values).get("other", ""), each.found) for each in coverage_faults(lots)
    ]


def test_the_bundled_drawing_is_clean():
    assert coverage_faults(bundled_lots()) == []


def test_digitising_noise_is_no_error():
    random = Random(1)
    lots = bundled_lots(lambda point: (point[0] + random.randint(-5, 5), point[1] + random.randint(-4, 4)))
    assert {each.code for each in coverage_faults(lots) if not each.is_warning} == set()


def test_an_overlap_is_an_error_with_both_lots_and_its_size():
    assert report(lot("A", box(0, 0, 20, 20)), lot("B", box(17, 5, 40, 15))) == [("lots_overlap", "A", "B", "30")]


def test_the_same_lot_drawn_twice_is_an_error():
    ((code, one, other, size),) = report(lot("A", box(0, 0, 20, 20)), lot("B", box(0, 0, 20, 20)))
    assert (code, one, other) == ("lots_overlap", "A", "B")
    assert int(size) == pytest.approx(400, abs=1)


def test_a_lot_cut_out_of_another_that_remains_is_an_error():
    assert [each[0] for each in report(lot("A", box(0, 0, 20, 20)), lot("B", box(0, 0, 20, 8)))] == ["lots_overlap"]


def test_a_thin_overlap_is_a_warning():
    (found,) = coverage_faults((lot("A", box(0, 0, 20, 20)), lot("B", box(19.9, 0, 40, 20))))
    assert (found.code, found.is_warning, found.found) == ("lots_overlap_thin", True, "2")
    assert dict(found.values)["width_dm"] == "1"


def test_an_enclave_without_a_hole_is_a_warning():
    assert report(lot("B", box(0, 0, 30, 30)), lot("A", box(10, 10, 20, 20))) == [("lot_inside_lot", "A", "B", "100")]


def test_a_gap_is_a_warning_with_its_lots():
    (found,) = coverage_faults((lot("B", box(20.5, 0, 40, 20)), lot("A", box(0, 0, 20, 20))))
    assert (found.code, found.where.key, found.found, found.is_warning) == ("lots_gap", "A", "10", True)
    assert dict(found.values) == {"other": "B", "width_dm": "5", "more": "0"}


def test_a_street_or_a_footpath_is_no_gap():
    assert report(lot("A", box(0, 0, 20, 20)), lot("B", box(22, 0, 40, 20)), lot("C", box(52, 0, 70, 20))) == []


def test_a_notch_in_one_lot_is_no_gap():
    assert report(lot("A", ((0, 0), (20, 0), (20, 20), (10.4, 20), (10.4, 10), (10, 10), (10, 20), (0, 20)))) == []


def test_a_sliver_is_a_warning():
    ((code, key, _, width),) = report(lot("A", box(0, 0, 20, 20)), lot("S", box(20, 0, 20.6, 20)))
    assert (code, key, width) == ("lot_too_thin", "S", "6")


def test_a_crossed_outline_is_an_error_that_says_where():
    (found,) = coverage_faults([lot("A", ((0, 0), (20, 20), (20, 0), (0, 20)))])
    assert (found.code, found.is_warning, found.where.field) == ("outline_invalid", False, "geometry")
    values = dict(found.values)
    assert float(values["longitude"]) == pytest.approx(-3.93, abs=0.1)
    assert float(values["latitude"]) == pytest.approx(35.17, abs=0.1)


@pytest.mark.parametrize("corners", [((0, 0), (10, 0), (20, 0)), ((0, 0), (10, 0)), ((5, 5),)])
def test_an_outline_without_area_is_an_error(corners):
    assert ("outline_without_area", "A") in [each[:2] for each in report(lot("A", corners))]


def test_lots_without_outline_are_passed_over_and_order_does_not_matter():
    lots = [lot("A", box(0, 0, 20, 20)), lot("B", box(17, 5, 40, 15)), lot("C", box(40.5, 0, 60, 20)), Lot("D", 5)]
    assert len(coverage_faults(lots)) == 2
    assert coverage_faults(lots) == coverage_faults(lots[::-1])
    assert coverage_faults([]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_filled_in(language):
    lots = [
        lot("A", box(0, 0, 20, 20)),
        lot("B", box(17, 5, 40, 15)),
        lot("C", box(40.5, 0, 60, 20)),
        lot("D", box(45, 5, 50, 10)),
        lot("E", ((100, 0), (120, 20), (120, 0), (100, 20))),
        lot("F", box(200, 0, 200.5, 20)),
    ]
    texts = [each.text(language) for each in coverage_faults(lots)]
    assert len(texts) >= 5
    assert not any("{" in text or "TODO" in text for text in texts)
