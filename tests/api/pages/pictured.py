"""What the pictures show: rounds on the bundled zone in every state, with plans that the optimizer found."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request

from api.access import COOKIE
from api.child import outcome_document
from api.minutes.decision import decision_of
from api.minutes.minutes_sheet import minutes_data
from api.minutes.press import pictures
from api.pages.views import Views
from api.store import curves, follow_ups, instances, principals, rounds, run_events, runs, tables
from api.store.curves import Point
from api.store.runs import Run
from api.worker import packed
from benchmarks.pages import stored
from instances import library
from instances.follow_up import begun
from instances.generate import generate
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.outcome import Limits, Outcome, Progress
from optimizer.solve import solve
from optimizer.weights import Weights, weighted
from tests.api.house import House
from tests.api.pages.browsing import Site

STAFF = {
    "committee": "Committee, secretary",
    "clerk": "Counter of the zone",
    "analyst": "Studies office",
    "auditor": "Inspection",
    "admin": "Administration",
    "reader": "Regional office",
}
"""Offices, not persons."""
MIXTURES = ((1, 0), (3, 1), (1, 1), (1, 3), (0, 1))
LARGE_LOTS = 16_800


@dataclass
class Pictured:
    """A house that fills up; places: name -> id of what the pictures show.  keep: where what was found is kept."""

    house: House
    seconds: int
    keep: Path

    def __post_init__(self) -> None:
        self.places: dict[str, str] = {}
        self.asked = {"seconds": self.seconds, "work": None, "seed": 1, "workers": 2}
        with self.house.service.writing() as connection:
            made = {role: principals.add(connection, "person", name, [role]) for role, name in STAFF.items()}
            self.sessions = {role: principals.open_session(connection, each.id, 1) for role, each in made.items()}
            portal = principals.add(connection, "machine", "Portal of applications", ["clerk"])
            principals.issue_key(connection, portal.id, 365)
            self.by = made["committee"].id

    def fill(self) -> None:
        """Every round, plan and run that the pictures ask for."""
        instance = read_instance(library.path("ait-kamra-168"))
        outcome, told = self._solved(instance, self.seconds)
        self._gathering(instance, outcome, told)
        self._published(outcome)
        self._staged(instance)
        self._large()

    def sign_in(self, site: Site) -> None:
        """Whoever looks at the pages is an office; the keys of the tests are closed, for a page lists them."""
        site.use(self.sessions)
        self._wind()
        with self.house.service.writing() as connection:
            for each in principals.page(connection, None, 50):
                if each.name.startswith("a "):
                    principals.disable(connection, each.id)

    def _wind(self) -> None:
        """The runs under way seem to have begun just now, however long ago their rounds were made."""
        with self.house.service.writing() as connection:
            for run in runs.page(connection, None, 50):
                if run.state != "running":
                    continue
                told = run_events.events(connection, run.id, 0)
                gone = [timedelta(milliseconds=each.data.get("elapsed_ms", 0)) for each in told]
                began = datetime.now(UTC) - max(gone) - timedelta(seconds=1)
                connection.execute(tables.runs.update().where(tables.runs.c.id == run.id).values(started_at=began))
                for event, since in zip(told, gone, strict=True):
                    its = (tables.run_events.c.run_id == run.id) & (tables.run_events.c.number == event.number)
                    connection.execute(tables.run_events.update().where(its).values(created_at=began + since))

    def minutes(self) -> list[bytes]:
        """The pages of the minutes of the published round, as PNG."""
        self.house.app.state.views = Views()
        scope = {
            "type": "http",
            "app": self.house.app,
            "scheme": "https",
            "path": "/",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"lotwise.example.org")],
        }
        return pictures("minutes", minutes_data(decision_of(Request(scope), self.places["published"])))

    def _solved(self, instance: Instance, seconds: int, seed: int = 1) -> tuple[Outcome, list[Progress]]:
        """The outcome and what was told on the way, kept for the next time."""
        place = self.keep / f"{instance.fingerprint()[:16]}-{seconds}-{seed}.pickle"
        if not place.exists():
            told: list[Progress] = []
            place.write_bytes(pickle.dumps((solve(instance, Limits(seconds, seed=seed), listen=told.append), told)))
        found: tuple[Outcome, list[Progress]] = pickle.loads(place.read_bytes())
        return found

    def _round(self, name: str, instance: Instance) -> tuple[str, str]:
        with self.house.service.writing() as connection:
            zone = instances.add_instance(connection, instance, self.by)
            made = rounds.add(connection, name, zone.id, "all", self.by)
            rounds.change(connection, made, state="open")
        return zone.id, made.id

    def _run(self, instance_id: str, round_id: str | None, seed: int = 1) -> Run:
        with self.house.service.writing() as connection:
            return runs.add(connection, instance_id, round_id, self.asked | {"seed": seed}, self.by)

    def _told(self, run: Run, events: Sequence[Progress], outcome: Outcome | None) -> str:
        """Store the events of a run, and its end if it has one; gives back the plan's id."""
        with self.house.service.writing() as connection:
            claimed = runs.claim(connection, run.id, "by hand")
            assert claimed is not None
            for each in events:
                plan = None if each.plan is None else {who: list(lots) for who, lots in each.plan.assignments.items()}
                news = {"value_millipoints": each.value_millipoints, "bound_millipoints": each.bound_millipoints}
                if each.stage is not None:
                    news |= {"stage": {name: getattr(each.stage, name) for name in each.stage.__slots__}}
                runs.progress(connection, run.id, claimed[1], news | {"elapsed_ms": each.elapsed_ms}, plan)
            if outcome is None:
                return ""
            plan_id = runs.finish(connection, run.id, claimed[1], packed(outcome_document(outcome)))
        assert plan_id is not None
        return plan_id

    def _gathering(self, instance: Instance, outcome: Outcome, told: Sequence[Progress]) -> None:
        """An open round: two runs that ended with plans to compare, a curve, and two under way."""
        zone, made = self._round("ait-kamra-168", instance)
        ended = self._run(zone, made)
        plan = self._told(ended, told, outcome)
        other, _ = self._solved(instance, max(4, self.seconds // 5), seed=2)
        second = self._told(self._run(zone, made, 2), [], other)
        self._curve(zone, instance)
        live = self._run(zone, made, 3)
        self._told(live, told[: max(2, len(told) * 2 // 3)], None)
        self._told(self._run(zone, made, 4), told[: max(2, len(told) // 3)], None)
        self.places |= {"zone": zone, "round": made, "run": ended.id, "plan": plan, "second": second, "live": live.id}

    def _curve(self, zone: str, instance: Instance) -> None:
        points = []
        for jobs, clustering in MIXTURES:
            weights = Weights(jobs=jobs, clustering=clustering)
            there = weighted(instance, weights)
            with self.house.service.writing() as connection:
                stored = instances.add_instance(connection, there, self.by)
            run = self._run(stored.id, None)
            self._told(run, [], self._solved(there, max(4, self.seconds // 5))[0])
            points.append(Point({"jobs": jobs, "preferred": 0, "clustering": clustering}, run.id))
        with self.house.service.writing() as connection:
            curves.add(connection, "tradeoff", zone, points, self.by)

    def _published(self, outcome: Outcome) -> None:
        _, made = self._round("Spring sitting", outcome.instance)
        self._move(made, "freeze")
        with self.house.service.reading() as connection:
            found = rounds.find(connection, made)
        assert found is not None
        plan = self._told(self._run(str(found.frozen_instance_id), made), [], self._as_frozen(found, outcome))
        self._move(made, "approve", plan_id=plan)
        self._move(made, "publish")
        self._followed(made, outcome)
        self.places |= {"published": made, "decided": plan}

    def _followed(self, made: str, outcome: Outcome) -> None:
        """Two years after the grants: most produce, some are late, one gave its lots back."""
        assert outcome.plan is not None, "the outcome has a plan"
        granted_on = datetime.now(UTC).date() - timedelta(days=730)
        rows = [begun(each, granted_on, 180, 720) for each in sorted(outcome.plan.assignments)]
        for at, row in enumerate(rows):
            jobs = outcome.instance.applicant[row.applicant_id].jobs_direct
            if at % 5:
                days = {"works_started_on": granted_on + timedelta(days=90 + at % 60)}
                if at % 7:
                    days["production_started_on"] = granted_on + timedelta(days=500 + at % 200)
                rows[at] = replace(row, jobs_delivered=jobs * (80 + at % 40) // 100, **days)
        rows[0] = replace(rows[0], returned_on=granted_on + timedelta(days=400))
        with self.house.service.writing() as connection:
            follow_ups.begin(connection, made, rows, self.by)

    def _as_frozen(self, found: rounds.Round, outcome: Outcome) -> Outcome:
        """The outcome itself where the frozen roster is the instance that was solved."""
        with self.house.service.reading() as connection:
            frozen = instances.load(connection, str(found.frozen_instance_id))
        if frozen.fingerprint() == outcome.instance.fingerprint():
            return outcome
        return self._solved(frozen, self.seconds)[0]

    def _staged(self, instance: Instance) -> None:
        stages = (("jobs", 2), ("clustering", 0))
        there = replace(instance, policy=replace(instance.policy, objective=stages))
        zone, made = self._round("Jobs first, then neighbours", there)
        outcome, told = self._solved(there, self.seconds)
        plan = self._told(self._run(zone, made), told, outcome)
        live = self._run(zone, made, 2)
        self._told(live, told[:-1], None)
        self.places |= {"staged": plan, "staged-live": live.id}

    def _large(self) -> None:
        instance = generate(lots=LARGE_LOTS, applicants=LARGE_LOTS, seed=1, zones=100)
        self.places["large"] = stored(self.house, instance)

    def _move(self, round_id: str, move: str, **body: str) -> None:
        signed_in = {"Cookie": f"{COOKIE}={self.sessions['committee']}", "Origin": "http://testserver"}
        answer = self.house.client(None, **signed_in).post(f"/v1/rounds/{round_id}:{move}", json=body or None)
        assert answer.status_code == 200, answer.text
