"""Principals: people and machines with their roles, the keys and sessions that they come with, and invitations."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from api.store.ids import new_id
from api.store.pages import Place, newest_first
from api.store.tables import api_keys, invitations, principals, sessions, sign_in_failures

SECRET_BYTES = 32
TRIES = 5
"""Failed sign-ins in a row after which a name is closed for a while, twice as long each time."""
NOTED_EVERY = timedelta(hours=1)
"""So often the use of a key is written down: more would make every question a change of the store."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who may do something: a person or a machine."""

    id: str
    kind: str
    name: str
    roles: frozenset[str]
    created_at: datetime


def add(
    connection: Connection,
    kind: str,
    name: str,
    roles: Iterable[str],
    password_hash: str | None = None,
    subject: str | None = None,
) -> Principal:
    """A new principal.  Raises IntegrityError when the name (or the subject of an identity provider) is taken."""
    made = Principal(new_id("pr"), kind, name, frozenset(roles), datetime.now(UTC))
    connection.execute(
        principals.insert().values(
            id=made.id,
            kind=kind,
            name=name,
            roles=sorted(made.roles),
            password_hash=password_hash,
            subject=subject,
            created_at=made.created_at,
        )
    )
    return made


def page(connection: Connection, after: Place | None, count: int) -> list[Principal]:
    """Those that are not disabled, the newest first, beginning behind `after`."""
    wanted = sa.select(principals).where(principals.c.disabled_at.is_(None))
    return [_principal(row) for row in connection.execute(newest_first(wanted, principals, after, count))]


def names_of(connection: Connection, principal_ids: Collection[str]) -> dict[str, str]:
    """Id -> name, of those that are known, whether or not their access is closed."""
    rows = connection.execute(sa.select(principals.c.id, principals.c.name).where(principals.c.id.in_(principal_ids)))
    return {row.id: row.name for row in rows}


def by_id(connection: Connection, principal_id: str) -> Principal | None:
    """The principal, unless it is disabled or unknown."""
    return _one(connection, principals.c.id == principal_id)


def by_subject(connection: Connection, subject: str) -> Principal | None:
    """The principal that an identity provider calls so."""
    return _one(connection, principals.c.subject == subject)


def password_of(connection: Connection, name: str) -> tuple[Principal, str] | None:
    """A person by name with the hash of the password; None when there is no such person or no password."""
    wanted = sa.select(principals).where(principals.c.name == name, principals.c.disabled_at.is_(None))
    row = connection.execute(wanted).one_or_none()
    return None if row is None or row.password_hash is None else (_principal(row), row.password_hash)


def disable(connection: Connection, principal_id: str) -> bool:
    """Close a principal's access at once: its keys and sessions open nothing from now on."""
    connection.execute(sessions.delete().where(sessions.c.principal_id == principal_id))
    changed = connection.execute(
        principals.update()
        .where(principals.c.id == principal_id, principals.c.disabled_at.is_(None))
        .values(disabled_at=datetime.now(UTC))
    )
    return changed.rowcount == 1


def is_use_to_note(connection: Connection, key: str) -> bool:
    """Whether the key's use was not noted within the last hour."""
    wanted = sa.select(api_keys.c.last_used_at).where(api_keys.c.id == _key_id(key))
    noted = connection.execute(wanted).scalar_one_or_none()
    return noted is None or noted < datetime.now(UTC) - NOTED_EVERY


def note_use(connection: Connection, key: str) -> None:
    """The key was used now."""
    used = api_keys.update().where(api_keys.c.id == _key_id(key)).values(last_used_at=datetime.now(UTC))
    connection.execute(used)


