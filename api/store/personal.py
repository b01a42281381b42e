"""What the store holds about a person, and how it is forgotten without breaking the audit log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store import audit
from api.store.tables import (
    answers,
    api_keys,
    audit_entries,
    batches,
    comparisons,
    curves,
    instances,
    principals,
    rounds,
    runs,
    sessions,
    sign_in_failures,
    variants,
)

MADE = {
    "instances": instances,
    "rounds": rounds,
    "batches": batches,
    "runs": runs,
    "comparisons": comparisons,
    "curves": curves,
}


def export(connection: Connection, name: str) -> dict[str, Any] | None:
    """Everything that is kept about the principal of this name, without secrets; None for a stranger."""
    person = connection.execute(sa.select(principals).where(principals.c.name == name)).one_or_none()
    if person is None:
        return None
    keys = sa.select(api_keys.c.id, api_keys.c.created_at, api_keys.c.expires_at, api_keys.c.revoked_at)
    signed_in = sa.select(sessions.c.created_at, sessions.c.expires_at).where(sessions.c.principal_id == person.id)
    about = (audit_entries.c.who == person.id) | (audit_entries.c.subject == person.id)
    return {
        "id": person.id,
        "kind": person.kind,
        "name": person.name,
        "roles": person.roles,
        "subject": person.subject,
        "has_password": person.password_hash is not None,
        "created_at": _text(person.created_at),
        "disabled_at": _text(person.disabled_at),
        "keys": _rows(connection, keys.where(api_keys.c.principal_id == person.id)),
        "sessions": _rows(connection, signed_in),
        "made": {kind: _ids(connection, table, person.id) for kind, table in MADE.items()},
        "variants_of": _column(connection, variants.c.instance_id, variants.c.created_by == person.id),
        "audit_entries": _column(connection, audit_entries.c.number, about),
    }


def forget(connection: Connection, name: str) -> tuple[str, list[int]] | None:
    """Erase who somebody was, and close the access; None for a stranger.

    The name becomes the id; password, keys, sessions, identity at a provider and remembered answers go.  Gives back
    the id and the numbers of the audit entries whose facts still hold the name: they cannot be changed without
    breaking the chain.
    """
    person = connection.execute(sa.select(principals).where(principals.c.name == name)).one_or_none()
    if person is None:
        return None
    now = datetime.now(UTC)
    mine = api_keys.c.principal_id == person.id
    connection.execute(api_keys.update().where(mine & api_keys.c.revoked_at.is_(None)).values(revoked_at=now))
    connection.execute(api_keys.update().where(mine).values(secret_sha256=""))
    connection.execute(sessions.delete().where(sessions.c.principal_id == person.id))
    connection.execute(answers.delete().where(answers.c.principal_id == person.id))
    connection.execute(sign_in_failures.delete().where(sign_in_failures.c.name == name))
    connection.execute(
        principals.update()
        .where(principals.c.id == person.id)
        .values(
            name=f"forgotten {person.id}",
            password_hash=None,
            subject=None,
            disabled_at=sa.func.coalesce(
                principals.c.disabled_at, sa.bindparam("now", now, principals.c.disabled_at.type)
            ),
        )
    )
    audit.write(connection, person.id, "principal.forget", person.id, {})
    about = (audit_entries.c.who == person.id) | (audit_entries.c.subject == person.id)
    said = sa.select(audit_entries.c.number, audit_entries.c.facts).where(about).order_by(audit_entries.c.number)
    return person.id, [row.number for row in connection.execute(said) if name in row.facts]


def _ids(connection: Connection, table: sa.Table, by: str) -> list[str]:
    return _column(connection, table.c.id, table.c.created_by == by)


def _column(connection: Connection, column: sa.Column[Any], where: sa.ColumnElement[bool]) -> list[Any]:
    return list(connection.execute(sa.select(column).where(where).order_by(column)).scalars())


def _rows(connection: Connection, wanted: sa.Select[Any]) -> list[dict[str, Any]]:
    return [{name: _text(value) for name, value in row.items()} for row in connection.execute(wanted).mappings()]


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
