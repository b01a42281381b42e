"""Accounts: what administrators change of people and machines, and the keys that these hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store import principals as principals_store
from api.store.principals import Principal
from api.store.tables import api_keys, principals, sessions


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that is not revoked; last_used_at is right to the hour."""

    id: str
    principal_id: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def change_roles(connection: Connection, principal_id: str, roles: Iterable[str]) -> None:
    """The principal may do this from now on, and nothing else."""
    connection.execute(principals.update().where(principals.c.id == principal_id).values(roles=sorted(set(roles))))


def others_with(connection: Connection, role: str, principal_id: str) -> bool:
    """Whether somebody else who is not disabled has the role."""
    wanted = sa.select(principals.c.roles).where(principals.c.disabled_at.is_(None), principals.c.id != principal_id)
    return any(role in roles for roles in connection.execute(wanted).scalars())


def begin_reset(connection: Connection, person: Principal, hours: int) -> str:
    """The token with which a person chooses a new password; the old one and every session open nothing any more."""
    connection.execute(sessions.delete().where(sessions.c.principal_id == person.id))
    connection.execute(principals.update().where(principals.c.id == person.id).values(password_hash=None))
    principals_store.forget_failures(connection, person.name)
    return principals_store.invite(connection, person.roles, hours, person.id)


def set_password(connection: Connection, principal_id: str, password_hash: str) -> None:
    """The person signs in with this password from now on."""
    connection.execute(principals.update().where(principals.c.id == principal_id).values(password_hash=password_hash))


def keys_of(connection: Connection, principal_ids: Collection[str]) -> list[ApiKey]:
    """The keys of these principals that are not revoked, the newest first."""
    wanted = sa.select(*(api_keys.c[name] for name in ApiKey.__dataclass_fields__)).where(
        api_keys.c.principal_id.in_(principal_ids), api_keys.c.revoked_at.is_(None)
    )
    rows = connection.execute(wanted.order_by(api_keys.c.created_at.desc(), api_keys.c.id))
    return [ApiKey(**row._asdict()) for row in rows]


def last_session_of(connection: Connection, principal_ids: Collection[str]) -> dict[str, datetime]:
    """When each of those who are signed in now signed in last."""
    wanted = sa.select(sessions.c.principal_id, sessions.c.created_at).where(sessions.c.principal_id.in_(principal_ids))
    rows = connection.execute(wanted.order_by(sessions.c.created_at))
    return {row.principal_id: row.created_at for row in rows}
