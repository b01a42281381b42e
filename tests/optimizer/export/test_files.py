import csv
import io
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from optimizer.canonical_json import canonical_json
from optimizer.export import FILES, folder, save
from optimizer.export.plan_csv import plan_csv, protected
from optimizer.export.plan_geojson import plan_geojson
from optimizer.export.plan_xlsx import plan_xlsx
from tests.outcomes import small_outcome


def test_csv_has_one_row_per_applicant():
    table = {row["applicant_id"]: row for row in csv.DictReader(io.StringIO(plan_csv(small_outcome()).decode()))}
    assert table.keys() == {"A1", "A2", "A3", "A4"}
    assert table["A1"]["outcome"] == "granted"
    assert table["A1"]["lots"] == "L1|L2"
    assert table["A1"]["area_m2"] == "2200"
    assert table["A3"]["outcome"] == "waitlist"
    assert table["A3"]["waitlist_place"] == "1"
    assert table["A4"]["outcome"] == "refused"
    assert table["A4"]["reason"] == "Its score, 30, is below the 50 that the policy asks for."
    assert sorted(int(row["lottery_place"]) for row in table.values()) == [1, 2, 3, 4]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_are_never_formulas(start):
    assert protected(f"{start}1") == f"'{start}1"


def test_csv_leaves_numbers_alone():
    assert protected(-3) == -3
    assert b"'=cmd()" in plan_csv(small_outcome())


def test_xlsx_has_rows_totals_and_proof():
    book = CalamineWorkbook.from_filelike(io.BytesIO(plan_xlsx(small_outcome())))
    assert book.sheet_names == ["Plan", "Sectors", "Proof"]
    plan = book.get_sheet_by_name("Plan").to_python()
    assert [row[0] for row in plan] == ["Applicant", "A1", "A2", "A3", "A4"]
    assert plan[2][1] == "=cmd()"
    sectors = book.get_sheet_by_name("Sectors").to_python()
    assert sectors[-1] == ["Total", "", 3, 3100, 2, 4, 29, 8]
    proof = dict(book.get_sheet_by_name("Proof").to_python())
    assert proof["Proven bound (millipoints)"] == "3250000"


def test_xlsx_is_the_same_every_time():
    assert plan_xlsx(small_outcome()) == plan_xlsx(small_outcome())


def test_geojson_has_every_lot_with_its_tenant():
    document = json.loads(plan_geojson(small_outcome()))
    lots = {feature["properties"]["lot_id"]: feature for feature in document["features"]}
    assert lots["L1"]["properties"]["tenant"] == "A1"
    assert lots["L1"]["properties"]["sector"] == "bakery"
    assert lots["L4"]["properties"]["tenant"] is None
    ring = lots["L1"]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1] == [-3.936, 35.172]
    assert all(len(str(number).partition(".")[2]) <= 7 for point in ring for number in point)


def _needs_writing() -> None:
    pytest.importorskip("instances.writing")


def test_save_writes_every_file_and_leaves_nothing_else(tmp_path: Path):
    _needs_writing()
    out = tmp_path / "deep" / "out"
    written = save(small_outcome(), out)
    assert {path.name for path in written} == set(FILES) == {path.name for path in out.iterdir()}
    assert (out / "certificate.json").read_bytes() == canonical_json(small_outcome().certificate)


def test_a_plan_without_certificate_does_not_keep_the_old_one(tmp_path: Path):
    _needs_writing()
    save(small_outcome(), tmp_path)
    save(small_outcome(proof=None, certificate=None), tmp_path)
    assert not (tmp_path / "certificate.json").exists()


def test_a_cut_run_leaves_the_old_files_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _needs_writing()
    save(small_outcome(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def cut(_outcome: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setitem(folder.FORMATS, "plan.json", cut)
    with pytest.raises(KeyboardInterrupt):
        save(small_outcome(value_millipoints=1), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_without_a_plan_nothing_is_written(tmp_path: Path):
    _needs_writing()
    with pytest.raises(ValueError, match="infeasible_proved"):
        save(small_outcome(kind="infeasible_proved", plan=None), tmp_path / "out")
    assert not (tmp_path / "out").exists()
