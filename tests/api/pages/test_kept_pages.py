"""The public page as strangers see it is made once, kept, and never shown to whom it was not made for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.pages import public_page
from api.pages.views import Views
from tests.api.pages.conftest import HTML


@pytest.fixture
def published(sitting):
    sitting.move("approve", plan_id=sitting.plan_id)
    sitting.move("publish")
    return sitting


@pytest.fixture
def made(published, monkeypatch):
    """What was made, in order."""
    listed, make = [], public_page._page

    def page(request, visitor, *rest):
        listed.append((visitor.language, visitor.theme, visitor.principal is not None))
        return make(request, visitor, *rest)

    monkeypatch.setattr(public_page, "_page", page)
    return listed


def read(published, role=None, query="", **headers):
    client = published.house.client(role)
    return client.get(f"/public/{published.round_id}{query}", headers={**HTML, **headers})


def test_many_who_come_at_once_cause_one_page_to_be_made(published, made):
    with ThreadPoolExecutor(12) as readers:
        answers = list(readers.map(lambda _: read(published), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(made) == 1


def test_each_language_light_and_packing_has_its_own(published, made):
    french = read(published, **{"Accept-Language": "fr"})
    arabic = read(published, **{"Accept-Language": "ar"})
    dark = read(published, **{"Accept-Language": "fr", "Cookie": "lotwise_theme=dark"})
    plain = read(published, **{"Accept-Language": "fr", "Accept-Encoding": "identity"})
    assert made == [("fr", "auto", False), ("ar", "auto", False), ("fr", "dark", False), ("fr", "auto", False)]
    assert (french.headers["content-language"], arabic.headers["content-language"]) == ("fr", "ar")
    assert "content-encoding" not in plain.headers
    assert plain.content == french.content != dark.content
    assert {each.headers["cache-control"] for each in (french, arabic, dark, plain)} == {"no-store"}
    again = read(published, **{"Accept-Language": "fr"})
    assert (again.content, len(made)) == (french.content, 4)


def test_a_table_that_somebody_searches_is_made_for_that(published, made):
    assert read(published, query="?q=A1").text != read(published).text
    read(published, query="?q=A1")
    assert len(made) == 3


def test_a_page_that_is_not_published_any_more_is_not_shown_from_memory(published, made):
    from api.store.tables import rounds

    assert read(published).status_code == 200
    with published.house.service.writing() as connection:
        connection.execute(rounds.update().where(rounds.c.id == published.round_id).values(state="decided"))
    assert read(published).status_code == 404


def test_many_views_of_one_plan_cause_it_to_be_recounted_once(published, monkeypatch):
    from api.pages import views

    counted, recount = [], views.sketch_of
    monkeypatch.setattr(views, "sketch_of", lambda *given: counted.append(given) or recount(*given))
    published.house.app.state.views = Views()
    with ThreadPoolExecutor(8) as readers:
        list(readers.map(lambda number: read(published, query=f"?q=A{number}"), range(8)))
    assert len(counted) == 1
