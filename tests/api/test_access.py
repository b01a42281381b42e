"""Who may do what: every route, every role."""

import pytest
from fastapi.routing import APIRoute

from api.access import MAY, ROLES, May
from api.pages.visitors import Visits

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/v1/fault-types"),
    ("POST", "/v1/session"),
    ("GET", "/v1/session/oidc"),
    ("GET", "/v1/session/oidc/callback"),
    ("POST", "/v1/invitations/{token}:accept"),
    ("GET", "/invitations/{token}"),
}
PUBLIC_PAGES = {
    "/preferences",
    "/sign-in",
    "/public/{round_id}",
    "/public/{round_id}/minutes.pdf",
    "/public/{round_id}/{name}",
}
KNOWN = {("GET", "/v1/me"), ("DELETE", "/v1/session")}
"""Open to whoever is known, whatever the role."""

DECISIONS = {"open", "freeze", "reopen", "approve", "revoke", "publish", "promote", "next"}
EXPECTED = {
    **{("POST", f"/v1/rounds/{{round_id}}:{move}"): {"committee"} for move in DECISIONS},
    ("POST", "/v1/rounds"): {"committee"},
    ("PATCH", "/v1/rounds/{round_id}"): {"committee"},
    ("POST", "/v1/rounds/{round_id}/follow-up"): {"committee"},
    ("PATCH", "/v1/rounds/{round_id}/follow-up/{applicant_id}"): {"clerk", "committee"},
    ("POST", "/v1/instances"): {"clerk", "analyst", "committee"},
    ("POST", "/v1/allocations"): {"clerk", "analyst", "committee"},
    ("POST", "/v1/runs/{run_id}:cancel"): {"clerk", "analyst", "committee"},
    ("POST", "/v1/rounds/{round_id}/batches"): {"clerk", "committee"},
    ("DELETE", "/v1/rounds/{round_id}/batches/{batch_id}"): {"clerk", "committee"},
    ("POST", "/v1/rounds/{round_id}/runs"): {"analyst", "committee"},
    ("POST", "/v1/plans/{plan_id}/questions"): {"analyst", "committee"},
    ("GET", "/v1/plans/{plan_id}/fairness"): {"analyst", "committee", "auditor"},
    ("POST", "/v1/comparisons"): {"analyst", "committee"},
    ("POST", "/v1/plans/{plan_id}/what-ifs"): {"analyst", "committee"},
    ("POST", "/v1/curves"): {"analyst", "committee"},
    ("POST", "/v1/invitations"): {"admin"},
    ("POST", "/v1/principals"): {"admin"},
    ("GET", "/v1/principals"): {"admin"},
    ("POST", "/v1/principals/{principal_id}:disable"): {"admin"},
    ("POST", "/v1/principals/{principal_id}/keys"): {"admin"},
    ("DELETE", "/v1/keys/{key_id}"): {"admin"},
    ("PATCH", "/v1/principals/{principal_id}"): {"admin"},
    ("POST", "/v1/principals/{principal_id}:reset"): {"admin"},
    ("GET", "/v1/principals/{principal_id}/keys"): {"admin"},
    ("GET", "/v1/settings"): {"admin"},
    ("PUT", "/v1/settings"): {"admin"},
    ("GET", "/v1/audit"): {"admin", "auditor"},
    ("GET", "/v1/audit/chain"): {"admin", "auditor"},
}
"""What the design says; a route that is in neither table is open to every role for reading."""


def routes(app):
    found = []
    for path, methods in app.openapi()["paths"].items():
        found += [(method.upper(), path) for method in methods]
    return found


def ask(client, method, path):
    for name in ("round_id", "run_id", "batch_id", "instance_id", "plan_id", "principal_id", "key_id", "token",
                 "comparison_id", "applicant_id", "curve_id", "lot_id"):  # fmt: skip
        path = path.replace(f"{{{name}}}", "nothing")
    return client.request(method, path, json={})


def test_every_state_changing_route_is_in_the_tables(home):
    listed = PUBLIC | KNOWN | EXPECTED.keys()
    assert listed <= set(routes(home.app))
    changing = {route for route in routes(home.app) if route[0] != "GET"}
    assert changing <= listed


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_just_its_routes(home, role):
    client = home.client(role)
    for method, path in routes(home.app):
        if (method, path) in PUBLIC:
            continue
        status = ask(client, method, path).status_code
        allowed = EXPECTED.get((method, path), set(ROLES))
        if role in allowed or (method, path) in KNOWN:
            assert status not in (401, 403), (role, method, path)
        else:
            assert status == 403, (role, method, path, status)


def test_without_a_key_everything_but_the_public_is_closed(home):
    client = home.client()
    for method, path in routes(home.app):
        answer = ask(client, method, path)
        if (method, path) in PUBLIC:
            assert answer.status_code not in (401, 403), (method, path)
        else:
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Bearer x", "Bearer lot_000000000000_x", "Bearer ", "Basic abc", "Bearer lot__", "x"]
)
def test_a_wrong_key_opens_nothing(home, header):
    answer = home.client(Authorization=header).get("/v1/rounds")
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_key")


def test_every_action_has_a_role_and_every_role_exists():
    assert all(roles and roles <= set(ROLES) for roles in MAY.values())


def test_every_route_states_its_action(home):
    """A route without the dependency would be open to all: only the public ones lack it."""
    found = [route for route in all_routes(home.app.router.routes) if route.include_in_schema]
    assert len(found) == len(routes(home.app))
    for route in found:
        actions = list(actions_of(route.dependant, May))
        public = {(method, route.path) for method in route.methods} & PUBLIC
        assert bool(actions) != bool(public), route.path


def test_every_page_states_its_action(home):
    """Pages are no part of the description; they too are closed unless they are listed here."""
    pages = [route for route in all_routes(home.app.router.routes) if not route.include_in_schema]
    open_to_all = {route.path for route in pages if not list(actions_of(route.dependant, Visits))}
    assert open_to_all == PUBLIC_PAGES


def actions_of(dependant, kind):
    for each in dependant.dependencies:
        if isinstance(each.call, kind):
            yield each.call
        yield from actions_of(each, kind)


def all_routes(routes):
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from all_routes(route.original_router.routes)