def issue_key(connection: Connection, principal_id: str, days: int | None) -> tuple[str, str]:
    """A new API key: its id, and the key itself, which is not stored and cannot be shown again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(SECRET_BYTES)
    now = datetime.now(UTC)
    connection.execute(
        api_keys.insert().values(
            id=key_id,
            principal_id=principal_id,
            secret_sha256=_sha256(secret),
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
    )
    return key_id, f"lot_{key_id}_{secret}"


def revoke_key(connection: Connection, key_id: str) -> bool:
    """Whether there was such a key still open; it opens nothing from now on."""
    open_one = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    return connection.execute(api_keys.update().where(open_one).values(revoked_at=datetime.now(UTC))).rowcount == 1


def by_key(connection: Connection, key: str) -> Principal | None:
    """Whose key this is; None when it is unknown, revoked or expired, or its holder is disabled."""
    kind, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    if kind != "lot":
        return None
    wanted = sa.select(principals, api_keys.c.secret_sha256, api_keys.c.expires_at).join_from(api_keys, principals)
    live = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None) & principals.c.disabled_at.is_(None)
    row = connection.execute(wanted.where(live)).one_or_none()
    if row is None or not hmac.compare_digest(row.secret_sha256, _sha256(secret)):
        return None
    return None if row.expires_at is not None and row.expires_at <= datetime.now(UTC) else _principal(row)


def open_session(connection: Connection, principal_id: str, hours: int) -> str:
    """A new session's token, which is not stored itself.  Sessions that have expired are cleared away."""
    token, now = secrets.token_urlsafe(SECRET_BYTES), datetime.now(UTC)
    connection.execute(sessions.delete().where(sessions.c.expires_at <= now))
    connection.execute(
        sessions.insert().values(
            token_sha256=_sha256(token),
            principal_id=principal_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def by_session(connection: Connection, token: str) -> Principal | None:
    """Whose session this is, while it lasts."""
    live = (sessions.c.token_sha256 == _sha256(token)) & (sessions.c.expires_at > datetime.now(UTC))
    wanted = sa.select(principals).join_from(sessions, principals).where(live, principals.c.disabled_at.is_(None))
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _principal(row)


def close_session(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(sessions.delete().where(sessions.c.token_sha256 == _sha256(token)))


def invite(connection: Connection, roles: Iterable[str], hours: int, principal_id: str | None = None) -> str:
    """The token of an invitation that is good once; principal_id: who chooses a new password with it."""
    token, now = secrets.token_urlsafe(SECRET_BYTES), datetime.now(UTC)
    connection.execute(
        invitations.insert().values(
            token_sha256=_sha256(token),
            roles=sorted(roles),
            created_at=now,
            expires_at=now + timedelta(hours=hours),
            principal_id=principal_id,
        )
    )
    return token


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation opens: the roles, and who chooses a new password, if it is for that."""

    roles: frozenset[str]
    principal_id: str | None


def use_invitation(connection: Connection, token: str) -> Invited | None:
    """What it invites to; None when it is unknown, used or expired."""
    now = datetime.now(UTC)
    good = (
        (invitations.c.token_sha256 == _sha256(token))
        & invitations.c.used_at.is_(None)
        & (invitations.c.expires_at > now)
    )
    used = connection.execute(invitations.update().where(good).values(used_at=now))
    if used.rowcount != 1:
        return None
    wanted = sa.select(invitations.c.roles, invitations.c.principal_id)
    row = connection.execute(wanted.where(invitations.c.token_sha256 == _sha256(token))).one()
    return Invited(frozenset(row.roles), row.principal_id)


def pause_before_sign_in(connection: Connection, name: str) -> int:
    """Seconds for which signing in under this name is closed; 0 when it is open."""
    wanted = sa.select(sign_in_failures.c.closed_until).where(sign_in_failures.c.name == name)
    until = connection.execute(wanted).scalar_one_or_none()
    left = (until - datetime.now(UTC)).total_seconds() if until else 0.0
    return max(0, -int(-left // 1))


def count_failure(connection: Connection, name: str) -> None:
    """A sign-in failed; from the fifth in a row on, the name is closed for 15 seconds, 30, and so on up to an hour."""
    of_name = sign_in_failures.c.name == name
    wanted = sa.select(sign_in_failures.c.count).where(of_name).with_for_update()
    before = connection.execute(wanted).scalar_one_or_none()
    count = (before or 0) + 1
    over = min(count - TRIES, 12)
    until = datetime.now(UTC) + min(FIRST_PAUSE * 2**over, LONGEST_PAUSE) if over >= 0 else None
    if before is None:
        connection.execute(sign_in_failures.insert().values(name=name, count=count, closed_until=until))
    else:
        connection.execute(sign_in_failures.update().where(of_name).values(count=count, closed_until=until))


def forget_failures(connection: Connection, name: str) -> None:
    """A sign-in succeeded."""
    connection.execute(sign_in_failures.delete().where(sign_in_failures.c.name == name))


def is_anybody_there(connection: Connection, role: str) -> bool:
    """Whether some principal that is not disabled has the role."""
    wanted = sa.select(principals.c.roles).where(principals.c.disabled_at.is_(None))
    return any(role in roles for roles in connection.execute(wanted).scalars())


def _one(connection: Connection, which: sa.ColumnElement[bool]) -> Principal | None:
    row = connection.execute(sa.select(principals).where(which, principals.c.disabled_at.is_(None))).one_or_none()
    return None if row is None else _principal(row)


def _principal(row: Row[tuple[object, ...]]) -> Principal:
    return Principal(row.id, row.kind, row.name, frozenset(row.roles), row.created_at)


def _key_id(key: str) -> str:
    return key.removeprefix("lot_").partition("_")[0]


def _sha256(secret: str) -> str:
    """A plain hash is enough: the secrets are 256 random bits, not words that somebody could guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
