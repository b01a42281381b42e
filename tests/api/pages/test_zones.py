"""The list of zones: what somebody brought in, without the copies that rounds, changes and curves make."""

from api.store import instances
from instances.reading import read_instance
from tests.api.finished import SMALL
from tests.api.pages import altered
from tests.api.pages.conftest import HTML, seated


def listed(house):
    return house.client("reader").get("/zones", headers=HTML).text.count('class="whole"')


def test_copies_are_no_zones_of_their_own(store_url):
    with seated(store_url, read_instance(altered.FOLDER / "instance")) as sitting:
        assert listed(sitting.house) == 1
        analyst = sitting.house.client("analyst")
        plan = analyst.get(f"/v1/plans/{sitting.plan_id}/summary").json()
        change = {"change": "forbid", "lot_id": "L1"}
        tried = analyst.post(f"/v1/plans/{sitting.plan_id}/what-ifs", json={"changes": [change], "limits": {"work": 2}})
        assert tried.status_code == 202, tried.text
        weights = [{"jobs": 3, "clustering": 1}]
        asked = {"kind": "tradeoff", "instance_id": plan["instance_id"], "weights": weights, "limits": {"work": 2}}
        assert analyst.post("/v1/curves", json=asked).status_code == 202
        with sitting.house.service.reading() as connection:
            assert len(instances.page(connection, None, 20)) > 2, "there are copies"
        assert listed(sitting.house) == 1
        brought = sitting.house.client("clerk").post("/v1/instances", json=SMALL)
        assert brought.status_code == 201, brought.text
        assert listed(sitting.house) == 2
