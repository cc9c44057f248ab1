"""The one place that talks HTTP and OAuth 2.0 with Xero, or with the demo ledger, which answers in the same way."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec

from app.oauth_gateway import AsyncOAuth2Client, OAuthError, create_s256_code_challenge, httpx
from app.problems import Refused, TryLater
from app.settings import Settings, settings
from app.xero.answers import Answer, Disconnected, check
from app.xero.providers import Provider, providers_of
from app.xero.wire import Tenant

SCOPES = (
    "offline_access openid profile email accounting.settings.read accounting.contacts.read accounting.invoices "
    "accounting.payments.read"
)
CALL_SECONDS = 45.0
LARGEST_ANSWER = 64_000_000


class TokenSet(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    expires_at: datetime
    scope: str = ""
    id_token: str = ""


class XeroGateway:
    """Raises TryLater and Refused, and of these Disconnected, RateLimited and TokenExpired where callers must know."""

    def __init__(
        self,
        chosen: Settings,
        transport: httpx.AsyncBaseTransport | None = None,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self.providers = {each.name: each for each in providers_of(chosen)}
        self._transport, self._call_seconds = transport, call_seconds
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    def provider(self, name: str) -> Provider:
        if name not in self.providers:
            raise Refused("This accounting software is not set up on this installation.")
        return self.providers[name]

    def consent_url(self, name: str, *, redirect_uri: str, state: str, verifier: str) -> str:
        provider = self.provider(name)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": state,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{provider.login}/identity/connect/authorize?{urlencode(query)}"

    async def exchange(self, name: str, *, code: str, verifier: str, redirect_uri: str, now: datetime) -> TokenSet:
        """The code of the consent page against a token set."""
        provider = self.provider(name)
        async with self._oauth(provider) as client:
            token = await _asking(
                client.fetch_token(
                    f"{provider.identity}/connect/token",
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=redirect_uri,
                )
            )
        return _token_set(token, now)

    async def refresh(self, name: str, refresh_token: str, now: datetime) -> TokenSet:
        """A new token set. Raise Disconnected when the grant has ended, TryLater when the answer was lost."""
        provider = self.provider(name)
        async with self._oauth(provider) as client:
            client.token = {"refresh_token": refresh_token}
            token = await _asking(client.refresh_token(f"{provider.identity}/connect/token", refresh_token=refresh_token))
        return _token_set({"refresh_token": refresh_token, **token}, now)

    async def revoke(self, name: str, refresh_token: str) -> None:
        """End the whole consent: Xero removes all of this user's connections with this app."""
        provider = self.provider(name)
        async with self._oauth(provider) as client:
            try:
                answer = await client.revoke_token(f"{provider.identity}/connect/revocation", token=refresh_token)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise TryLater("Xero's log-in could not be reached. It will be tried again.") from error

    async def tenants(self, name: str, access_token: str, now: datetime) -> list[Tenant]:
        """The organisations that this login reaches, those just allowed first; practices are left out."""
        answer = await self.call(name, "GET", "/connections", access_token=access_token)
        check(answer, now)
        try:
            found = msgspec.json.decode(answer.body, type=list[Tenant])
        except msgspec.DecodeError as error:
            raise TryLater("Xero's list of organisations could not be read. Try again in a minute.") from error
        organisations = [each for each in found if each.tenant_type in ("", "ORGANISATION")]
        return sorted(organisations, key=lambda each: each.updated_date_utc or "", reverse=True)

    async def call(
        self,
        name: str,
        method: str,
        path: str,
        *,
        access_token: str,
        tenant_id: str = "",
        params: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        largest: int = LARGEST_ANSWER,
        within: float = CALL_SECONDS,
    ) -> Answer:
        """One request to the API; raises TryLater when no whole answer came in `within` seconds. The caller checks it."""
        sent = {"Authorization": f"Bearer {access_token}", "Accept": "application/json", **(headers or {})}
        if tenant_id:
            sent["xero-tenant-id"] = tenant_id
        if body is not None:
            sent["Content-Type"] = "application/json"
        content = None if body is None else msgspec.json.encode(body)
        url = f"{self.provider(name).api}{path}"
        try:
            async with asyncio.timeout(min(within, self._call_seconds)):
                return await self._whole_answer(method, url, params, content, sent, largest)
        except TimeoutError as error:
            raise TryLater("Xero did not answer in time. It will be tried again.") from error
        except httpx.HTTPError as error:
            raise TryLater("Xero could not be reached, or hung up. Nothing was changed; it will be tried again.") from error

    async def _whole_answer(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        content: bytes | None,
        headers: Mapping[str, str],
        largest: int,
    ) -> Answer:
        client = self._client()
        async with client.stream(method, url, params=params, content=content, headers=headers) as response:
            pieces, size = [], 0
            async for piece in response.aiter_bytes():
                size += len(piece)
                if size > largest:
                    raise Refused(f"Xero's answer is larger than {largest // 1_000_000} MB.")
                pieces.append(piece)
            found = {key.lower(): value for key, value in response.headers.items()}
            return Answer(response.status_code, found, b"".join(pieces))

    def _client(self) -> httpx.AsyncClient:
        """One for each event loop, so that connections are kept."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None or client.is_closed:
            client = self._clients[loop] = httpx.AsyncClient(transport=self._transport, timeout=self._call_seconds)
        return client

    async def close(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _oauth(self, provider: Provider) -> AsyncOAuth2Client:
        client = AsyncOAuth2Client(
            provider.client_id,
            provider.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
            transport=self._transport,
            timeout=min(20.0, self._call_seconds),
        )
        client.register_compliance_hook("access_token_response", _only_tokens)
        client.register_compliance_hook("refresh_token_response", _only_tokens)
        return client


@lru_cache(maxsize=4)
def _gateway(chosen: Settings) -> XeroGateway:
    return XeroGateway(chosen)


def xero_gateway() -> XeroGateway:
    """This process's gateway, as the settings say."""
    return _gateway(settings())


