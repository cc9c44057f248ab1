"""Who may read what: authorisation codes, tokens that rotate, connections. No HTTP here."""

import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from .settings import LedgerSettings

CODE_LIFE = timedelta(minutes=5)
CONNECTING_ROLES = ("STANDARD", "FINANCIALADVISER")
ALL_SCOPES = [
    "openid",
    "profile",
    "email",
    "offline_access",
    "accounting.transactions",
    "accounting.transactions.read",
    "accounting.invoices",
    "accounting.invoices.read",
    "accounting.payments",
    "accounting.payments.read",
    "accounting.contacts",
    "accounting.contacts.read",
    "accounting.settings",
    "accounting.settings.read",
    "accounting.attachments",
    "accounting.attachments.read",
    "accounting.reports.read",
    "accounting.reports.aged.read",
    "accounting.banktransactions",
    "accounting.banktransactions.read",
    "accounting.manualjournals",
    "accounting.manualjournals.read",
    "accounting.journals.read",
    "accounting.budgets.read",
    "paymentservices",
    "files",
    "files.read",
    "assets",
    "assets.read",
    "projects",
    "projects.read",
]


class OAuthError(Exception):
    """An error of the OAuth protocol; its text is the error code of the RFCs."""


class Connection(msgspec.Struct):
    id: str
    tenant: str
    event: str
    created: datetime
    updated: datetime


class Grant(msgspec.Struct):
    """What one person allowed one application at one moment."""

    id: str
    client: str
    scopes: list[str]
    event: str
    nonce: str = ""
    revoked: bool = False


class Code(msgspec.Struct):
    grant: Grant
    redirect_uri: str
    challenge: str
    expires: datetime


class RefreshToken(msgspec.Struct):
    grant: str
    last_used: datetime
    superseded: datetime | None = None


class AccessToken(msgspec.Struct):
    grant: str
    expires: datetime


class Memory(msgspec.Struct):
    """All that has to outlive a restart; of tokens only what `kept` leaves of them."""

    grants: dict[str, Grant] = {}
    refresh_tokens: dict[str, RefreshToken] = {}
    connections: dict[str, dict[str, Connection]] = {}


