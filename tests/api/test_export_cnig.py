import json

from typer.testing import CliRunner

from api.cli import app
from instances.generate import generate
from instances.terrains import GRANTED
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve


def test_the_command_writes_what_the_plan_grants(tmp_path):
    outcome = solve(generate(lots=6, applicants=8, seed=3), Limits(work=1))
    save(outcome, tmp_path / "plan")
    done = CliRunner().invoke(app, ["export-cnig", str(tmp_path / "plan"), "--on", "2026-11-25", "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    written = json.loads((tmp_path / "plan" / "terrain_eco.geojson").read_text(encoding="utf-8"))["features"]
    granted = {each["properties"]["terr_id"] for each in written if each["properties"]["terr_stade_comm"] == GRANTED}
    assert (said["terrains"], said["granted"]) == (len(written), len(granted))
    assert granted == set(outcome.plan.tenant) != set()
    zones = json.loads((tmp_path / "plan" / "site_eco.geojson").read_text(encoding="utf-8"))["features"]
    assert said["sites"] == len(zones) == len({lot.zone for lot in outcome.instance.lots})
    free = sum(lot.area_m2 for lot in outcome.instance.lots if lot.lot_id not in granted)
    assert round(sum(each["properties"]["site_surf_comm_dispo"] for each in zones) * 10_000) == free
    assert {each["properties"]["terr_actu_date"] for each in written} == {"2026-11-25"}
