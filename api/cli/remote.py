"""lotwise submit and lotwise round: a round on a service, from the terminal."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people, reported
from api.cli.phrases import say
from api.cli.solve import no_plan

if TYPE_CHECKING:
    from api.client import Client
    from api.rounds import RoundResource
    from instances.faults import Language

Given = ParamSpec("Given")

Address = Annotated[str, typer.Option(envvar="LOTWISE_ADDRESS", metavar="URL", help="Where the service is.")]
Key = Annotated[str, typer.Option(envvar="LOTWISE_KEY", help="API key; better in LOTWISE_KEY than on the line.")]
Round = Annotated[str, typer.Argument(metavar="ROUND", help="Id of the round.")]
DEFAULT_ADDRESS = "http://127.0.0.1:8000"
STEPS = ("open", "freeze", "reopen", "revoke", "publish")

round_app = typer.Typer(help="Rounds of the committee on a service.", no_args_is_help=True)


def asking(command: Callable[Given, None]) -> Callable[Given, None]:
    """The command, with the refusals of the service told like the failures of any other command."""

    @functools.wraps(command)
    def ask(*args: Given.args, **kwargs: Given.kwargs) -> None:
        from api.client import Refusal, Unreachable

        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            if as_json:
                emit({"error": refusal.code, "status": refusal.status, "faults": refusal.faults})
            for fault in refusal.faults:
                typer.echo(f"{fault['place']}: {fault['text']}", err=True)
            code = Code.FAULTS if refusal.faults else Code.USAGE if refusal.status < 500 else Code.UNEXPECTED
            detail = refusal.document.get("detail", refusal.code)
            raise Refused(code, "service_refused", detail=detail) from None
        except Unreachable as error:
            raise Refused(Code.UNEXPECTED, "service_away", found=str(error)) from None

    return reported(ask)


def submit(
    round_id: Round,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Applicants: a .csv, .xlsx or .json file.", exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only; store nothing.")] = False,
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Send a batch of applicants to an open round: all of it is stored, or nothing and every fault is listed."""
    with _client(address, key, language) as client:
        batch = client.add_batch(round_id, file, dry_run)
    if as_json:
        emit(batch.model_dump(mode="json"))
        return
    phrase = "batch_fine" if dry_run else "batch_stored"
    _say(say(phrase, language, count=batch.count, number=batch.number, sha256=batch.sha256))


