"""The kept sketch: stored with its instance, made anew when it is absent or stale, and no part of what is published."""

import io
import json

import pytest
from pypdf import PdfReader

from api.pages.sketched import sketched
from api.pages.views import Views
from api.sketch import VERSION, sketch_from, sketch_of, sketch_text
from api.store import plans, sketches
from api.store.tables import sketches as table
from tests.api.house import house
from tests.api.pages.conftest import HTML, hold
from tests.outcomes import small_instance


@pytest.fixture
def held(store_url):
    with house(store_url) as built:
        yield hold(built)


def kept(service, instance_id):
    with service.reading() as connection:
        return sketches.find(connection, instance_id)


def spoil(service, instance_id, content):
    with service.writing() as connection:
        sketches.put(connection, instance_id, content)


def test_an_instance_is_stored_with_its_sketch(held):
    found = sketch_from(kept(held.house.service, held.zone_id), held.zone_id)
    assert found == sketch_of(small_instance(), held.zone_id)


@pytest.mark.parametrize("content", [None, "older", b"{"])
def test_an_absent_a_stale_and_a_spoilt_sketch_are_made_anew_and_kept(held, content):
    service, its_id = held.house.service, held.zone_id
    first = kept(service, its_id)
    if content is None:
        with service.writing() as connection:
            connection.execute(table.delete())
    else:
        older = json.dumps(json.loads(first) | {"version": VERSION - 1}).encode()
        spoil(service, its_id, older if content == "older" else content)
    assert sketched(service, its_id) == sketch_from(first, its_id)
    assert kept(service, its_id) == first


def test_a_sketch_that_cannot_be_kept_is_no_reason_to_show_nothing(held):
    engine = held.house.service.engine
    text = sketch_text(sketch_of(small_instance(), "b" * 64))
    assert not sketches.put_late(engine, "b" * 64, text)
    assert sketches.put_late(engine, held.zone_id, text)


def test_a_page_is_the_same_from_a_kept_sketch_and_from_one_made_anew(held):
    addresses = ["", "/lots/L1", "/applicants/A4", "/map.json", "?sort=score&outcome=refused", "?q=amal&by=jobs"]
    seen = [held.get(f"/plans/{held.plan_id}{each}").text for each in addresses]
    with held.house.service.writing() as connection:
        connection.execute(table.delete())
    held.house.app.state.views = Views()
    assert [held.get(f"/plans/{held.plan_id}{each}").text for each in addresses] == seen


def test_what_is_published_and_printed_does_not_rest_on_a_kept_sketch(sitting):
    """Whoever can alter the store could alter a sketch too: nothing that leaves the office may show that."""
    sitting.move("approve", plan_id=sitting.plan_id)
    sitting.move("publish")
    service = sitting.house.service
    with service.reading() as connection:
        its_id = plans.find(connection, sitting.plan_id).instance_id
        granted = plans.document(connection, sitting.plan_id)["assignments"]
    shown = json.loads(kept(service, its_id))
    ids, _, *rest = shown["applicants"]
    spoil(service, its_id, json.dumps(shown | {"applicants": [ids, ["Somebody else"] * len(ids), *rest]}).encode())
    member = sitting.house.client("committee")
    assert "Somebody else" in member.get(f"/plans/{sitting.plan_id}", headers=HTML).text
    paper = member.get(f"/v1/rounds/{sitting.round_id}/minutes", params={"language": "fr"})
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    public = sitting.house.client().get(f"/public/{sitting.round_id}", headers=HTML).text
    for text in (" ".join(public.split()), " ".join(printed.split())):
        assert next(iter(granted)) in text
        assert "Somebody else" not in text
