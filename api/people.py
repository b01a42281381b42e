"""People and machines over HTTP: sign in and out, invitations, API keys."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.access import COOKIE, ROLES, Known, May, is_same_site, service_of
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.passwords import LEAST_CHARACTERS, hashed, is_strong, matches
from api.problems import Problem
from api.store import accounts, audit
from api.store import principals as store
from api.store.principals import Principal

router = APIRouter(prefix="/v1", tags=["people"])

Role = Literal["reader", "clerk", "analyst", "committee", "admin", "auditor"]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]


class PrincipalResource(BaseModel):
    """Somebody who may do something."""

    id: str
    kind: Literal["person", "machine"]
    name: str
    roles: list[Role]


class Credentials(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    password: str = Field(min_length=1, max_length=1024)


class NewMachine(BaseModel):
    """A machine that will come with an API key."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "portal", "roles": ["clerk"]}]})

    name: Name
    roles: list[Role] = Field(min_length=1)


class NewKey(BaseModel):
    """How long a key is good."""

    model_config = ConfigDict(extra="forbid")

    days: int | None = Field(default=None, ge=1, le=3650, description="Without it the key does not expire.")


class KeyResource(BaseModel):
    """A key, shown this once."""

    id: str
    key: str = Field(description="Send it as `Authorization: Bearer …`.  It is not stored and cannot be shown again.")


class NewInvitation(BaseModel):
    """What a person is invited to do."""

    model_config = ConfigDict(extra="forbid")

    roles: list[Role] = Field(min_length=1)
    hours: int = Field(default=72, ge=1, le=720)


class Invitation(BaseModel):
    """An invitation, good once."""

    token: str


Administrator = Annotated[Principal, Depends(May("administer"))]


@router.get("/me", summary="Who am I?", responses=refusals(401))
async def me(known: Known) -> PrincipalResource:
    """The principal that the key or the session belongs to."""
    return resource(known)


@router.post("/session", summary="Sign in", responses=refusals(401, 403, 422, 429))
def sign_in(request: Request, credentials: Credentials, response: Response) -> PrincipalResource:
    """Opens a session, for this service's own pages only.  Repeated failures close the name for a while."""
    service = service_of(request)
    _knock(request)
    with service.reading() as connection:
        pause = store.pause_before_sign_in(connection, credentials.name)
        found = store.password_of(connection, credentials.name)
    if pause:
        raise Problem("too_many_tries", headers={"Retry-After": str(pause)}, seconds=pause)
    # Outside any transaction: it takes a while on purpose.
    is_right = matches(credentials.password, found[1] if found else None)
    with service.writing() as connection:
        if found is None or not is_right:
            store.count_failure(connection, credentials.name)
        else:
            store.forget_failures(connection, credentials.name)
            open_session(request, response, connection, found[0])
            return resource(found[0])
    raise Problem("wrong_password")


@router.delete("/session", status_code=204, summary="Sign out", responses=refusals(401, 403))
def sign_out(request: Request, known: Known, response: Response) -> None:
    """Closes the session for good, wherever its cookie is."""
    token = request.cookies.get(COOKIE)
    if token:
        with service_of(request).writing() as connection:
            store.close_session(connection, token)
    response.delete_cookie(COOKIE, path="/")


@router.post("/invitations", status_code=201, summary="Invite a person", responses=refusals(401, 403, 422))
def invite(request: Request, administrator: Administrator, new: NewInvitation) -> Invitation:
    """The token is good once; hand it over in person or by a channel that you trust."""
    with service_of(request).writing() as connection:
        token = store.invite(connection, new.roles, new.hours)
        audit.write(connection, administrator.id, "person.invite", "", new.model_dump())
        return Invitation(token=token)


@router.post(
    "/invitations/{token}:accept",
    status_code=201,
    summary="Accept an invitation",
    responses=refusals(403, 409, 410, 422, 429),
)
def accept(request: Request, token: str, credentials: Credentials, response: Response) -> PrincipalResource:
    """Choose a name and a password; the answer opens a session."""
    service = service_of(request)
    _knock(request)
    if not is_strong(credentials.password, credentials.name):
        raise Problem("weak_password", least=LEAST_CHARACTERS)
    password_hash = hashed(credentials.password)
    try:
        with service.writing() as connection:
            invited = store.use_invitation(connection, token)
            if invited is None:
                raise Problem("invitation_void")
            if invited.principal_id is not None:
                return _again(request, response, connection, invited.principal_id, credentials.name, password_hash)
            roles = invited.roles
            made = store.add(connection, "person", credentials.name, roles, password_hash)
            audit.write(connection, made.id, "person.join", made.id, {"name": made.name, "roles": sorted(roles)})
            open_session(request, response, connection, made)
            return resource(made)
    except IntegrityError:
        raise Problem("name_taken", name=credentials.name) from None


