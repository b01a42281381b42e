"""The audit log as a page: for auditors and admins, with every entry and what the chain comes to."""

import re

from api.pages.phrases import say
from api.store import audit
from tests.api.pages.test_frame import speaks


def test_an_auditor_reads_every_entry_and_that_the_chain_is_unbroken(sitting):
    client = sitting.house.client("auditor")
    accept = {"Accept": "text/html"}
    with sitting.house.service.reading() as connection:
        count, last, broken = audit.verify(connection)
    assert broken is None
    for language, direction in (("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")):
        speaks(client.get("/audit", headers=accept | {"Accept-Language": language}), language, direction)
    text = client.get("/audit", headers=accept).text
    assert last in text
    assert len(re.findall("<tr><td", text)) == count > 0
    assert "round.freeze" in text
    assert str(say("en", "audit.did_round_freeze")) in text
    assert "<bdi>a committee</bdi>" in text, "who did it, by name"
    assert 'href="/audit"' in text
    assert "<tr><td" not in client.get(f"/audit?after={count}", headers=accept).text


def test_nobody_else_reads_it(held):
    for role in ("reader", "clerk", "analyst", "committee"):
        assert held.get("/audit", role).status_code == 403
        assert 'href="/audit"' not in held.get("/rounds", role).text
