"""Accounts over HTTP: what administrators change of people and machines."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.openapi import refusals
from api.people import Administrator, Invitation, PrincipalResource, Role, keep_an_administrator, resource
from api.problems import Problem
from api.store import accounts as store
from api.store import audit, principals
from api.store.principals import Principal

router = APIRouter(prefix="/v1/principals/{principal_id}", tags=["people"])
RESET_HOURS = 24


class NewRoles(BaseModel):
    """What somebody may do from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"roles": ["clerk", "analyst"]}]})

    roles: list[Role] = Field(min_length=1, max_length=20)


class HeldKey(BaseModel):
    """A key that is not revoked, without what it opens."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Right to the hour; null when it was never used.")


@router.patch("", summary="Change roles", responses=refusals(401, 403, 404, 409, 422))
def change(request: Request, administrator: Administrator, principal_id: str, new: NewRoles) -> PrincipalResource:
    """From the next request on.  The last administrator stays one."""
    with service_of(request).writing() as connection:
        _known(connection, principal_id)
        if "admin" not in new.roles:
            keep_an_administrator(connection, principal_id)
        store.change_roles(connection, principal_id, new.roles)
        audit.write(connection, administrator.id, "principal.roles", principal_id, new.model_dump())
        changed = _known(connection, principal_id)
    request.app.state.holders.forget()
    return resource(changed)


@router.post(":reset", status_code=201, summary="Reset a sign-in", responses=refusals(401, 403, 404, 409))
def reset(request: Request, administrator: Administrator, principal_id: str) -> Invitation:
    """Password and sessions open nothing from now on; with the token, good once and for a day, the person chooses a
    new password under the same name.
    """
    with service_of(request).writing() as connection:
        person = _known(connection, principal_id)
        if person.kind != "person":
            raise Problem("no_sign_in", name=person.name)
        token = store.begin_reset(connection, person, RESET_HOURS)
        audit.write(connection, administrator.id, "person.reset", principal_id, {})
    return Invitation(token=token)


@router.get("/keys", summary="List keys", responses=refusals(401, 403, 404))
def keys(request: Request, administrator: Administrator, principal_id: str) -> list[HeldKey]:
    """Those that are not revoked, the newest first."""
    with service_of(request).reading() as connection:
        _known(connection, principal_id)
        return [HeldKey.model_validate(each) for each in store.keys_of(connection, [principal_id])]


def _known(connection: Connection, principal_id: str) -> Principal:
    """The principal.  Raises Problem not_found."""
    found = principals.by_id(connection, principal_id)
    if found is None:
        raise Problem("not_found", what="principal", id=principal_id[:80])
    return found