@router.get("/principals", summary="List people and machines", responses=refusals(401, 403, 422))
def page(
    request: Request, administrator: Administrator, limit: Limit = 50, cursor: Cursor = None
) -> Page[PrincipalResource]:
    """Everybody whose access is not closed, the newest first."""
    with service_of(request).reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1)
    return paged([resource(each) for each in found], limit, [(each.created_at, each.id) for each in found])


@router.post("/principals", status_code=201, summary="Add a machine", responses=refusals(401, 403, 409, 422))
def add(request: Request, administrator: Administrator, new: NewMachine) -> PrincipalResource:
    """Give it a key next."""
    try:
        with service_of(request).writing() as connection:
            made = store.add(connection, "machine", new.name, new.roles)
            audit.write(connection, administrator.id, "machine.add", made.id, new.model_dump())
            return resource(made)
    except IntegrityError:
        raise Problem("name_taken", name=new.name) from None


@router.post(
    "/principals/{principal_id}:disable",
    status_code=204,
    summary="Close an access",
    responses=refusals(401, 403, 404, 409),
)
def disable(request: Request, administrator: Administrator, principal_id: str) -> None:
    """Keys and sessions open nothing from now on; what was done stays in the audit log."""
    with service_of(request).writing() as connection:
        keep_an_administrator(connection, principal_id)
        if not store.disable(connection, principal_id):
            raise Problem("not_found", what="principal", id=principal_id[:80])
        audit.write(connection, administrator.id, "principal.disable", principal_id, {})
    request.app.state.holders.forget()


@router.post(
    "/principals/{principal_id}/keys", status_code=201, summary="Issue a key", responses=refusals(401, 403, 404, 422)
)
def issue(request: Request, administrator: Administrator, principal_id: str, new: NewKey) -> KeyResource:
    """The key is shown this once."""
    with service_of(request).writing() as connection:
        if store.by_id(connection, principal_id) is None:
            raise Problem("not_found", what="principal", id=principal_id[:80])
        key_id, key = store.issue_key(connection, principal_id, new.days)
        audit.write(connection, administrator.id, "key.issue", principal_id, {"key": key_id, "days": new.days})
        return KeyResource(id=key_id, key=key)


@router.delete("/keys/{key_id}", status_code=204, summary="Revoke a key", responses=refusals(401, 403, 404))
def revoke(request: Request, administrator: Administrator, key_id: str) -> None:
    """It opens nothing from now on."""
    with service_of(request).writing() as connection:
        if not store.revoke_key(connection, key_id):
            raise Problem("not_found", what="key", id=key_id[:80])
        audit.write(connection, administrator.id, "key.revoke", key_id, {})
    request.app.state.holders.forget()


def resource(principal: Principal) -> PrincipalResource:
    """The principal as it is answered."""
    roles = [role for role in ROLES if role in principal.roles]
    document = {"id": principal.id, "kind": principal.kind, "name": principal.name, "roles": roles}
    return PrincipalResource.model_validate(document)


def keep_an_administrator(connection: Connection, principal_id: str) -> None:
    """Raises Problem last_admin when nobody else could administer the service."""
    found = store.by_id(connection, principal_id)
    if found is not None and "admin" in found.roles and not accounts.others_with(connection, "admin", principal_id):
        raise Problem("last_admin", name=found.name)


def _again(
    request: Request, response: Response, connection: Connection, principal_id: str, name: str, password_hash: str
) -> PrincipalResource:
    """Let in somebody whose sign-in was reset, under the name that it has.  Raises Problem invitation_void."""
    person = store.by_id(connection, principal_id)
    if person is None or person.name != name:
        raise Problem("invitation_void")
    accounts.set_password(connection, principal_id, password_hash)
    audit.write(connection, principal_id, "person.return", principal_id, {})
    open_session(request, response, connection, person)
    return resource(person)


def _knock(request: Request) -> None:
    """Let a stranger try, but not too often, and not from a page elsewhere under a name of its choice."""
    request.app.state.knocks.count(request.client.host if request.client else "")
    comes_from_a_page = "origin" in request.headers or "sec-fetch-site" in request.headers
    if comes_from_a_page and not is_same_site(request):
        raise Problem("other_site")


def open_session(request: Request, response: Response, connection: Connection, person: Principal) -> None:
    """Open a session for somebody who has proved who it is; the response carries its cookie.

    The session with which the browser came, whoever laid its cookie there, ends.
    """
    hours = service_of(request).settings.session_hours
    if COOKIE in request.cookies:
        store.close_session(connection, request.cookies[COOKIE])
    token = store.open_session(connection, person.id, hours)
    audit.write(connection, person.id, "session.open", person.id, {})
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, hours * 3600, path="/", secure=secure, httponly=True, samesite="lax")
