"""The first start: a way in for the first administrator, and if wanted the bundled zone as an open round."""

from __future__ import annotations

from sqlalchemy import Connection

from api.service import Service
from api.store import audit, instances, principals, rounds
from instances import library
from instances.reading import read_instance

INVITATION_HOURS = 24
BUNDLED = "ait-kamra-168"
SYSTEM = "lotwise"
"""The name under which the first start acts in the audit log."""


def first_start(service: Service, bundled: bool) -> str | None:
    """The token of an invitation for an administrator when there is none yet; None afterwards.

    Every start without an administrator makes a new invitation: one that was lost keeps nobody out.
    bundled: also store the bundled zone and open a round on it, unless a round is there already.
    """
    with service.writing() as connection:
        if bundled and not rounds.page(connection, None, 1):
            open_bundled(connection, principals.add(connection, "machine", SYSTEM, []).id)
        if principals.is_anybody_there(connection, "admin"):
            return None
        return principals.invite(connection, ["admin", "committee"], INVITATION_HOURS)


def open_bundled(connection: Connection, by: str) -> str:
    """Store the bundled zone and open a round on it, in the name of somebody; gives back the round's id."""
    instance = read_instance(library.path(BUNDLED))
    stored = instances.add_instance(connection, instance, by)
    audit.write(connection, by, "instance.add", stored.id, {"name": stored.name, "fingerprint": stored.fingerprint})
    made = rounds.add(connection, instance.name, stored.id, "all", by)
    audit.write(connection, by, "round.add", made.id, {"instance_id": stored.id})
    rounds.change(connection, made, state="open")
    audit.write(connection, by, "round.open", made.id, {})
    return made.id
