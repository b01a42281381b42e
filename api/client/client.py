"""The client: the service from Python, with retries that never do a thing twice.

    with Client("http://127.0.0.1:8000", key) as client:
        run = client.allocate(path_of_an_instance, seconds=10)
        plan = client.plan(client.finished(run.id).result.plan_id)

Every request that changes something carries an idempotency key, so that it can be sent again after a dropped connection
or a busy answer.  Following a run goes on where it was when the connection drops.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote, urlencode

from api.batches import XLSX, BatchResource
from api.client.connection import TRIES, Connection, Event, Unreachable, pause
from api.client.follow_ups import FollowUps
from api.client.printed import Printed
from api.client.trials import Trials
from api.client.typed import given, json_bytes
from api.comparisons import ComparisonResource, ComparisonSummary
from api.conflicts import ConflictResource
from api.explanations import Explanation, LotExplanation, SuccessionResource
from api.fairness import FairnessResource
from api.instances import InstanceSummary
from api.people import PrincipalResource
from api.plans import PlanSummary, Waiting
from api.policy_help import PolicyHelpResource
from api.questions import AnswerResource
from api.rounds import RoundResource
from api.runs import RunResource
from instances.bundle import NAMES
from instances.faults import Language
from instances.reading import read_instance
from instances.writing import document_text

Carry = Literal["policy", "granted", "waitlist", "all"]
PlanFormat = Literal["json", "csv", "xlsx", "geojson"]

INSTANCE_MEDIA = {".zip": "application/zip", ".json": "application/json"}
BATCH_MEDIA = {".csv": "text/csv", ".xlsx": XLSX, ".json": "application/json"}
ENDED = ("done", "failed", "cancelled")


class Client(FollowUps, Printed, Trials):
    """A connection to the service under one API key.  Closed by `close`, or as a context."""

    def __init__(self, address: str, key: str, language: Language = "en", transport: Any = None) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self._connection = Connection(address, headers, transport)

    def __enter__(self) -> Client:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def add_instance(self, source: Path | Mapping[str, Any]) -> InstanceSummary:
        """Send an instance: a folder, a .zip, a .json file, or the document.  Raises Refusal, InstanceError."""
        if isinstance(source, Path) and source.is_dir():
            content, media = _zipped(source), INSTANCE_MEDIA[".zip"]
        elif isinstance(source, Path):
            content, media = source.read_bytes(), _media(source, INSTANCE_MEDIA)
        else:
            content, media = json_bytes(source), INSTANCE_MEDIA[".json"]
        return self._sent(InstanceSummary, "POST", "/v1/instances", content, media)

    def add_round(
        self,
        name: str,
        instance_id: str,
        applicants: Literal["all", "pinned", "none"] = "all",
        neighbours_approved: bool = False,
    ) -> RoundResource:
        """Begin a round as a draft.  Raises Refusal."""
        new = {
            "name": name,
            "instance_id": instance_id,
            "applicants": applicants,
            "neighbours_approved": neighbours_approved,
        }
        return self._sent(RoundResource, "POST", "/v1/rounds", json_bytes(new))

    def round(self, round_id: str) -> RoundResource:
        """Read a round.  Raises Refusal."""
        return self._read(RoundResource, f"/v1/rounds/{round_id}")

    def instances(self) -> Iterator[InstanceSummary]:
        """Every instance, the newest first."""
        return self._pages(InstanceSummary, "/v1/instances")

    def rounds(self) -> Iterator[RoundResource]:
        """Every round, the newest first."""
        return self._pages(RoundResource, "/v1/rounds")

    def change_round(self, round_id: str, **changes: Any) -> RoundResource:
        """Change the name of a draft, or which applicants it keeps.  Raises Refusal."""
        etag = f'"{self.round(round_id).version}"'
        return self._sent(RoundResource, "PATCH", f"/v1/rounds/{round_id}", json_bytes(changes), etag=etag)

    def move(self, round_id: str, move: str, **facts: Any) -> RoundResource:
        """Take a step of a round: open, freeze, reopen, approve, revoke, publish.  Raises Refusal.

        It is taken on the round as it is now: when somebody else changes it in between, it is refused.
        """
        etag = f'"{self.round(round_id).version}"'
        body = json_bytes(facts) if facts or move in ("reopen", "revoke") else b""
        return self._sent(RoundResource, "POST", f"/v1/rounds/{round_id}:{move}", body, etag=etag)

    def next_round(self, round_id: str, name: str, carry: Carry = "policy") -> RoundResource:
        """Begin the round after a published one.  Raises Refusal."""
        return self._sent(
            RoundResource, "POST", f"/v1/rounds/{round_id}:next", json_bytes({"name": name, "carry": carry})
        )

    def add_batch(
        self, round_id: str, source: Path | Sequence[Mapping[str, Any]], dry_run: bool = False, key: str | None = None
    ) -> BatchResource:
        """Send applicants: a .csv, .xlsx or .json file, or a list of rows.  Raises Refusal with every fault."""
        if isinstance(source, Path):
            content, media = source.read_bytes(), _media(source, BATCH_MEDIA)
        else:
            content, media = json_bytes(list(source)), "application/json"
        path = f"/v1/rounds/{round_id}/batches{'?dry_run=true' if dry_run else ''}"
        return self._sent(BatchResource, "POST", path, content, media, key=key)

    def batches(self, round_id: str) -> Iterator[BatchResource]:
        """The batches of a round, in the order in which they came.  Raises Refusal."""
        return self._pages(BatchResource, f"/v1/rounds/{round_id}/batches", "after")

    def withdraw_batch(self, round_id: str, batch_id: str) -> None:
        """Take a batch out of an open round again.  Raises Refusal."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        self._connection.ask("DELETE", f"/v1/rounds/{round_id}/batches/{batch_id}", headers=headers)

    def start(self, round_id: str, wait_seconds: int = 0, **limits: int | None) -> RunResource:
        """Start a run of a round; limits: seconds, work, seed, workers.  Raises Refusal."""
        path = f"/v1/rounds/{round_id}/runs"
        return self._sent(RunResource, "POST", path, json_bytes(given(limits)), wait_seconds=wait_seconds)

    def allocate(self, source: Path | Mapping[str, Any], wait_seconds: int = 0, **limits: int | None) -> RunResource:
        """An instance in, a run out: the one-call way.  Raises Refusal, InstanceError."""
        document = json.loads(document_text(read_instance(source))) if isinstance(source, Path) else source
        body = json_bytes({"instance": document, "limits": given(limits)})
        return self._sent(RunResource, "POST", "/v1/allocations", body, wait_seconds=wait_seconds)

    def run(self, run_id: str) -> RunResource:
        """Read a run.  Raises Refusal."""
        return self._read(RunResource, f"/v1/runs/{run_id}")

    def conflict(self, run_id: str) -> ConflictResource:
        """Why a run has no plan, and what would be enough, in the client's language.  Raises Refusal."""
        return self._read(ConflictResource, f"/v1/runs/{run_id}/conflict")

    def runs(self) -> Iterator[RunResource]:
        """Every run, the newest first."""
        return self._pages(RunResource, "/v1/runs")

    def cancel(self, run_id: str) -> RunResource:
        """Ask a run to stop with its best plan.  Raises Refusal."""
        return self._sent(RunResource, "POST", f"/v1/runs/{run_id}:cancel")

    def events(self, run_id: str, after: int = 0) -> Iterator[Event]:
        """Every event of a run until it ends, over as many connections as it takes.  Raises Refusal, Unreachable."""
        path, failures = f"/v1/runs/{run_id}/events", 0
        while True:
            try:
                for event in self._connection.stream(path, after):
                    after, failures = event.id, 0
                    yield event
                    if event.kind in ENDED:
                        return
            except ConnectionError as error:
                if failures >= TRIES:
                    raise Unreachable(str(error)) from error
            failures += 1
            pause(min(failures, TRIES))

    def finished(self, run_id: str) -> RunResource:
        """The run, once it has ended.  Raises Refusal, Unreachable."""
        for _ in self.events(run_id):
            pass
        return self.run(run_id)

    def plan(self, plan_id: str) -> dict[str, Any]:
        """plan.json.  Raises Refusal."""
        found: dict[str, Any] = json.loads(self.plan_file(plan_id, "json"))
        return found

    def plans(self) -> Iterator[PlanSummary]:
        """Every plan, the newest first."""
        return self._pages(PlanSummary, "/v1/plans")

    def plan_file(self, plan_id: str, kind: PlanFormat) -> bytes:
        """The plan as a file.  Raises Refusal."""
        return self._connection.ask("GET", f"/v1/plans/{plan_id}.{kind}").content

    def plan_summary(self, plan_id: str) -> PlanSummary:
        """Value, proved bound and gap.  Raises Refusal."""
        return self._read(PlanSummary, f"/v1/plans/{plan_id}/summary")

    def certificate(self, plan_id: str) -> bytes:
        """certificate.json.  Raises Refusal."""
        return self._connection.ask("GET", f"/v1/plans/{plan_id}/certificate").content

    def explanation(self, plan_id: str, applicant_id: str, lot: str = "") -> Explanation:
        """Why an applicant holds what it holds, or nothing; or why this lot, or why not.  Raises Refusal."""
        path = f"/v1/plans/{plan_id}/explanations/{quote(applicant_id, safe='')}"
        return self._read(Explanation, path + (f"?{urlencode({'lot': lot})}" if lot else ""))

    def lot_explanation(self, plan_id: str, lot_id: str) -> LotExplanation:
        """Who holds a lot, or why nobody does.  Raises Refusal."""
        return self._read(LotExplanation, f"/v1/plans/{plan_id}/lots/{quote(lot_id, safe='')}/explanation")

    def cost_of(self, plan_id: str, applicant_id: str, lot: str = "", threshold: str | None = None) -> AnswerResource:
        """What it would cost the plan to grant an applicant a site.  Raises Refusal."""
        asked = {"applicant_id": applicant_id, "lot": lot, "threshold": threshold}
        return self._sent(AnswerResource, "POST", f"/v1/plans/{plan_id}/questions", json_bytes(asked))

    def fairness(self, plan_id: str) -> FairnessResource:
        """Envies, the score order beside the plan, ties and the draw.  Raises Refusal."""
        return self._read(FairnessResource, f"/v1/plans/{plan_id}/fairness")

    def succession(self, plan_id: str, gone: Sequence[str]) -> SuccessionResource:
        """Who takes the lots of those that go; nothing is stored.  Raises Refusal."""
        return self._read(SuccessionResource, f"/v1/plans/{plan_id}/succession?{urlencode({'gone': gone}, doseq=True)}")

    def promote(self, round_id: str, gone: Sequence[str], note: str = "") -> RoundResource:
        """Give the sites of those that go to the waitlist of a published round.  Raises Refusal."""
        return self.move(round_id, "promote", gone=list(gone), note=note)

    def waitlist(self, plan_id: str) -> list[str]:
        """Who is next.  Raises Refusal."""
        return self._read(Waiting, f"/v1/plans/{plan_id}/waitlist").applicants

    def compare(self, name: str, sides: Sequence[Mapping[str, Any]]) -> ComparisonResource:
        """Set plans or instances side by side; see `comparison` for how far it is.  Raises Refusal."""
        return self._sent(
            ComparisonResource, "POST", "/v1/comparisons", json_bytes({"name": name, "sides": list(sides)})
        )

    def comparison(self, comparison_id: str) -> ComparisonResource:
        """Read a comparison.  Raises Refusal."""
        return self._read(ComparisonResource, f"/v1/comparisons/{comparison_id}")

    def comparisons(self) -> Iterator[ComparisonSummary]:
        """Every comparison, the newest first."""
        return self._pages(ComparisonSummary, "/v1/comparisons")

    def comparison_file(self, comparison_id: str, kind: Literal["csv", "xlsx"]) -> bytes:
        """The table of the plans that are there, as a file.  Raises Refusal."""
        return self._connection.ask("GET", f"/v1/comparisons/{comparison_id}.{kind}").content

    def policy_help(self, plan_id: str, against: Sequence[str] = ()) -> PolicyHelpResource:
        """What the policy's points decide, and what a unit more could bring at most.  Raises Refusal."""
        query = "&".join(f"against={each}" for each in against)
        return self._read(PolicyHelpResource, f"/v1/plans/{plan_id}/policy-help" + (f"?{query}" if query else ""))

    def principals(self) -> Iterator[PrincipalResource]:
        """Everybody whose access is not closed, the newest first.  Raises Refusal."""
        return self._pages(PrincipalResource, "/v1/principals")

    def instance_document(self, instance_id: str) -> bytes:
        """The whole instance, byte for byte what its id is the hash of.  Raises Refusal."""
        return self._connection.ask("GET", f"/v1/instances/{instance_id}/document").content


def _media(path: Path, known: Mapping[str, str]) -> str:
    suffix = path.suffix.lower()
    if suffix not in known:
        raise ValueError(f"{path.name} is none of {', '.join(known)}")
    return known[suffix]


def _zipped(folder: Path) -> bytes:
    """The files of an instance as they stand in the folder: what they do not say is for the service to notice."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.name in NAMES:
                archive.write(path, path.name)
    return packed.getvalue()
