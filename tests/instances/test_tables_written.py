"""Applicant tables go out and come back the same, in every format, and nothing that goes out is a formula."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import APPLICANTS

from instances.applicant import Applicant
from instances.csv_rows import RISKY
from instances.tables import (
    applicants_frame,
    applicants_items,
    applicants_text,
    applicants_xlsx,
    read_applicants,
    write_applicants,
)
from instances.zone import LARGEST

ids = st.text("AZaz09éçأبس-_. ", min_size=1, max_size=8).map(lambda text: f"x{text}y")
risky = st.sampled_from(["", *RISKY, "=1+1", "''", "+5", "-", "@SUM(A1)", '"', '","', "é", "م\u200f", "\u00a0a"])
names = st.builds(lambda start, text: f"{start}{text}".strip(), risky, st.text("a،'=+-@\"; ,é", max_size=6))
counts = st.integers(0, LARGEST) | st.integers(0, 1000)
lists = st.lists(ids, max_size=3)
applicants_of = st.lists(
    st.builds(
        Applicant,
        applicant_id=ids,
        sector=ids,
        area_min_m2=st.integers(0, 500),
        area_max_m2=st.integers(500, LARGEST),
        max_lots=st.integers(1, 9),
        jobs_direct=counts,
        jobs_indirect=counts,
        power_kw=counts,
        water_hl_day=counts,
        score=st.integers(0, 100),
        investment_kmad=counts,
        name=names,
        group=names,
        zones=lists,
        preferred_lots=lists,
        beside_lots=lists,
        filed_on=st.none() | st.dates(),
        pinned_lots=lists,
    ),
    max_size=4,
    unique_by=lambda each: each.applicant_id,
)


@settings(max_examples=60, deadline=None)
@given(applicants_of)
def test_every_format_reads_back_what_was_written(applicants):
    wanted = tuple(applicants)
    sources = [
        (applicants_text(applicants).encode(), "a.csv"),
        (applicants_xlsx(applicants), "a.xlsx"),
        (json.dumps(applicants_items(applicants)).encode(), "a.json"),
        (applicants_items(applicants), ""),
        (applicants_frame(applicants), ""),
    ]
    for source, name in sources:
        table = read_applicants(source, name)
        assert table.faults == ()
        assert table.applicants == wanted


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_files(tmp_path, kind):
    wanted = read_applicants(APPLICANTS.encode(), "a.csv").applicants
    write_applicants(wanted, tmp_path / f"a.{kind}")
    assert read_applicants(tmp_path / f"a.{kind}").applicants == wanted
    assert read_applicants(str(tmp_path / f"a.{kind}")).applicants == wanted


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="xlsx"):
        write_applicants((), tmp_path / "a.ods")


def test_a_spreadsheet_runs_nothing_that_is_written():
    bad = Applicant("=A1", "-s", 1, 2, name="@SUM(1)", group="+1")
    line = applicants_text([bad]).splitlines()[1]
    assert line.startswith("'=A1,'@SUM(1),'-s,")
    with zipfile.ZipFile(io.BytesIO(applicants_xlsx([bad]))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
