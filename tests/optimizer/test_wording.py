import pytest

from optimizer.wording import percent, points, whole


@pytest.mark.parametrize(
    ("millipoints", "english", "french"),
    [
        (0, "0", "0"),
        (2_120_000, "2,120", "2\u202f120"),
        (2_120_450, "2,120.45", "2\u202f120,45"),
        (-1_500, "-1.5", "-1,5"),
        (7, "0.007", "0,007"),
    ],
)
def test_points(millipoints, english, french):
    assert points(millipoints, "en") == english
    assert points(millipoints, "fr") == french


@pytest.mark.parametrize(
    ("millionths", "text"), [(0, "0"), (1, "0.01"), (12_700, "1.27"), (12_701, "1.28"), (1_000_000, "100.00")]
)
def test_a_gap_is_rounded_up(millionths, text):
    assert percent(millionths, "en") == f"{text}\u00a0%"


def test_whole_numbers_are_grouped():
    assert whole(1_234_567, "en") == "1,234,567"
    assert whole(1_234_567, "ar") == "1\u202f234\u202f567"
