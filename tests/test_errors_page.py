"""The page on errors says what the catalogues say."""

from tests.errors_page import PAGE, page


def test_the_page_on_errors_is_that_of_the_catalogues():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.errors_page"