@round_app.command("list")
@asking
def list_(
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the rounds, the newest first."""
    with _client(address, key, language) as client:
        found = list(client.rounds())
    if as_json:
        emit({"rounds": [each.model_dump(mode="json") for each in found]})
    for each in () if as_json else found:
        _tell(each, language)


@round_app.command("new")
@asking
def new(
    name: Annotated[str, typer.Argument(help="What the round is called.")],
    instance: Annotated[str, typer.Argument(metavar="FOLDER", help="An instance, or the id of one on the service.")],
    applicants: Annotated[
        Literal["all", "pinned", "none"], typer.Option(help="Which applicants of the instance are on the roster.")
    ] = "all",
    neighbours_approved: Annotated[
        bool, typer.Option("--neighbours-approved", help="The neighbours computed from the polygons are right.")
    ] = False,
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Begin a round as a draft."""
    from api.cli.sources import instance_path

    with _client(address, key, language) as client:
        is_id = len(instance) == 64 and not Path(instance).exists()
        instance_id = instance if is_id else client.add_instance(instance_path(instance)).id
        _show(client.add_round(name, instance_id, applicants, neighbours_approved), language, as_json)


@round_app.command("move")
@asking
def move(
    round_id: Round,
    step: Annotated[Literal["open", "freeze", "reopen", "revoke", "publish"], typer.Argument(help="The step.")],
    note: Annotated[str, typer.Option(help="Why; kept in the audit log when a step is taken back.")] = "",
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Open a round, freeze its roster, publish its decision, or take a step back."""
    facts = {"note": note} if step in ("reopen", "revoke") else {}
    with _client(address, key, language) as client:
        _show(client.move(round_id, step, **facts), language, as_json)


@round_app.command("run")
@asking
def run(
    round_id: Round,
    seconds: Annotated[int | None, typer.Option(min=1, help="Wall time. Default 60, unless --work is given.")] = None,
    work: Annotated[int | None, typer.Option(min=1, help="Work units.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write the plan.")] = None,
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Start a run, follow it to its end, and write the plan."""
    with _client(address, key, language) as client:
        started = client.start(round_id, seconds=seconds, work=work, seed=seed)
        for event in client.events(started.id):
            if event.kind == "progress" and not as_json:
                value, bound = (event.data[f"{name}_millipoints"] for name in ("value", "bound"))
                _say(say("progress", language, value=_points(value), bound=_points(bound)))
        ended = client.run(started.id)
        if as_json:
            emit(ended.model_dump(mode="json"))
        if ended.result is None or ended.result.plan_id is None:
            if ended.result is not None:
                raise no_plan(ended.result.kind, ended.result.conflict, language)
            raise Refused(Code.NO_PLAN, "none_found")
        plan_id = ended.result.plan_id
        if not as_json:
            _say(say("plan_ready", language, plan=plan_id))
        if out is not None:
            _write(client, ended.instance_id, plan_id, out)


@round_app.command("approve")
@asking
def approve(
    round_id: Round,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Id of the plan.")],
    note: Annotated[str, typer.Option(help="Why; kept in the audit log.")] = "",
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Approve a plan of the frozen roster."""
    with _client(address, key, language) as client:
        _show(client.move(round_id, "approve", plan_id=plan, note=note), language, as_json)


@round_app.command("minutes")
@asking
def minutes(
    round_id: Round,
    out: Annotated[Path, typer.Option(help="Where to write the PDF.")] = Path("minutes.pdf"),
    letters: Annotated[bool, typer.Option("--letters", help="The letters to applicants instead.")] = False,
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Print what a round decided, in the language asked for."""
    with _client(address, key, language) as client:
        content = client.letters(round_id, language) if letters else client.minutes(round_id, language)
    out.write_bytes(content)
    if as_json:
        emit({"path": str(out), "bytes": len(content)})
    else:
        _say(say("written", language, path=out))


@round_app.command("next")
@asking
def next_(
    round_id: Round,
    name: Annotated[str, typer.Argument(help="What the next round is called.")],
    carry: Annotated[
        Literal["granted", "waitlist", "all"], typer.Option(help="Who stays on the roster besides the pins.")
    ] = "granted",
    address: Address = DEFAULT_ADDRESS,
    key: Key = "",
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Begin the round after a published one; grants become pins."""
    with _client(address, key, language) as client:
        _show(client.next_round(round_id, name, carry), language, as_json)


def _client(address: str, key: str, language: Language) -> Client:
    from api.client import Client

    return Client(address, key, language)


def _show(found: RoundResource, language: Language, as_json: bool) -> None:
    if as_json:
        emit(found.model_dump(mode="json"))
    else:
        _tell(found, language)


def _tell(found: RoundResource, language: Language) -> None:
    facts: dict[str, Any] = {"id": found.id, "name": found.name, "state": found.state, "count": found.applicants}
    _say(say("round_line", language, **facts, moves=", ".join(found.moves)))
    if found.roster_sha256 is not None:
        _say(say("roster_line", language, sha256=found.roster_sha256, seed=found.lottery_seed))


def _write(client: Client, instance_id: str, plan_id: str, folder: Path) -> None:
    """What `lotwise check` needs, and the tables.  There is no certificate where nothing was proved."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instance.json").write_bytes(client.instance_document(instance_id))
    if client.plan(plan_id)["proof"] is not None:
        (folder / "certificate.json").write_bytes(client.certificate(plan_id))
    for kind in ("csv", "xlsx", "geojson", "json"):
        (folder / f"plan.{kind}").write_bytes(client.plan_file(plan_id, kind))


def _say(text: str) -> None:
    people(False).print(text, markup=False, soft_wrap=True)


def _points(millipoints: int | None) -> str:
    return "—" if millipoints is None else f"{millipoints // 1000:,}"
