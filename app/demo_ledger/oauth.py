"""OAuth 2.0 over HTTP: consent page, token endpoint, revocation, connections."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from litestar import Response, delete, get, post
from litestar.response import Redirect

from .answers import Asked, TheLedger, json_answer
from .grants import ALL_SCOPES, CONNECTING_ROLES, Grant, OAuthError, wire_time
from .ledger import Ledger
from .pages import page
from .records import Json
from .refusals import not_found, unauthorised

ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "nonce")
EXPLANATIONS = {
    "unauthorized_client": "This ledger does not know the client id.",
    "invalid_redirect_uri": "The redirect address must be registered, and begin with https unless it is on localhost.",
    "invalid_scope": "Invalid scope for client.",
    "unsupported_response_type": "Only the authorisation code flow is supported.",
    "invalid_request": "Only the S256 code challenge is supported.",
}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _check(ledger: Ledger, asked: Mapping[str, str]) -> None:
    """What makes a request so wrong that it may not go back to the application. Raises OAuthError."""
    ledger.grants.check_client(asked["client_id"], asked["redirect_uri"])
    if asked["response_type"] != "code":
        raise OAuthError("unsupported_response_type")
    scopes = asked["scope"].split()
    if not scopes or not set(scopes) <= set(ALL_SCOPES):
        raise OAuthError("invalid_scope")
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        raise OAuthError("invalid_request")


def _asked(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values.get(name) or "") for name in ASKED}


@get("/identity/connect/authorize", sync_to_thread=False)
def authorise(request: Asked, ledger: TheLedger) -> Response[str]:
    """The consent page; whoever asks is taken to be signed in as the demo user."""
    asked = _asked(request.query_params)
    try:
        _check(ledger, asked)
    except OAuthError as error:
        return _refused(str(error))
    user = ledger.organisations[0].users[0]
    return page(
        "authorise.html",
        client=asked["client_id"],
        user=f"{user['FirstName']} {user['LastName']}",
        able=ledger.role in CONNECTING_ROLES,
        role=ledger.role,
        hidden=asked,
        scopes=asked["scope"].split(),
        organisations=[{"tenant": b.tenant, "name": b.organisation.get("Name")} for b in ledger.organisations],
    )


def _refused(error: str) -> Response[str]:
    return page("refused.html", status_code=400, error=error, explanation=EXPLANATIONS.get(error, ""))


@post("/identity/connect/authorize", status_code=302)
async def decide(request: Asked, ledger: TheLedger) -> Response[Any]:
    """Allow access or Cancel: back to the application either way, with a code or with access_denied."""
    form = await request.form()
    asked = _asked({**request.query_params, **{name: form.get(name) for name in form}})
    try:
        _check(ledger, asked)
    except OAuthError as error:
        return _refused(str(error))
    if form.get("decision") != "allow" or ledger.role not in CONNECTING_ROLES:
        return _back(asked, {"error": "access_denied", "error_description": "The user has denied access"})
    chosen = [str(tenant) for tenant in form.getall("tenant", [])]
    tenants = [books.tenant for books in ledger.organisations if books.tenant in chosen] or [ledger.organisations[0].tenant]
    code = ledger.grants.consent(
        asked["client_id"],
        asked["scope"],
        tenants,
        pkce=asked["code_challenge"],
        redirect_uri=asked["redirect_uri"],
        now=ledger.clock.now(),
        nonce=asked["nonce"],
    )
    return _back(asked, {"code": code, "scope": asked["scope"], "session_state": code[:20]})


def _back(asked: Mapping[str, str], values: dict[str, str]) -> Redirect:
    state = {"state": asked["state"]} if asked["state"] else {}
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return Redirect(f"{asked['redirect_uri']}{joint}{urlencode({**values, **state})}", status_code=302)


def _client(request: Asked, form: Mapping[str, Any]) -> tuple[str, str | None]:
    """Client id and secret, from the Basic header or the body."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        secret = form.get("client_secret")
        return str(form.get("client_id") or ""), str(secret) if secret else None
    try:
        name, _, secret = b64decode(given).decode().partition(":")
    except (NotBase64, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client") from error
    return unquote(name), unquote(secret) or None


@post("/connect/token", status_code=200)
async def token(request: Asked, ledger: TheLedger) -> Response[bytes]:
    form = await request.form()
    try:
        client, secret = _client(request, form)
        grant, refresh = _granted(ledger, client, secret, form)
    except OAuthError as error:
        answer = json_answer({"error": str(error)}, 400)
    else:
        answer = json_answer(_token_set(ledger, request, grant, refresh))
    answer.headers.update(NO_STORE)
    return answer


def _granted(ledger: Ledger, client: str, secret: str | None, form: Mapping[str, Any]) -> tuple[Grant, str | None]:
    now = ledger.clock.now()
    values = {name: str(form.get(name) or "") for name in ("code", "redirect_uri", "code_verifier", "refresh_token")}
    if form.get("grant_type") == "refresh_token":
        return ledger.grants.refresh(client, secret, values["refresh_token"], now)
    if form.get("grant_type") != "authorization_code":
        raise OAuthError("unsupported_grant_type")
    verifier = values["code_verifier"]
    return ledger.grants.exchange(client, secret, values["code"], values["redirect_uri"], verifier, now)


def _token_set(ledger: Ledger, request: Asked, grant: Grant, refresh: str | None) -> Json:
    user, now = ledger.organisations[0].users[0], ledger.clock.now()
    issuer, seconds = str(request.base_url).rstrip("/"), ledger.settings.access_token_seconds
    access = ledger.signer.access_token(grant, user, issuer, now, seconds)
    ledger.grants.admit(access, grant, now)
    tokens: Json = {"access_token": access, "expires_in": seconds, "token_type": "Bearer"}
    if "openid" in grant.scopes:
        tokens["id_token"] = ledger.signer.id_token(grant, user, issuer, now, access)
    if refresh:
        tokens["refresh_token"] = refresh
    return {**tokens, "scope": " ".join(grant.scopes)}


@post("/connect/revocation", status_code=200)
async def revoke(request: Asked, ledger: TheLedger) -> Response[bytes]:
    """Ends a refresh token's grant and its application's connections; an unknown token is no error (RFC 7009)."""
    form = await request.form()
    ledger.grants.revoke(str(form.get("token") or ""))
    return Response(b"", status_code=200, media_type="text/plain")


def _bearer(request: Asked, ledger: Ledger) -> Grant:
    grant = ledger.holder(request.headers.get("authorization"))
    if grant is None:
        raise unauthorised("AuthenticationUnsuccessful")
    return grant


@get("/connections", sync_to_thread=False)
def connections(request: Asked, ledger: TheLedger) -> Response[bytes]:
    grant = _bearer(request, ledger)
    names = {books.tenant: books.organisation.get("Name") for books in ledger.organisations}
    event = request.query_params.get("authEventId")
    listed = [
        {
            "id": connection.id,
            "authEventId": connection.event,
            "tenantId": connection.tenant,
            "tenantType": "ORGANISATION",
            "tenantName": names.get(connection.tenant),
            "createdDateUtc": wire_time(connection.created),
            "updatedDateUtc": wire_time(connection.updated),
        }
        for connection in ledger.grants.connections(grant.client)
        if event in (None, connection.event)
    ]
    return json_answer(listed)


@delete("/connections/{ref:str}", status_code=204, sync_to_thread=False)
def disconnect(request: Asked, ledger: TheLedger) -> None:
    if not ledger.grants.disconnect(_bearer(request, ledger).client, request.path_params["ref"]):
        raise not_found()


@get("/.well-known/openid-configuration", sync_to_thread=False)
def discovery(request: Asked) -> Response[bytes]:
    base = str(request.base_url).rstrip("/")
    return json_answer(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/identity/connect/authorize",
            "token_endpoint": f"{base}/connect/token",
            "revocation_endpoint": f"{base}/connect/revocation",
            "jwks_uri": f"{base}/.well-known/openid-configuration/jwks",
            "scopes_supported": list(ALL_SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@get("/.well-known/openid-configuration/jwks", sync_to_thread=False)
def public_keys(ledger: TheLedger) -> Response[bytes]:
    return json_answer(ledger.signer.public_keys())


HANDLERS = (authorise, decide, token, revoke, connections, disconnect, discovery, public_keys)