class Grants:
    """The state machine from consent to tokens. Every instant comes as a parameter."""

    def __init__(self, settings: LedgerSettings) -> None:
        self.settings = settings
        self.memory = Memory()
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, AccessToken] = {}

    def check_client(self, client: str, redirect_uri: str) -> None:
        """Raises OAuthError when the application is not known or not allowed that address."""
        if not client or self.settings.client_id not in (None, client):
            raise OAuthError("unauthorized_client")
        if self.settings.redirect_uris and redirect_uri not in self.settings.redirect_uris:
            raise OAuthError("invalid_redirect_uri")
        if not (redirect_uri.startswith("https://") or _is_loopback(redirect_uri)):
            raise OAuthError("invalid_redirect_uri")

    def consent(
        self, client: str, asked: str, tenants: list[str], pkce: str, redirect_uri: str, now: datetime, nonce: str = ""
    ) -> str:
        """The person allowed access to these organisations: connects them and returns an authorisation code."""
        event = _guid()
        connections = self.memory.connections.setdefault(client, {})
        for tenant in tenants:
            self._connect(connections, tenant, event, now)
        grant = Grant(_guid(), client, asked.split(), event, nonce)
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(grant, redirect_uri, pkce, now + CODE_LIFE)
        return code

    def _connect(self, connections: dict[str, Connection], tenant: str, event: str, now: datetime) -> None:
        for connection in connections.values():
            if connection.tenant == tenant:
                connection.event, connection.updated = event, now
                return
        made = Connection(_guid(), tenant, event, now, now)
        connections[made.id] = made

    def exchange(
        self, client: str, secret: str | None, code: str, redirect_uri: str, verifier: str, now: datetime
    ) -> tuple[Grant, str | None]:
        """A code for its grant and, with offline_access, a refresh token. Raises OAuthError."""
        found = self.codes.pop(code, None)
        if found is None or found.grant.client != client or found.redirect_uri != redirect_uri or now > found.expires:
            raise OAuthError("invalid_grant")
        self._check_secret(client, secret, public=bool(found.challenge))
        if found.challenge and not _proves(verifier, found.challenge):
            raise OAuthError("invalid_grant")
        self.memory.grants[found.grant.id] = found.grant
        return found.grant, self._issue(found.grant, now)

    def _check_secret(self, client: str, secret: str | None, *, public: bool) -> None:
        """An application with a known secret must show it; one without any must have used PKCE."""
        known = self.settings.client_secret
        if self.settings.client_id not in (None, client) or (known is not None and secret != known):
            raise OAuthError("invalid_client")
        if not secret and not public:
            raise OAuthError("invalid_client")

    def refresh(self, client: str, secret: str | None, token: str, now: datetime) -> tuple[Grant, str | None]:
        """The grant with its next refresh token; the one replaced works for half an hour more, in case the answer gets lost."""
        self._check_secret(client, secret, public=True)
        found = self.memory.refresh_tokens.get(kept(token))
        grant = self.memory.grants.get(found.grant) if found else None
        if found is None or grant is None or grant.revoked or grant.client != client or self._is_stale(found, now):
            raise OAuthError("invalid_grant")
        found.superseded = found.superseded or now
        return grant, self._issue(grant, now)

    def _is_stale(self, token: RefreshToken, now: datetime) -> bool:
        if token.superseded is not None:
            return now > token.superseded + timedelta(seconds=self.settings.refresh_grace_seconds)
        return now > token.last_used + timedelta(days=self.settings.refresh_token_days)

    def _issue(self, grant: Grant, now: datetime) -> str | None:
        """A refresh token, where offline_access was allowed."""
        if "offline_access" not in grant.scopes:
            return None
        token = secrets.token_urlsafe(32)
        self.memory.refresh_tokens[kept(token)] = RefreshToken(grant.id, now)
        return token

    def admit(self, access_token: str, grant: Grant, now: datetime) -> None:
        """The signed form of an access token is from now on good for its half hour."""
        expires = now + timedelta(seconds=self.settings.access_token_seconds)
        self.access_tokens[kept(access_token)] = AccessToken(grant.id, expires)

    def holder(self, access_token: str, now: datetime) -> Grant | None:
        """The grant behind a token; None when unknown, expired or revoked."""
        found = self.access_tokens.get(kept(access_token))
        grant = self.memory.grants.get(found.grant) if found else None
        return grant if found and grant and not grant.revoked and now < found.expires else None

    def revoke(self, token: str) -> None:
        """Ends the grant of a refresh token and removes its application's connections."""
        found = self.memory.refresh_tokens.get(kept(token))
        if found and (grant := self.memory.grants.get(found.grant)):
            self.revoke_client(grant.client)

    def revoke_client(self, client: str | None = None) -> None:
        """The person removes the application (None: all of them)."""
        for grant in self.memory.grants.values():
            grant.revoked = grant.revoked or client in (None, grant.client)
        for name in list(self.memory.connections) if client is None else [client]:
            self.memory.connections.pop(name, None)

    def connections(self, client: str) -> list[Connection]:
        return list(self.memory.connections.get(client, {}).values())

    def disconnect(self, client: str, connection: str) -> bool:
        return self.memory.connections.get(client, {}).pop(connection, None) is not None


def kept(token: str) -> str:
    """A token is remembered by its digest, so that no file of the ledger's opens anything."""
    return sha256(token.encode()).hexdigest()


def _guid() -> str:
    text = secrets.token_hex(16)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _is_loopback(address: str) -> bool:
    return address.startswith(("http://localhost:", "http://localhost/", "http://127.0.0.1:", "http://[::1]:"))


def _proves(verifier: str, challenge: str) -> bool:
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and secrets.compare_digest(digest, challenge)


def wire_time(instant: datetime) -> str:
    """Naive UTC with seven decimals, as /connections has it."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0"
