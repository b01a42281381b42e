"""lotwise key and lotwise audit: work on the store itself, for whoever keeps the machine."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.serve import Store, open_store


def key(
    name: Annotated[str, typer.Argument(help="What the machine or program is called.")],
    role: Annotated[list[str], typer.Option(help="reader, clerk, analyst, committee, admin or auditor; repeat it.")],
    days: Annotated[
        int | None, typer.Option(min=1, help="How long the key is good. Default: until it is revoked.")
    ] = None,
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make an API key for a machine; the key is shown this once."""
    from sqlalchemy.exc import IntegrityError

    from api.access import ROLES
    from api.store import audit as log
    from api.store import principals

    strangers = [each for each in role if each not in ROLES]
    if strangers:
        raise Refused(Code.USAGE, "no_such_role", role=strangers[0], roles=", ".join(ROLES))
    engine = open_store(store)
    try:
        with engine.begin() as connection:
            made = principals.add(connection, "machine", name, role)
            key_id, secret = principals.issue_key(connection, made.id, days)
            log.write(connection, made.id, "machine.add", made.id, {"name": name, "roles": sorted(role), "key": key_id})
    except IntegrityError:
        raise Refused(Code.USAGE, "name_taken", name=name) from None
    if as_json:
        emit({"id": key_id, "key": secret, "name": name, "roles": sorted(role)})
        return
    said = say("key_made", language, id=key_id, name=name, roles=", ".join(sorted(role)))
    people(False).print(said, secret, sep="\n", markup=False, soft_wrap=True)


def audit(
    what: Annotated[Literal["verify"], typer.Argument(help="verify: recompute every hash of the audit log.")],
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Check that no entry of the audit log was changed, removed or put in between."""
    from api.store import audit as log

    with open_store(store).connect() as connection:
        count, last, broken = log.verify(connection)
    if as_json:
        found = {"broken_at": broken.number, "why": broken.why} if broken else {"broken_at": None, "why": None}
        emit({"entries": count, "last_sha256": last, **found})
    if broken is not None:
        raise Refused(Code.DISAGREES, "chain_broken", number=broken.number, why=broken.why, count=count)
    if not as_json:
        people(False).print(say("chain_whole", language, count=count, last=last), markup=False, soft_wrap=True)
