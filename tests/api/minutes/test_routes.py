"""Minutes and letters, read out of the PDF again: every grant and refusal, and names that stay names."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from api.child import outcome_document
from api.minutes.words import catalogue
from api.store import instances, principals, rounds, runs
from api.worker import packed
from instances.faults import LANGUAGES
from instances.instance import Instance
from optimizer.export.rows import rows
from optimizer.plan import Plan
from tests.api.house import house
from tests.outcomes import small_instance, small_outcome

SMUGGLED = '#panic("in") $x$ *b* `#` </svg> \\u{1F600} 😀 "]#'


@pytest.fixture(scope="module")
def printed(stores):
    """A house with a decided round whose applicants have names that try to be programs."""
    with stores.fresh("sqlite") as url, house(url) as built:
        yield Printed(built)


class Printed:
    def __init__(self, built):
        self.house = built
        plain = small_instance()
        named = tuple(
            replace(each, name=SMUGGLED) if each.applicant_id in ("A2", "A4") else each for each in plain.applicants
        )
        self.instance = Instance(plain.lots, plain.neighbours, named, plain.policy)
        self.outcome = small_outcome(instance=self.instance, plan=Plan({"A1": ("L1", "L2"), "A2": ("L3",)}))
        service = built.service
        with service.writing() as connection:
            by = principals.add(connection, "person", "A member", ["committee"]).id
            zone = instances.add_instance(connection, self.instance, by)
            made = rounds.add(connection, 'Spring #panic("x")', zone.id, "all", by)
            rounds.change(connection, made, state="open")
        self.round_id = made.id
        frozen = self.move("freeze")["frozen_instance_id"]
        with service.writing() as connection:
            run = runs.add(connection, frozen, made.id, {"seconds": 5, "work": None, "seed": 1, "workers": 2}, by)
            claimed = runs.claim(connection, run.id, "by hand")
            self.plan_id = runs.finish(connection, run.id, claimed[1], packed(outcome_document(self.outcome)))
        self.before = self.get(f"/v1/plans/{self.plan_id}.pdf?language=en")
        self.refused = self.get(f"/v1/rounds/{self.round_id}/minutes")
        self.move("approve", plan_id=self.plan_id)

    def move(self, move, **body):
        answer = self.house.client("committee").post(f"/v1/rounds/{self.round_id}:{move}", json=body or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path, role="reader", **headers):
        return self.house.client(role).get(path, headers=headers)


def text_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    return plain("\n".join(pages)), pages


def plain(text):
    """Without spaces and commas: where lines end and how thousands are parted is the sheet's own affair."""
    return re.sub(r"[\s,]+", "", text)


@pytest.mark.parametrize("language", [None, "en", "fr"])
def test_the_minutes_hold_every_grant_every_refusal_and_all_that_proves_them(printed, language):
    asked = f"?language={language}" if language else ""
    text, _ = text_of(printed.get(f"/v1/rounds/{printed.round_id}/minutes{asked}"))
    for row in rows(printed.outcome, language or "fr"):
        assert row.applicant_id in text
        if row.outcome == "granted":
            assert plain(f"{row.lots.replace('|', ', ')}{row.area_m2}") in text
        else:
            assert plain(row.reason) in text
    with printed.house.service.reading() as connection:
        decided = rounds.find(connection, printed.round_id)
    assert decided.roster_sha256 in text
    assert printed.instance.fingerprint() in text
    assert "0" * 64 in text, "the hash of the certificate"
    assert f"/public/{printed.round_id}" in text
    assert "3220" in text
    assert "3250" in text, "the proved bound"


def test_what_a_name_smuggles_in_stays_text(printed):
    text, _ = text_of(printed.get(f"/v1/rounds/{printed.round_id}/minutes?language=en"))
    assert text.count(plain('#panic("in")$x$*b*`#`</svg>\\u{1F600}')) == 2
    assert plain('Spring #panic("x")') in text


def test_the_same_sheet_is_the_same_bytes_and_is_not_sent_twice(printed):
    path = f"/v1/rounds/{printed.round_id}/minutes"
    first = printed.get(path)
    printed.house.service.pages._values.clear()
    again = printed.get(path)
    assert first.content == again.content
    assert printed.get(path, **{"If-None-Match": first.headers["etag"]}).status_code == 304
    assert printed.get(f"{path}?language=de").status_code == 422


def test_before_the_decision_there_are_no_minutes_and_the_sheet_of_a_plan_says_so(printed):
    assert (printed.refused.status_code, printed.refused.json()["code"]) == (409, "not_decided")
    words = {key: plain(texts["en"]) for key, texts in catalogue().items()}
    assert words["proposal"] in text_of(printed.before)[0]
    decided, _ = text_of(printed.get(f"/v1/plans/{printed.plan_id}.pdf?language=en"))
    assert words["proposal"] not in decided
    assert printed.get("/v1/plans/none.pdf").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_applicant_gets_a_letter_and_each_can_be_printed_alone(printed, language):
    path = f"/v1/rounds/{printed.round_id}/letters"
    _, pages = text_of(printed.get(f"{path}?language={language}"))
    assert len(pages) == len(printed.instance.applicants)
    for row, page in zip(rows(printed.outcome, language), pages, strict=True):
        assert row.applicant_id in page
        assert plain(catalogue()[f"letter_{row.outcome}"][language]) in plain(page)
        assert (plain(row.reason) in plain(page)) == (row.outcome != "granted")
        alone, _ = text_of(printed.get(f"{path}/{row.applicant_id}?language={language}"))
        assert plain(page)[:200] == alone[:200]
    assert printed.get(f"{path}/nobody").status_code == 404


def test_a_letter_speaks_arabic_when_the_browser_does(printed):
    answer = printed.get(f"/v1/rounds/{printed.round_id}/letters/A4", **{"Accept-Language": "ar"})
    assert (
        "ﺐﻠﻃ" in text_of(answer)[0] or "طلب" in text_of(answer)[0] or re.search("[\u0600-\u06ff]", text_of(answer)[0])
    )


def test_the_public_reads_the_minutes_once_they_are_published(printed):
    path = f"/public/{printed.round_id}/minutes.pdf"
    assert printed.get(path, None).status_code == 404
    printed.move("publish")
    assert f"/public/{printed.round_id}" in text_of(printed.get(path, None))[0]


def test_every_text_is_said_in_three_languages_with_the_same_values():
    for key, texts in catalogue().items():
        found = {language: sorted(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES}
        assert found["fr"] == found["en"] == found["ar"], key
        assert re.search(r"[\u0600-\u06ff]", texts["ar"]), key
