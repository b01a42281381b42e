"""Sign-in by an identity provider (OpenID Connect): authorization code with PKCE, checked by the provider's own keys.

A subject that is not known yet needs an invitation, like anybody else: the provider says who somebody is, not what
somebody may do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx2
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from api.access import service_of
from api.openapi import refusals
from api.people import open_session
from api.problems import Problem
from api.settings import Settings
from api.store import audit, principals
from api.store.principals import Principal

router = APIRouter(prefix="/v1/session/oidc", tags=["people"])

COOKIE = "lotwise_oidc"
COOKIE_SECONDS = 600
TIMEOUT_SECONDS = 10.0
ALGORITHMS = ("RS256", "ES256", "PS256")
LEEWAY_SECONDS = 60

Text = Annotated[str, Query(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser keeps while its person is at the provider: nobody else can finish what it began."""

    state: str
    nonce: str
    verifier: str
    invitation: str

    @classmethod
    def new(cls, invitation: str) -> Attempt:
        """Fresh secrets."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), invitation)

    def packed(self) -> str:
        """As the text of a cookie."""
        return json.dumps([self.state, self.nonce, self.verifier, self.invitation]).encode().hex()

    @classmethod
    def unpacked(cls, text: str) -> Attempt:
        """Out of the text of a cookie.  Raises Problem provider_refused."""
        try:
            state, nonce, verifier, invitation = json.loads(bytes.fromhex(text))
            return cls(str(state), str(nonce), str(verifier), str(invitation))
        except (ValueError, TypeError):
            raise Problem("provider_refused", found="no sign-in was begun in this browser") from None


@router.get("", summary="Sign in at the identity provider", status_code=303, responses=refusals(404, 502))
def begin(request: Request, invitation: Text = "") -> Response:
    """Sends the browser to the provider; `invitation` is the token of an invitation, for the first time."""
    settings = _settings(request)
    attempt = Attempt.new(invitation)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "scope": "openid profile",
        "client_id": settings.oidc_client_id,
        "redirect_uri": str(request.url_for("finish")),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    there = _provider(settings)["authorization_endpoint"]
    answer = RedirectResponse(f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, attempt.packed(), COOKIE_SECONDS, path="/v1/session/oidc", secure=secure, httponly=True)
    return answer


@router.get(
    "/callback",
    name="finish",
    summary="Come back from the identity provider",
    status_code=303,
    responses=refusals(403, 404, 409, 410, 502),
)
def finish(request: Request, state: Text = "", code: Text = "", error: Text = "") -> Response:
    """Checks what the provider says, opens a session and sends the browser to the first page."""
    settings = _settings(request)
    attempt = Attempt.unpacked(request.cookies.get(COOKIE, ""))
    if error or not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise Problem("provider_refused", found=error[:80] or "another sign-in was begun meanwhile")
    claims = _claims(settings, attempt, code, str(request.url_for("finish")))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, path="/v1/session/oidc")
    service = service_of(request)
    name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])[:100]
    try:
        with service.writing() as connection:
            subject = f"{claims['iss']} {claims['sub']}"
            known = principals.by_subject(connection, subject)
            person = known or _joined(connection, attempt.invitation, name, subject)
            open_session(request, answer, connection, person)
    except IntegrityError:
        raise Problem("name_taken", name=name) from None
    return answer


def _joined(connection: Any, invitation: str, name: str, subject: str) -> Principal:
    invited = principals.use_invitation(connection, invitation) if invitation else None
    if invited is None or invited.principal_id is not None:
        raise Problem("invitation_void")
    roles = invited.roles
    made = principals.add(connection, "person", name, roles, subject=subject)
    audit.write(connection, made.id, "person.join", made.id, {"name": name, "roles": sorted(roles), "oidc": True})
    return made


def _settings(request: Request) -> Settings:
    """Raises Problem no_such_page when no provider is set."""
    settings = service_of(request).settings
    if not settings.oidc_issuer:
        raise Problem("no_such_page", path=request.url.path)
    return settings


def _provider(settings: Settings) -> dict[str, Any]:
    """What the provider says of itself.  Raises Problem provider_refused."""
    found = _asked("GET", f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != settings.oidc_issuer:
        raise Problem("provider_refused", found="it calls itself by another name")
    return found


def _claims(settings: Settings, attempt: Attempt, code: str, redirect_uri: str) -> dict[str, Any]:
    """What the provider says of the person, once signature and claims are checked.  Raises Problem provider_refused."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    provider = _provider(settings)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.oidc_client_id,
        "code_verifier": attempt.verifier,
    }
    secret = (settings.oidc_client_id, settings.oidc_client_secret) if settings.oidc_client_secret else None
    answered = _asked("POST", provider["token_endpoint"], data=form, auth=secret)
    try:
        keys = KeySet.import_key_set(_asked("GET", provider["jwks_uri"]))  # type: ignore[arg-type]
        claims = jwt.decode(answered["id_token"], keys, algorithms=list(ALGORITHMS)).claims
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_client_id},
            nonce={"essential": True, "value": attempt.nonce},
            sub={"essential": True},
            exp={"essential": True},
        )
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Problem("provider_refused", found=type(error).__name__) from None
    return dict(claims)


def _asked(method: str, url: str, **given: Any) -> dict[str, Any]:
    """The provider's answer as an object.  Raises Problem provider_refused."""
    try:
        answer = httpx2.request(method, url, timeout=TIMEOUT_SECONDS, **given)
        found = answer.json()
        if answer.status_code != 200 or not isinstance(found, dict):
            raise ValueError(answer.status_code)
    except (httpx2.HTTPError, ValueError) as error:
        raise Problem("provider_refused", found=f"{type(error).__name__}: {error}"[:80]) from None
    return found