def new_verifier() -> str:
    """A PKCE code verifier (RFC 7636): 64 characters."""
    return secrets.token_urlsafe(48)


def _only_tokens(response: httpx.Response) -> httpx.Response:
    """authlib takes any answer without an "error" for a token set, a maintenance page included."""
    try:
        body: Any = response.json()
    except ValueError:
        body = None
    if response.status_code >= 500 or not isinstance(body, dict) or not ("access_token" in body or "error" in body):
        raise TryLater(f"Xero's log-in answered with nothing usable ({response.status_code}). It will be tried again.")
    return response


async def _asking(request: Any) -> dict[str, Any]:
    try:
        return dict(await request or {})
    except OAuthError as error:
        raise _oauth_problem(error) from error
    except httpx.HTTPError as error:
        raise TryLater("Xero's log-in could not be reached. It will be tried again.") from error


def _oauth_problem(error: OAuthError) -> Refused:
    if error.error == "invalid_grant":
        return Disconnected("Xero no longer accepts this connection: it was disconnected in Xero, or was not used for 60 days.")
    if error.error in ("invalid_client", "unauthorized_client"):
        return Refused("Xero does not know this app: check XERO_CLIENT_ID and XERO_CLIENT_SECRET (tactful doctor).")
    return Refused(f"Xero's log-in refused: {error.error}.")


def _token_set(token: Mapping[str, Any], now: datetime) -> TokenSet:
    try:
        seconds = float(token.get("expires_in") or 1800)
        return TokenSet(
            str(token["access_token"]),
            str(token.get("refresh_token") or ""),
            now + timedelta(seconds=seconds),
            str(token.get("scope") or ""),
            str(token.get("id_token") or ""),
        )
    except (KeyError, ValueError) as error:
        raise TryLater("Xero's log-in answered with nothing usable. It will be tried again.") from error
