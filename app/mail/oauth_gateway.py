"""The one place that talks OAuth 2.0 with Google and Microsoft."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from app.mail.providers import MailProvider
from app.oauth_gateway import AsyncOAuth2Client, OAuthError, create_s256_code_challenge, httpx
from app.problems import Refused, TryLater

SECONDS = 20.0


class Ended(Refused):
    """The consent was withdrawn or has run out: somebody must sign in again."""


class MailTokens(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    expires_at: datetime
    id_token: str = ""

    @property
    def address(self) -> str:
        """Whose mailbox it is. It came straight from the provider over TLS, so that its signature adds nothing
        (OpenID Connect Core 3.1.3.7)."""
        try:
            payload = self.id_token.split(".")[1]
            claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return str(claims.get("email") or claims.get("preferred_username") or "").lower()[:254]
        except (IndexError, ValueError, AttributeError):
            return ""


def new_verifier() -> str:
    """A PKCE code verifier (RFC 7636): 64 characters."""
    return secrets.token_urlsafe(48)


def consent_url(provider: MailProvider, *, redirect_uri: str, state: str, verifier: str, hint: str = "") -> str:
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scopes,
        "state": state,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
        **provider.extra,
        **({"login_hint": hint} if hint else {}),
    }
    return f"{provider.authorize_url}?{urlencode(query)}"


async def exchange(provider: MailProvider, *, code: str, verifier: str, redirect_uri: str, now: datetime) -> MailTokens:
    """The code of the consent page against a token set. Raise Refused and TryLater."""
    async with _client(provider) as client:
        asked = client.fetch_token(
            provider.token_url, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=redirect_uri
        )
        return _tokens(await _asking(provider, asked), now)


async def refresh(provider: MailProvider, refresh_token: str, now: datetime) -> MailTokens:
    """A new access token; the refresh token stays where the provider gives no other. Raise Ended, Refused and TryLater."""
    async with _client(provider) as client:
        client.token = {"refresh_token": refresh_token}
        token = await _asking(provider, client.refresh_token(provider.token_url, refresh_token=refresh_token))
    return _tokens({"refresh_token": refresh_token, **{name: value for name, value in token.items() if value}}, now)


def _client(provider: MailProvider) -> Any:
    client = AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret or None,
        token_endpoint_auth_method="client_secret_post" if provider.client_secret else "none",
        timeout=SECONDS,
    )
    client.register_compliance_hook("access_token_response", _only_tokens)
    client.register_compliance_hook("refresh_token_response", _only_tokens)
    return client


def _only_tokens(response: httpx.Response) -> httpx.Response:
    """authlib takes any answer without an "error" for a token set, a maintenance page included."""
    try:
        body: Any = response.json()
    except ValueError:
        body = None
    if response.status_code >= 500 or not isinstance(body, dict) or not ("access_token" in body or "error" in body):
        raise TryLater(f"The sign-in answered with nothing usable ({response.status_code}). It will be tried again.")
    return response


async def _asking(provider: MailProvider, request: Any) -> dict[str, Any]:
    try:
        return dict(await request or {})
    except OAuthError as error:
        if error.error in ("invalid_grant", "interaction_required"):
            raise Ended(f"{provider.title} no longer lets Tactful into this mailbox. Sign in again under Senders.") from error
        if error.error in ("invalid_client", "unauthorized_client"):
            raise Refused(f"{provider.title} does not know this installation: check {provider.needs}.") from error
        raise Refused(f"{provider.title} refused: {error.error}.") from error
    except httpx.HTTPError as error:
        raise TryLater(f"{provider.title} could not be reached. It will be tried again.") from error


def _tokens(token: Mapping[str, Any], now: datetime) -> MailTokens:
    try:
        seconds = float(token.get("expires_in") or 3600)
        texts = [str(token.get(name) or "") for name in ("refresh_token", "id_token")]
        return MailTokens(str(token["access_token"]), texts[0], now + timedelta(seconds=seconds), texts[1])
    except (KeyError, ValueError) as error:
        raise TryLater("The sign-in answered with nothing usable. It will be tried again.") from error
